"""What is documented is what is there. Run as a script, this file writes the generated tables anew:

python tests/test_docs.py
"""

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer
from story import GUIDES, named

from addin import functions
from addin.cli import app as addin
from bit_model.checks import LEVELS
from bit_model.house import DayKind
from bit_model.schedule import Category
from bit_model.terms import Theme
from sync.api.views import blueprint
from sync.cli import app as authority
from sync.settings import Settings
from workbook_templates.case_list.read import CHOICES, EVERY_DAY
from workbook_templates.files.gate import Limits
from workbook_templates.kinds import YES_NO
from workbook_templates.layout import Field, Template
from workbook_templates.layouts import TEMPLATES, takst
from workbook_templates.layouts.doegnskema import ENTRY_FIELDS, HEADER, PatternDay
from workbook_templates.layouts.doegnskema_net import COLOURS, WEEK_CODE, WEEK_CONFIRM, WEEK_TIME
from workbook_templates.layouts.sammenligning import NEGOTIATION, SAMMENLIGNING
from workbook_templates.problems import CATALOGUE, Problem

ROOT = Path(__file__).parent.parent
PROBLEMS, OPERATIONS = ROOT / "docs" / "problems.md", ROOT / "docs" / "operations.md"
TEMPLATE_FIELDS = ROOT / "docs" / "templates.md"
FUNCTION_PAGE = ROOT / "docs" / "functions.md"
API_PAGE = ROOT / "docs" / "api.md"
CLOSED_SETS: dict[str, Iterable[str]] = {
    **{key: [member.value for member in members] for key, members in {**CHOICES, **takst.CHOICES}.items()},
    "colours": [colour.da for colour in COLOURS],
    "day_kinds": [EVERY_DAY, *DayKind],
    "yes_no": (YES_NO.render(value=True), YES_NO.render(value=False)),
    "categories": Category,
    "themes": Theme,
    "pattern_days": PatternDay,
}
ENGLISH = re.compile(r"\b(the|of|and|with|from|file|files|show|make|read|default|is|are)\b", re.IGNORECASE)
TYPERS_OWN = frozenset({"--help"})


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with the words a user types, groups apart."""
    for program, app in (("bitark", authority), ("bitark-addin", addin)):
        yield from below(program, typer.main.get_command(app))


def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", {})
    if not inside:
        yield name, command
    for key, child in inside.items():
        yield from below(f"{name} {key}", child)


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_all_it_takes_have_help_in_danish(name: str) -> None:
    command = COMMANDS[name]
    texts = {parameter.name: parameter.help for parameter in command.params if not TYPERS_OWN & set(parameter.opts)}
    for text in (command.help, *texts.values()):
        assert text, (name, texts)
        assert not ENGLISH.search(text.replace("--serve", "")), text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_documentation(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b(?!-)", all_docs()), name


@pytest.mark.parametrize(
    "option",
    sorted(
        {opt for command in COMMANDS.values() for p in command.params for opt in p.opts if opt[:2] == "--"} - TYPERS_OWN
    ),
)
def test_an_option_stands_in_the_documentation(option: str) -> None:
    assert re.search(rf"(?<![\w-]){option}\b(?!-)", all_docs()), option


def all_docs() -> str:
    return "\n".join(file.read_text() for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("folder", GUIDES, ids=lambda folder: folder.name)
def test_every_picture_that_a_guide_names_is_there_and_every_picture_is_named(folder: Path) -> None:
    assert named(folder) == {file.name for file in (folder / GUIDES[folder]).iterdir()}


def test_every_problem_code_stands_in_the_documentation_with_its_level_and_words() -> None:
    assert CATALOGUE.keys() == LEVELS.keys()
    assert generated(PROBLEMS, "problems") == problem_table()


def test_every_setting_stands_in_the_documentation_with_its_default() -> None:
    assert generated(OPERATIONS, "settings") == setting_table()
    assert generated(OPERATIONS, "limits") == limit_table()


def test_a_documented_limit_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(Limits()).items():
        monkeypatch.setenv(name, f"{value + 1}")
    limits = Settings().limits
    assert environment_of(limits) == {name: value + 1 for name, value in environment_of(Limits()).items()}


def test_a_documented_setting_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITARK_DATABASE", "andet.db")
    monkeypatch.setenv("BITARK_MAX_UPLOAD_FILES", "7")
    assert (Settings().database, Settings().max_upload_files) == ("andet.db", 7)


def test_the_contract_names_every_field_that_other_programs_fill_in() -> None:
    text = (ROOT / "docs" / "contract.md").read_text()
    for field in HEADER:
        assert f"| `{field.name}` | {field.label.da} | {kind_of(field)}" in text
    for field in ENTRY_FIELDS:
        assert f"| {field.label.da} | {kind_of(field)}" in text


def test_every_field_of_every_template_stands_in_the_documentation() -> None:
    assert generated(TEMPLATE_FIELDS, "templates") == template_reference()


def test_what_a_document_links_to_is_there() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [(file, link) for file in files for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", file.read_text())]
    assert [link for file, link in links if "://" not in link and not (file.parent / link).exists()] == []


def test_every_excel_function_stands_in_the_documentation_with_its_texts() -> None:
    assert generated(FUNCTION_PAGE, "functions") == function_reference()


def test_every_endpoint_of_the_api_stands_in_the_documentation() -> None:
    assert generated(API_PAGE, "endpoints") == endpoint_table()


def endpoint_table() -> str:
    """The API's addresses with their parameters and what they give, as the description has them."""
    lines = ["| request | narrowed by | gives | what |", "|---|---|---|---|"]
    for path, operations in blueprint.paths.items():
        for method in ("get", "post"):
            if operation := getattr(operations, method):
                asked = [one.name for one in operation.parameters or () if one.param_in == "query"]
                given = {media for s, a in operation.responses.items() if s[0] == "2" for media in a.content}
                cells = (f"`{method.upper()} {path}`", ", ".join(asked), ", ".join(sorted(given)), operation.summary)
                lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines)


