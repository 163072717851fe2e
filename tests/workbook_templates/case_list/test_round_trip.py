"""Nothing is lost between the domain's objects, a case list, a spreadsheet program and back."""

from pathlib import Path
from typing import Any

import pytest
from case_lists import awkward_cases, case_lists, without_rows
from hypothesis import HealthCheck, given, settings
from libreoffice import convert

from sync.demo import municipality
from workbook_templates.case_list.build import build_case_list
from workbook_templates.case_list.read import CaseList, read_case_list
from workbook_templates.files.gate import Limits


def content(case_list: CaseList) -> Any:
    return without_rows((case_list.cases, case_list.tariff_models, case_list.houses))


@given(case_lists())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_built_is_read_back_whatever_is_in_it(lists: Any) -> None:
    assert content(read_case_list(build_case_list(*lists), Limits())) == without_rows(lists)


@pytest.mark.parametrize("language", ["da", "en"])
def test_awkward_texts_are_read_back_in_every_field(language: str) -> None:
    found = read_case_list(build_case_list(awkward_cases(), language=language), Limits())
    assert without_rows(found.cases) == without_rows(awkward_cases())


def test_a_list_that_libreoffice_saved_is_read_back_the_same(tmp_path: Path) -> None:
    town = municipality()
    lists = {"da": (town.cases, town.models, town.houses), "en": (awkward_cases(), (), ())}
    files = [tmp_path / f"{language}.xlsx" for language in lists]
    for file, made in zip(files, lists.values(), strict=True):
        file.write_bytes(build_case_list(*made, file.stem))
    for kind in ("xlsx", "ods"):
        for saved in convert(files, kind, tmp_path / kind, recalculate=False):
            found = read_case_list(saved.read_bytes(), Limits())
            assert content(found) == without_rows(lists[saved.stem]), saved.name
