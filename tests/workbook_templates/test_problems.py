import re

import pytest

from bit_model.checks import LEVELS
from workbook_templates.problems import CATALOGUE, Problem, has_errors


def test_every_code_has_words_and_every_word_a_code() -> None:
    assert set(CATALOGUE) == set(LEVELS)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_problem_says_what_was_found_and_what_to_do(code: str, language: str) -> None:
    problem = Problem(code, "Døgnskema", "B7", "Start", "07,x")
    for text in (problem.message(language), problem.remedy(language)):
        assert re.fullmatch(r"[A-ZÆØÅ{0-9].+[.]", text)
        assert "{" not in text


def test_a_problem_has_one_shape_everywhere() -> None:
    assert list(Problem("R01", "Døgnskema", "B7", "Start").as_json()) == [
        "level", "code", "sheet", "cell", "field", "found", "message", "remedy",
    ]  # fmt: skip


def test_only_an_error_keeps_a_file_out() -> None:
    assert has_errors([Problem("R18"), Problem("R01")])
    assert not has_errors([Problem("R18"), Problem("R05")])
