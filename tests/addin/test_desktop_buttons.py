import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.arguments import ArgumentError
from addin.hosts.desktop import buttons
from addin.hosts.desktop.places import places


class Excel:
    """Excel as xlwings' engines have it, of which a button needs the message box alone."""

    pid = 0

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def alert(self, prompt: str, title: str, _buttons: str, mode: str, _callback: None) -> str:
        self.told.append((prompt, title, mode))
        return "ok"

    @property
    def app(self) -> "Excel":
        return self

    @property
    def impl(self) -> "Excel":
        return self


@pytest.fixture
def excel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Excel:
    found = Excel()
    monkeypatch.setattr(xw.Book, "_mock_caller", found, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / ".bitark").mkdir()
    return found


def failing(error: Exception) -> Callable[[xw.Book], None]:
    def action(_: xw.Book) -> None:
        raise error

    return action


def test_an_action_gets_the_open_workbook(excel: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setitem(buttons.ACTIONS, "check", given.append)
    buttons.run("check")
    assert [book.impl for book in given] == [excel]
    assert not excel.told


def test_what_a_user_can_do_something_about_is_told_as_it_is(excel: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(buttons.ACTIONS, "check", failing(ArgumentError("Arket Døgnskema mangler.")))
    buttons.run("check")
    assert excel.told == [("Arket Døgnskema mangler.", "BITark", "critical")]


def test_what_nobody_expected_is_told_without_its_traceback_which_is_kept(
    excel: Excel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(buttons.ACTIONS, "check", failing(ZeroDivisionError("division by zero")))
    buttons.run("check")
    ((told, _, mode),) = excel.told
    log = places("win32", {"APPDATA": str(tmp_path), "USERPROFILE": str(tmp_path)}).log
    assert "Traceback" not in told
    assert str(log) in told
    assert mode == "critical"
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_about_tells_what_is_missing(excel: Excel) -> None:
    buttons.run("about")
    ((told, _, mode),) = excel.told
    assert "bitark-addin install" in told
    assert mode == "critical"