def function_reference() -> str:
    """The functions in the order of the module, each with its arguments, as the function wizard tells them."""
    return "\n\n".join(
        "\n".join(function_lines(name, function))
        for name, function in vars(functions).items()
        if name.startswith("bit_")
    )


def function_lines(name: str, function: Callable[..., Any]) -> Iterator[str]:
    hints = get_type_hints(function, include_extras=True)
    parameters = inspect.signature(function).parameters.values()
    optional = [one.name for one in parameters if one.default is not inspect.Parameter.empty]
    shown = "; ".join(f"[{one.name}]" if one.name in optional else one.name for one in parameters)
    yield f"### {name.upper()}({shown})"
    yield f"{function.__doc__}\n"
    for one in parameters:
        yield f"- `{one.name}`: {get_args(hints[one.name])[1]['doc']}"


def problem_table() -> str:
    """The catalogue as users see it, in Danish; … stands for what was found."""
    lines = ["| code | level | what | remedy |", "|---|---|---|---|"]
    for code in CATALOGUE:
        problem = Problem(code, field="…", found="…")
        lines.append(f"| {code} | {problem.level.value} | {cell(problem.message())} | {cell(problem.remedy())} |")
    return "\n".join(lines)


def setting_table() -> str:
    """Every setting but the limits."""
    lines = ["| variable | default | what |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name != "limits":
            default = field.default if isinstance(field.default, str | int) else ""
            lines.append(
                f"| `BITARK_{name.upper()}` | {f'`{default}`' if default else ''} | {cell(field.description)} |"
            )
    return "\n".join(lines)


def limit_table() -> str:
    """The limits on a received file."""
    lines = ["| variable | default |", "|---|---|"]
    lines += [f"| `{name}` | {value:,} |".replace(",", " ") for name, value in environment_of(Limits()).items()]
    return "\n".join(lines)


def template_reference() -> str:
    """Every template's header and tables, one table each."""
    return "\n\n".join(
        part for template in (*TEMPLATES.values(), SAMMENLIGNING) for part in template_sections(template)
    )


def template_sections(template: Template) -> Iterator[str]:
    yield f"## {template.title.da} · {template.title.en}: `{template.name}`, version {template.version}"
    yield f"### {template.header_sheet}: the header"
    yield field_table(template, template.header, lambda field: f"`{field.name}`")
    for table in template.tables:
        yield f"### {table.sheet}: table `{table.key}`"
        if table.help.da:
            yield f"{table.help.da} · {table.help.en}"
        yield field_table(template, table.fields, lambda field: f"`{field.key}`")
    if template.series:
        yield f"### {template.series} 10, {template.series} 11 …: a sheet for each week, a column for each date"
        yield field_table(template, (WEEK_TIME, WEEK_CONFIRM, WEEK_CODE), lambda field: f"`{field.key}`")


def field_table(template: Template, fields: Iterable[Field], name: Callable[[Field], str]) -> str:
    lines = ["| name | label | kind | unit | filled in | choices | help |", "|---|---|---|---|---|---|---|"]
    for field in fields:
        label, help_text = (" · ".join(filter(None, (text.da, text.en))) for text in (field.label, field.help))
        cells = (name(field), label, kind_of(field), field.unit, filled_in(template, field), choices(field), help_text)
        lines.append(f"| {' | '.join(cell(text) for text in cells)} |")
    return "\n".join(lines)


def kind_of(field: Field) -> str:
    return type(field.kind).__name__.removesuffix("Kind").lower() or "text"


def filled_in(template: Template, field: Field) -> str:
    if field.formula:
        return "computed"
    if field.locked or (template is SAMMENLIGNING and field.key not in NEGOTIATION):
        return "issued"
    return "must" if field.required else "may"


def choices(field: Field) -> str:
    if field.choices in CLOSED_SETS:
        return ", ".join(CLOSED_SETS[field.choices])
    return field.choices and f"*{field.choices}*"


def environment_of(limits: Limits) -> dict[str, Any]:
    return {f"BITARK_LIMITS__{field.name.upper()}": getattr(limits, field.name) for field in dataclasses.fields(limits)}


def cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


def generated(file: Path, name: str) -> str:
    """What stands between a document's markers."""
    match = between(name).search(file.read_text())
    assert match, f"{file.name} has no markers for {name}"
    return match[2]


def between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- generated: {name} -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL)


def write_anew() -> None:
    """The generated tables of all documents."""
    for file, name, table in (
        (PROBLEMS, "problems", problem_table()),
        (OPERATIONS, "settings", setting_table()),
        (OPERATIONS, "limits", limit_table()),
        (TEMPLATE_FIELDS, "templates", template_reference()),
        (FUNCTION_PAGE, "functions", function_reference()),
        (API_PAGE, "endpoints", endpoint_table()),
    ):
        kept = between(name).split(file.read_text())
        assert len(kept) == 5, f"{file.name} has its markers for {name} once"
        file.write_text("".join((*kept[:2], table, *kept[3:])))


if __name__ == "__main__":
    write_anew()
