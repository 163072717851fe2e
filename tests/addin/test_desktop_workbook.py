import inspect
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xlwings.utils
from desktop_excel import DesktopExcel, Machine, built
from pyopenvba import ExcelFile, check_file
from pyopenvba.interpreter import parse_module

from addin import functions
from addin.hosts.desktop import DesktopError, workbook, wrappers

ROOT = Path(__file__).parent.parent.parent
CONTENT_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
FUNCTIONS = {
    name: inspect.signature(found)
    for name, found in inspect.getmembers(functions, inspect.isfunction)
    if name.startswith("bit_")
}
RESERVED = set(
    """
    addressof and any as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cdec cdecl cint
    circle clng clnglng clngptr close const csng cstr currency cvar cverr date debug decimal declare defbool defbyte
    defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr defvar dim do doevents
    double each else elseif empty end endif enum eqv erase event exit false fix for friend function get global gosub
    goto if imp implements in input inputb int integer is lbound len lenb let like linput lock long longlong longptr
    loop lset me mod new next not nothing null on open option optional or paramarray preserve print private pset
    public put raiseevent redim rem resume return rset scale seek select set sgn shared single spc static stop
    string sub tab then to true type typeof ubound unlock until variant wend while with withevents write xor array
    abs caller
    """.split()  # noqa: SIM905 - as a table of words it can be read
)
"""The language's own; the last is reserved by xlwings."""


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    with ExcelFile(built()) as file:
        return dict(file.vba_modules())


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(built()) as file:
        return {name: file.read(name) for name in file.namelist()}


def xml(parts: dict[str, bytes], name: str) -> ET.Element:
    return ET.fromstring(parts[name])  # noqa: S314 - our own


def test_the_file_needs_no_repair() -> None:
    report = check_file(built())
    assert report.ok
    assert report.complete
    assert not report.issues
    with ExcelFile(built()) as file:
        assert not file.validate()


def test_the_file_holds_our_modules_and_those_of_xlwings_and_nothing_else(sources: dict[str, str]) -> None:
    assert set(sources) == {"ThisWorkbook", "Sheet1", "BITarkRibbon", "xlwings", "xlwings_udfs", "Dictionary"}
    assert len(sources["Sheet1"].strip().splitlines()) == 8  # the attributes of an empty sheet


def test_nothing_is_left_of_what_the_parts_were_taken_from(sources: dict[str, str], parts: dict[str, bytes]) -> None:
    everything = "\n".join([*sources.values(), *(part.decode("latin-1") for part in parts.values())])
    assert not re.search(r"myaddin|RunMain|William Smith|felix|Module1", everything, re.IGNORECASE)
    assert str(ROOT) not in everything


def test_every_part_has_a_type_and_is_reached(parts: dict[str, bytes]) -> None:
    types = xml(parts, "[Content_Types].xml")
    by_name = {one.get("PartName", "")[1:] for one in types.iter(f"{CONTENT_TYPES}Override")}
    by_extension = {one.get("Extension", "") for one in types.iter(f"{CONTENT_TYPES}Default")}
    content = {name for name in parts if name != "[Content_Types].xml"}
    assert all(name in by_name or name.rsplit(".", 1)[-1] in by_extension for name in content)
    reached = set()
    for name in content:
        if name.endswith(".rels"):
            folder = Path(name).parent.parent
            links = list(xml(parts, name).iter(RELATIONSHIP))
            assert len({one.get("Id") for one in links}) == len(links)
            reached |= {(folder / one.get("Target", "")).as_posix() for one in links}
    assert reached == {name for name in content if not name.endswith(".rels")}


def test_the_file_says_what_it_is(parts: dict[str, bytes]) -> None:
    properties = xml(parts, "docProps/core.xml")
    texts = {one.tag.split("}")[1]: one.text for one in properties}
    assert texts["title"] == "BITark"
    assert version("bitark") in str(texts["description"])
    assert workbook.versions(built()) == (version("bitark"), version("xlwings"))


def test_what_is_no_add_in_of_ours_has_no_versions(tmp_path: Path) -> None:
    path = tmp_path / "anden.xlam"
    with ExcelFile.create_new(path):
        pass
    with pytest.raises(DesktopError, match="install"):
        workbook.versions(path)
    path.write_bytes(b"no zip")
    with pytest.raises(DesktopError, match="install"):
        workbook.versions(path)


