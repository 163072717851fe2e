"""One returned file of each form and version that was ever sent out, saved by LibreOffice: all of them are still read.

What was sent out stays in use, so a file here is never made anew. Those of a new form or version are added by
python tests/workbook_templates/test_issued.py
"""

import datetime as dt
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from bit_model_example import PERIOD, worked_schedule
from cost_sheets import ROOM, drawn
from libreoffice import convert

from bit_model.case import Case, OrderLine, ProviderKind
from bit_model.comparison import compare
from bit_model.negotiation import Negotiation, NegotiationStatus
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import read_case_list
from workbook_templates.comparison.content import CaseRow, ComparisonContent
from workbook_templates.comparison.read import read_returned
from workbook_templates.comparison.workbook import write_comparison
from workbook_templates.files.gate import Limits
from workbook_templates.layouts import TEMPLATES
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.sagsliste import SAGSLISTE
from workbook_templates.layouts.sammenligning import SAMMENLIGNING
from workbook_templates.layouts.takst import TAKST
from workbook_templates.schedule.fill import fill_schedule
from workbook_templates.schedule.kept import unpack_entries
from workbook_templates.schedule.report import FileReport, examine
from workbook_templates.schedule.stamp import issue_schedule
from workbook_templates.tariff_sheet.build import write_tariff

FOLDER = Path(__file__).parent.parent / "issued"
FILES = sorted(file.stem for file in FOLDER.iterdir())
SOUND_TARIFF = 27
NEGOTIATED = Negotiation(NegotiationStatus.MEETING_AGREED, "Nattevagten\nses igen", dt.date(2026, 12, 1), "Teamleder")
SCHEDULES = [name for name in FILES if name.startswith("doegnskema")]


def report(name: str) -> FileReport:
    content = (FOLDER / f"{name}.xlsx").read_bytes()
    return examine(content, f"{name}.xlsx", ParameterSet(), dt.date(2026, 11, 22), Limits())


def entries(name: str) -> list[Entry]:
    return sorted(entry._replace(row=0) for entry in unpack_entries(report(name).entries))


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(SAMMENLIGNING.name)])
def test_the_version_it_was_issued_in_is_read_and_named(name: str) -> None:
    template, _, version = name.rpartition("-")
    found = report(name)
    assert (found.template, found.version) == (template, int(version))


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_of_each_form_and_version_has_the_entries_and_hours_of_the_worked_example(name: str) -> None:
    found = report(name)
    assert found.case_key == "S-2026-0042"
    assert entries(name) == sorted(worked_schedule().entries)
    assert found.hours is not None
    assert (found.hours["naive"], found.hours["per_week"]["resource_ex_night"]) == (47.00, 37.67)
    assert {problem.code for problem in found.problems} == {"R17"}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(SAGSLISTE.name)])
def test_a_case_list_of_each_version_is_sound(name: str) -> None:
    found = read_case_list((FOLDER / f"{name}.xlsx").read_bytes(), Limits())
    assert found.sound
    assert found.cases


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(TAKST.name)])
def test_a_tariff_template_of_each_version_gives_its_figures(name: str) -> None:
    found = report(name)
    assert found.tariff is not None
    assert found.tariff["provider"] == "Bostedet Åsen"


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(SAMMENLIGNING.name)])
def test_a_comparison_of_each_version_gives_back_what_was_written_in_it(name: str) -> None:
    found = read_returned((FOLDER / f"{name}.xlsx").read_bytes(), Limits())
    assert (found.refused, found.problems, found.stamp) == (False, (), "stempel")
    assert [(row.case_key, row.version, row.negotiation) for row in found.rows] == [("S-2026-0042", 3, NEGOTIATED)]


def test_every_form_and_version_that_is_read_has_a_file() -> None:
    assert missing() == []


def missing() -> list[str]:
    """Form and version of each file that is not there."""
    versions = [
        (one.name, version) for one in (*TEMPLATES.values(), SAMMENLIGNING) for version in {one.version, *one.earlier}
    ]
    return [name for name, version in versions if f"{name}-{version}" not in FILES]


def filled_schedule(form: Form) -> bytes:
    """The worked example in a form as it is issued today."""
    from sync.token import FormToken, signed  # the tests of templates run where the service is not installed

    case = Case("S-2026-0042", "Voksne", "Tilbuddet", ProviderKind.OWN, "Hus 1", order=(OrderLine("Egenomsorg"),))
    token = signed(FormToken(case.case_key, PERIOD, form, dt.date(2026, 2, 20)), "kun til prøver")
    template = issue_schedule(case, PERIOD, 6, token, ParameterSet(), form=form)
    stated = {"usual_period": True, "filled_by": "Afdelingsleder", "filled_on": dt.date(2026, 3, 16), "certified": True}
    return fill_schedule(template, worked_schedule(), **stated)


def filled_case_list() -> bytes:
    """The demo's cases."""
    from sync.demo import municipality

    demo = municipality()
    return build_case_list(demo.cases, demo.models, demo.houses)


def filled_tariff() -> bytes:
    """A made-up provider's costs and charges, without an error."""
    content = drawn(SOUND_TARIFF)
    return write_tariff(content.header, content.rows, content.parameters, room=ROOM)


def filled_comparison() -> bytes:
    """One case, with what people may write about it."""
    found = compare(36, 38, 42)
    row = CaseRow(
        "S-2026-0042", "Voksne", "Tilbuddet", "egen", 36, 38, 42, found, negotiation=NEGOTIATED, row_version=3
    )
    target = BytesIO()
    write_comparison(target, ComparisonContent(dt.datetime(2026, 11, 25, 9), ParameterSet(), [row], stamp="stempel"))
    return target.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "doegnskema": lambda: filled_schedule(Form.LIST),
    "doegnskema_net": lambda: filled_schedule(Form.GRID),
    SAGSLISTE.name: filled_case_list,
    TAKST.name: filled_tariff,
    SAMMENLIGNING.name: filled_comparison,
}


def add_missing() -> None:
    """Fills in the templates that have no file yet, and has LibreOffice save them."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name in missing():
            version = (TEMPLATES | {SAMMENLIGNING.name: SAMMENLIGNING})[name].version
            files.append(Path(folder) / f"{name}-{version}.xlsx")
            files[-1].write_bytes(MAKERS[name]())
        for file in convert(files, "xlsx", Path(folder) / "saved"):
            (FOLDER / file.name).write_bytes(file.read_bytes())


if __name__ == "__main__":
    add_missing()
