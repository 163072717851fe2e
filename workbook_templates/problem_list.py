"""The list of a file's problems as people see it: titles, columns, colours and the words of a row. Data only."""

from collections import Counter
from collections.abc import Iterable

from bit_model.checks import Level
from workbook_templates.layout import Text
from workbook_templates.problems import Problem
from workbook_templates.readings import word
from workbook_templates.style import BLUE, MISSING, RED, RED_TEXT, WEEKEND, YELLOW

FILLS = {Level.ERROR: RED, Level.WARNING: YELLOW, Level.INFORMATION: WEEKEND}
LINES = {Level.ERROR: RED_TEXT, Level.WARNING: MISSING, Level.INFORMATION: BLUE}
"""Behind and around a cell with a problem; the level always stands beside it as a word."""
AUTHOR = "BITark"
"""Stands in each remark of ours, by which it is known again."""
NAME = Text("Problemer", "Problems")
TITLE = Text("Problemer fundet af BITark", "Problems found by BITark")
TITLES = frozenset({TITLE.da, TITLE.en})
COLUMNS = (
    (Text("Niveau", "Level"), 13),
    (Text("Kode", "Code"), 8),
    (Text("Sted", "Place"), 20),
    (Text("Felt", "Field"), 17),
    (Text("Fundet", "Found"), 26),
    (Text("Hvad er galt", "What is wrong"), 46),
    (Text("Hvad gør jeg", "What to do"), 54),
)
_COUNTS = {
    Level.ERROR: Text("Fejl", "Errors"),
    Level.WARNING: Text("Advarsler", "Warnings"),
    Level.INFORMATION: Text("Oplysninger", "Information"),
}
_NONE = Text("Ingen problemer.", "No problems.")
MEANING = Text(
    "Fejl skal rettes, før filen kan bruges. Advarsler og oplysninger holder den ikke ude, men er værd at se efter.",
    "Errors must be corrected before the file can be used. Warnings and information do not keep it out.",
)
IN_CELLS = Text(
    "Et sted med link er farvet og har en bemærkning. Ret i filen, gem, og send den igen; dette ark må blive stående.",
    "A place with a link is coloured and has a remark. Correct the file, save and send it again; this sheet may stay.",
)
ONLY_HERE = Text(
    "Filen kunne ikke få bemærkninger i sine egne celler. Ret dem i filen, gem, og send den igen.",
    "The file's own cells could not be given remarks. Correct them in the file, save and send it again.",
)


def summary(problems: Iterable[Problem], language: str = "da") -> str:
    """How many of each level, or that there are none."""
    counts = Counter(problem.level for problem in problems)
    told = ". ".join(f"{_COUNTS[level].in_language(language)}: {counts[level]}" for level in Level if counts[level])
    return told or _NONE.in_language(language)


def row_texts(problem: Problem, at: tuple[str, str], language: str = "da") -> tuple[str, ...]:
    """What stands in each of `COLUMNS`; `at` is the sheet and cell that are shown as its place."""
    return (
        word(problem.level, language),
        problem.code,
        "!".join(filter(None, at)),
        problem.field,
        problem.found,
        problem.message(language),
        problem.remedy(language),
    )


def remark_lines(problem: Problem, language: str = "da") -> tuple[str, str, str]:
    """The lines of a problem's remark at its cell: level and code, what is wrong, what to do."""
    return (
        f"{word(problem.level, language)} {problem.code} · {AUTHOR}",
        " ".join(problem.message(language).split()),
        " ".join(problem.remedy(language).split()),
    )