def test_the_same_file_comes_out_whatever_the_environment_says_of_xlwings(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from addin.cli import app; app(['build', '--out', 'ud.xlam'])"],
        cwd=tmp_path,
        env=os.environ | {"XLWINGS_ON_SERVER": "true", "XLWINGS_LICENSE_KEY": "noncommercial"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "ud.xlam").read_bytes() == built().read_bytes()


def test_every_function_has_a_wrapper_with_its_arguments_and_every_wrapper_a_function(sources: dict[str, str]) -> None:
    wrapped = {
        one.name: [(parameter.name, parameter.optional) for parameter in one.params]
        for one in parse_module(sources["xlwings_udfs"]).procedures
        if one.kind == "function"
    }
    assert wrapped == {
        name.upper(): [(one.name, one.default is not one.empty) for one in signature.parameters.values()]
        for name, signature in FUNCTIONS.items()
    }


def test_no_name_is_a_word_of_vba() -> None:
    names = {*FUNCTIONS, *(name for signature in FUNCTIONS.values() for name in signature.parameters)}
    assert not names & RESERVED


def test_the_wizard_is_told_of_every_function_and_argument() -> None:
    excel = DesktopExcel(Machine())
    excel.add_workbook()
    excel.run("ThisWorkbook.DescribeWhenReady")
    told = {name: (text, category, list(texts.elements())) for name, text, category, texts in excel.machine.described}
    assert told.keys() == {f"'{workbook.FILE}'!{name.upper()}" for name in FUNCTIONS}
    for name, signature in FUNCTIONS.items():
        text, category, texts = told[f"'{workbook.FILE}'!{name.upper()}"]
        assert category == functions.CATEGORY
        assert text == " ".join(str(getattr(functions, name).__doc__).replace("−", "–").split())
        assert texts == [argument_text(functions, name, parameter) for parameter in signature.parameters]
        assert all(0 < len(one) <= wrappers.LONGEST_TEXT for one in (text, *texts))


def test_the_wizard_is_told_when_the_first_workbook_is_open() -> None:
    excel = DesktopExcel(Machine())
    excel.run("ThisWorkbook.Workbook_Open")
    assert not excel.machine.described
    (planned,) = excel.machine.planned
    assert planned == f"'{workbook.FILE}'!ThisWorkbook.DescribeWhenReady"
    excel.add_workbook()
    excel.run(planned.split("!")[1])
    assert excel.machine.described


def argument_text(module: Any, name: str, parameter: str) -> str:
    hints = inspect.get_annotations(getattr(module, name))
    return str(hints[parameter].__metadata__[0]["doc"])


def test_a_text_that_the_wizard_cannot_show_stops_the_build() -> None:
    with pytest.raises(ValueError, match="255"):
        wrappers._quoted("x" * 256)


def test_an_xlwings_that_cannot_be_used_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xlwings.py").write_text("raise ImportError('half an installation')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DesktopError, match="half an installation"):
        wrappers.source()


def test_all_vba_can_be_written_in_its_own_letters_and_line_lengths(sources: dict[str, str]) -> None:
    for source in sources.values():
        source.encode("cp1252")
        assert max(map(len, source.splitlines())) < 1024
        assert not re.search(r"(?:_\r\n.*){25}_\r\n", source)


def test_xlwings_takes_settings_from_the_users_file_alone(sources: dict[str, str]) -> None:
    (get_config,) = [one for one in parse_module(sources["xlwings"]).procedures if one.name == "GetConfig"]
    default: Any = get_config.params[2].default
    assert default.value == "user"
    assert '"\\.bitark\\xlwings.conf"' in sources["xlwings"]
    assert '"/.bitark/xlwings.conf"' in sources["xlwings"]


def test_a_formula_cannot_call_what_belongs_to_xlwings(sources: dict[str, str]) -> None:
    found = parse_module(sources["xlwings"])
    guarded = re.findall(
        r"^(?:Public )?Function (\w+).*\n(?:.*\n)?    If ThisWorkbook.IsCalledByFormula", plain(sources), re.MULTILINE
    )
    assert {one.name for one in found.procedures if one.kind == "function"} <= set(guarded)
    assert not re.search(r"^ *(?:Public )?Declare ", plain(sources), re.MULTILINE)
    excel = DesktopExcel(Machine())
    excel.add_workbook()
    cell: Any = excel.sheet().sheet.vba_get("Cells", [1, 1])
    for call in (("RunPython", "import os"), ("RunFrozenPython", "cmd.exe", "/C calc"), ("XLPy",)):
        assert excel.answer(call[0], call[1:], cell) in (None, 0)
    assert not excel.machine.commands
    excel.run("RunPython", "import os")
    assert len(excel.machine.commands) == 1


def plain(sources: dict[str, str]) -> str:
    return sources["xlwings"].replace("\r\n", "\n")


def test_no_workbook_says_where_python_looks_for_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    excel = DesktopExcel(Machine())
    excel.add_workbook()
    cell: Any = excel.sheet().sheet.vba_get("Cells", [1, 1])
    excel.answer("bit_package", [cell], cell)
    excel.press("BITarkRibbon.RunAction", "check")
    prepare: Any = xlwings.utils.prepare_sys_path
    monkeypatch.setattr(sys, "path", before := list(sys.path))
    for command in excel.machine.commands:
        assert '" -P -B -c "' in command
        (given,) = re.findall(r'prepare_sys_path\(\\"(.*?)\\"\)', command)
        assert excel.workbook.name not in given
        prepare(given)
        assert sys.path == before
    assert len(excel.machine.commands) == 2


def test_an_xlwings_that_is_not_known_stops_the_build() -> None:
    with pytest.raises(DesktopError, match="xlwings"):
        workbook._guarded("Sub Nothing()\nEnd Sub\n")
