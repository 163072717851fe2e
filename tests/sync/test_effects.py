"""What decisions are worth, on the pages: three figures, the course table, several years, the refund, the report."""

import io
import re
from collections.abc import Callable

import pytest
from decision_forms import CUT, RAISE, UNCHANGED, decide
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sync_material import CASES

HANDICAP, PSYCHIATRY, THIRD = (case.case_key for case in CASES)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def rows_of(page: str, caption: str) -> list[list[str]]:
    """The body rows of the table with the caption, as texts."""
    table = next(
        found for found in re.findall(r"<table.*?</table>", page, re.DOTALL) if f">{caption}</caption>" in found
    )
    body = table.split("<tbody>")[1]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_areas_stand_by_themselves_and_a_raise_carries_a_minus(client: FlaskClient) -> None:
    decide(client, HANDICAP)
    decide(client, PSYCHIATRY, RAISE)
    decide(client, THIRD, UNCHANGED)
    page = client.get("/effekt/?aar=2026").text
    assert [row[:7] for row in rows_of(page, "Virkning pr. udvalgsområde, egne og eksterne for sig")] == [
        ["Handicap", "Eksterne", "2", "294.920", "74.336", "147.864", "222.200"],
        ["Handicap", "I alt i området", "2", "294.920", "74.336", "147.864", "222.200"],
        ["Psykiatri", "Eksterne", "1", "−365.000", "−92.000", "0", "−92.000"],
        ["Psykiatri", "I alt i området", "1", "−365.000", "−92.000", "0", "−92.000"],
    ]
    assert rows_of(page, "Udfald i alt") == [
        ["Takst nedsat, samme støtte", "1", "1", "0"],
        ["Takst hævet", "1", "0", "0"],
        ["Uændret", "1", "0", "0"],
        ["Flytter til mere indgribende støtte", "0", "0", "0"],
        ["Flytter til mindre indgribende støtte", "0", "0", "0"],
        ["Ikke afklaret", "0", "0", "0"],
    ]
    netted = 294_920 - 365_000
    assert f"{abs(netted):,}".replace(",", ".") not in page


def test_several_years_are_counted_by_days_and_a_leap_year_has_one_more(client: FlaskClient) -> None:
    decide(client, HANDICAP)
    page = client.get("/effekt/?aar=2026").text
    assert rows_of(page, "Kroner pr. år og udvalgsområde") == [
        ["2026", "222.200"],
        ["2027", "294.920"],
        ["2028", "295.728"],
        ["2029", "294.920"],
    ]
    assert "295.728" in client.get("/effekt/?aar=2028").text


def test_the_year_of_the_decision_narrows_what_is_shown_without_reviving_what_was_revised(client: FlaskClient) -> None:
    decide(client, HANDICAP, decided_on="2025-12-01")
    decide(client, HANDICAP, RAISE, revises="1")
    assert "Der er ingen afgørelser at regne på" in client.get("/effekt/?truffet=2025").text
    assert "−365.000" in client.get("/effekt/?truffet=2026").text


def test_without_decisions_the_page_says_so(client: FlaskClient) -> None:
    assert "Der er ingen afgørelser at regne på" in client.get("/effekt/").text
    assert "Der er ingen afgørelser at regne på" in client.get("/effekt/rapport").text
    assert "Der er ingen afgørelser endnu" in client.get("/afgoerelser/").text


MADE_UP = (
    '[{"valid_from": "2026-01-01", "source": "en opdigtet kilde", '
    '"steps": [{"over": 1000000, "share": "0.25"}, {"over": 1500000, "share": "0.5"}]}]'
)


def test_the_refund_is_shown_by_the_limits_that_are_set_and_not_without(
    served: Callable[..., Flask], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.settings import Settings

    decide(client, HANDICAP)
    assert "Der er ikke sat beløbsgrænser for 2026" in client.get("/effekt/?aar=2026").text
    monkeypatch.setenv("BITARK_REFUSION", MADE_UP)
    with_limits = served(refusion=Settings().refusion).test_client()
    page = with_limits.get("/effekt/?aar=2026").text
    # 4,505 kr a day are 1,644,325 a year, 3,697 are 1,349,405.
    before, after = 125_000 + 144_325 / 2, 349_405 / 4
    (row,) = rows_of(page, "Helårsvirkning før og efter statsrefusion")
    assert row == ["Handicap", "294.920", "109.811", "185.109"]
    assert round(before - after) == 109_811
    assert "en opdigtet kilde" in page
    assert "Der er ikke sat beløbsgrænser for 2025" in with_limits.get("/effekt/?aar=2025").text


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_report_tells_of_no_case_no_provider_and_no_small_number(
    served: Callable[..., Flask], client: FlaskClient
) -> None:
    decide(client, HANDICAP)
    decide(client, THIRD, UNCHANGED)
    decide(client, PSYCHIATRY, RAISE)
    page = client.get("/effekt/rapport?aar=2026").text.split("<main")[1]
    assert page.count("Færre end 5 afgørelser; området vises ikke.") == 2
    assert not re.search(r"294\.920|222\.200|365\.000|S-2026|Bakkehuset", page)
    smaller = served(report_smallest_count=2).test_client()
    page = smaller.get("/effekt/rapport?aar=2026").text.split("<main")[1]
    assert rows_of(page, "Handicap") == [
        ["Takst nedsat, samme støtte, Uændret", "2", "vises ikke", "vises ikke", "vises ikke"]
    ]
    assert not re.search(r"294\.920|222\.200|S-2026", page)
    document = Document(io.BytesIO(smaller.get("/effekt/rapport.docx?aar=2026").data))
    assert [[cell.text for cell in row.cells] for table in document.tables for row in table.rows][1:] == [
        ["Takst nedsat, samme støtte, Uændret", "2", "vises ikke", "vises ikke"]
    ]
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Området har for få afgørelser til at blive vist." in words
    assert "{" not in words
    assert smaller.get("/effekt/rapport.pdf?aar=2026").data.startswith(b"%PDF")
    decide(client, HANDICAP, effective_date="2027-01-01", retro="none", old_rate="3697", new_rate="3600")
    shown = rows_of(smaller.get("/effekt/rapport?aar=2027").text, "Handicap")
    assert shown == [["Takst nedsat, samme støtte, Uændret", "3", "vises ikke", "330.325", "330.325"]]


def test_an_area_with_an_odd_name_is_shown_as_text(client: FlaskClient) -> None:
    decide(client, HANDICAP, reason="<script>alert(1)</script>")
    page = client.get(f"/sager/{HANDICAP}/afgoerelse").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_pages_of_effects_can_be_read_in_english(served: Callable[..., Flask], client: FlaskClient) -> None:
    decide(client, HANDICAP, CUT)
    english = served(language="en").test_client()
    page = english.get("/effekt/?aar=2026").text
    assert "Full-year effect, kr" in page
    assert "294,920" in page
    assert "Tariff lowered, same support" in page
