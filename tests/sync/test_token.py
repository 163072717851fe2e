"""The signed token of an issued template, and the key that signs it."""

import datetime as dt
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bit_model.checks import check_text
from bit_model.schedule import Period
from sync.failures import Failure, MissingSetting
from sync.settings import Settings, keyed
from sync.token import FormToken, signed, signing_key, verified
from workbook_templates.layouts.doegnskema import Form

KEY = "only for tests, and long enough"
TOKEN = FormToken("S-2026-0042", Period(dt.date(2026, 3, 2), dt.date(2026, 3, 15)), Form.LIST, dt.date(2026, 2, 20))
dates = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
tokens = st.builds(FormToken, st.text(max_size=60), st.builds(Period, dates, dates), st.sampled_from(Form), dates)


@given(tokens)
def test_a_token_says_what_it_was_signed_with(token: FormToken) -> None:
    text = signed(token, KEY)
    assert verified(text, KEY) == token
    assert re.fullmatch(r"[\w.-]+", text, re.ASCII)


def test_a_token_is_short_and_no_text_that_a_cell_may_not_hold() -> None:
    text = signed(TOKEN, KEY)
    assert len(text) < 120
    assert list(check_text(text, "token", 0)) == []


@given(tokens)
def test_a_token_of_another_key_is_not_ours(token: FormToken) -> None:
    assert verified(signed(token, KEY), f"{KEY}.") is None


@given(st.data())
def test_a_changed_token_never_says_anything_else(data: st.DataObject) -> None:
    text = signed(TOKEN, KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters(codec="utf-8")) + text[place + 1 :]
    assert verified(changed, KEY) in {None, TOKEN}


@given(st.text())
def test_any_text_may_stand_where_a_token_should(text: str) -> None:
    assert verified(text, KEY) is None


def test_tokens_differ_by_case_period_form_and_day() -> None:
    others = (
        replace(TOKEN, case_key="S-2026-0043"),
        replace(TOKEN, period=Period(TOKEN.period.start, dt.date(2026, 3, 16))),
        replace(TOKEN, form=Form.GRID),
        replace(TOKEN, issued_on=dt.date(2026, 2, 21)),
    )
    assert len({signed(token, KEY) for token in (TOKEN, *others)}) == 5


def test_a_key_that_is_set_is_used_and_none_is_made(tmp_path: Path) -> None:
    assert signing_key(str(tmp_path / "bitark.db"), KEY) == KEY
    assert signing_key("postgresql://somewhere/bitark", KEY) == KEY
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    key = signing_key(str(tmp_path / "bitark.db"), "")
    assert signing_key(str(tmp_path / "bitark.db"), "") == key
    assert signing_key(str(tmp_path / "andet.db"), "") != key
    file = tmp_path / "bitark.db.key"
    assert {path.name for path in tmp_path.iterdir()} == {"bitark.db.key", "andet.db.key"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_settings_without_a_key_get_the_same_one_at_every_start(tmp_path: Path) -> None:
    first, again = (keyed(Settings(database=str(tmp_path / "bitark.db"))) for _ in range(2))
    assert first.key == again.key == (tmp_path / "bitark.db.key").read_text("ascii")
    assert first.key not in repr(first)


def test_those_who_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as at_once:
        keys = set(at_once.map(lambda _: signing_key(str(tmp_path / "bitark.db"), ""), range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bitark.db.key"]


def test_a_database_at_a_url_needs_the_setting() -> None:
    with pytest.raises(MissingSetting, match="BITARK_SECRET_KEY"):
        signing_key("postgresql+psycopg://somewhere/bitark", "")


@pytest.mark.parametrize("content", [b"", b"short", "nøgle".encode()])
def test_a_damaged_key_is_told_by_its_file_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bitark.db.key"
    file.write_bytes(content)
    with pytest.raises(Failure, match=r"bitark\.db\.key"):
        signing_key(str(tmp_path / "bitark.db"), "")
    assert file.read_bytes() == content


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"bitark\.db\.key"):
        signing_key(str(tmp_path / "findes-ikke" / "bitark.db"), "")
