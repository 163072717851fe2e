"""`bitark new-tariff`: a tariff template with what the authority knows of a provider."""

from pathlib import Path

import pytest
from sync_material import CASES, HOUSES, MODELS, returned_schedule
from typer.testing import CliRunner

from bit_model.parameters import ParameterSet
from sync.cli import app
from sync.commands.options import FINE
from sync.failures import Failure
from sync.issue import take_in_case_list
from sync.settings import Settings
from sync.tariff import from_case_list, from_database
from workbook_templates.case_list.build import build_case_list
from workbook_templates.problems import has_errors
from workbook_templates.reading import examine_files
from workbook_templates.tariff_sheet.build import build_tariff

CONTENT = build_case_list(CASES, MODELS, HOUSES)


def test_the_template_holds_lines_model_house_and_cases_of_the_case_list(settings: Settings, tmp_path: Path) -> None:
    sheet, problems = from_case_list(CONTENT, "Bakkehuset", settings)
    assert not has_errors(problems)
    assert [(one.line.covers, one.case_key) for one in sheet.lines] == [("Husets drift", ""), ("Støtte", "")]
    assert (sheet.house, sheet.places) == ("Bakkehuset 2", 6)
    assert sheet.model is not None
    assert (sheet.model.kind, sheet.model.hour_price) == (MODELS[0].kind, MODELS[0].hour_price)
    assert [case.case_key for case in sheet.cases] == [case.case_key for case in CASES]
    file = tmp_path / "takst.xlsx"
    file.write_bytes(build_tariff(sheet, ParameterSet()))
    (report,) = examine_files([file])
    assert report.tariff is not None
    assert [case["financed"] for case in report.tariff["cases"]] == [52.5] * 3


def test_the_database_gives_the_measured_hours_too(settings: Settings, tmp_path: Path) -> None:
    from sync.collect import collect

    assert take_in_case_list(CONTENT, settings)[1] is not None
    file = tmp_path / "skema.xlsx"
    file.write_bytes(returned_schedule())
    list(collect([file], settings.database, settings.originals, settings.limits))
    sheet, _ = from_database("Bakkehuset", settings)
    assert [None if case.measured is None else float(case.measured) for case in sheet.cases] == [37.67, None, None]


def test_a_provider_that_is_not_on_the_list_is_told(settings: Settings) -> None:
    with pytest.raises(Failure, match="En anden"):
        from_case_list(CONTENT, "En anden", settings)


def test_a_list_that_cannot_be_relied_on_makes_nothing(settings: Settings) -> None:
    with pytest.raises(Failure, match="F0"):
        from_case_list(b"PK", "Bakkehuset", settings)


def test_new_tariff_writes_the_file_once(tmp_path: Path) -> None:
    listed, file = tmp_path / "sagsliste.xlsx", tmp_path / "takst.xlsx"
    listed.write_bytes(CONTENT)
    done = CliRunner().invoke(app, ["new-tariff", str(file), "--provider", "Bakkehuset", "--list", str(listed)])
    assert done.exit_code == FINE, done.output
    content = file.read_bytes()
    again = CliRunner().invoke(app, ["new-tariff", str(file), "--provider", "Bakkehuset"])
    assert isinstance(again.exception, Failure)
    assert file.read_bytes() == content


def test_without_a_list_the_template_has_the_providers_name(tmp_path: Path) -> None:
    file = tmp_path / "takst.xlsx"
    assert CliRunner().invoke(app, ["new-tariff", str(file), "--provider", "Bakkehuset"]).exit_code == FINE
    (report,) = examine_files([file])
    assert report.header["provider"] == "Bakkehuset"
    assert {problem.code for problem in report.problems} == {"H01"}
