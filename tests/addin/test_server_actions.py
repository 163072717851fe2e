"""The five buttons over HTTP against the service: what comes back is what the actions ask for, and can be applied."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from changes import apply
from libreoffice import convert
from openpyxl import load_workbook
from payload import opened, payload
from server_host import serving
from sync_material import returned_schedule

from addin import actions
from addin.client import Client

SCHEDULE = Path(__file__).parent.parent / "issued" / "doegnskema-2.xlsx"
SCRIPTS: dict[str, Callable[[xw.Book], None]] = {
    "tjek_skema": actions.check,
    "fyld_fra_moensterdag": actions.fill,
    "send_skema": actions.send,
    "hent_sammenligning": actions.fetch,
    "opdater_sammenligning": actions.refresh,
}
_CLOCK = re.compile(r"\d\d-\d\d-\d{4} kl\. \d\d:\d\d|\b\d{5}\.\d{6,}|[\w-]{20,}\.[\w-]{43}\b")
"""When something was fetched or made: in words, as a serial number, or signed with what it says."""


def test_every_button_does_over_http_what_it_does_here(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BITARK_SERVICE", address)
    comparison = tmp_path / "bit.xlsx"
    comparison.write_bytes(Client().comparison_workbook())
    (computed,) = convert([comparison], "xlsx", tmp_path / "computed")
    Client().submit("skema.xlsx", returned_schedule())
    own_case = load_workbook(SCHEDULE)
    own_case["Oplysninger"]["B7"].value = "S-2026-0001"
    schedule = tmp_path / "skema.xlsx"
    own_case.save(schedule)
    (sent,) = convert([schedule], "xlsx", tmp_path / "computed")
    told: dict[str, str] = {}
    with serving(BITARK_SERVICE=address) as server:
        for name, action in SCRIPTS.items():
            file = computed if name == "opdater_sammenligning" else sent
            body = payload(
                file, name="skema.xlsx", **({"sheet": "Dage", "selection": "A2:A4"} if "fyld" in name else {})
            )
            asked = server.run_script(name, json.loads(json.dumps(body)))
            book = opened(body)
            action(book)
            assert timeless(asked) == timeless(book.json()), name
            told[name] = (applied := apply(asked, file)).alerts[0].text
            assert applied.alerts[0].title == "BITark"
            sheets = load_workbook(BytesIO(applied.content)).sheetnames
            assert (sheets[0] == "Problemer") == (name in {"tjek_skema", "send_skema"}), (name, applied.alerts)
            assert (actions.COMPARISON_SHEET in sheets) == (name == "hent_sammenligning")
    assert told["opdater_sammenligning"] == "Opdateret med 3 sager.\nNye tal: S-2026-0001."
    assert "af sag S-2026-0001" in told["send_skema"]


def timeless(changes: dict[str, Any]) -> str:
    """Without the minute that something was fetched."""
    return _CLOCK.sub("", json.dumps(changes["actions"], ensure_ascii=False))
