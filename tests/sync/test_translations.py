"""Every text of the pages stands in both languages."""

from collections.abc import Callable
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from sync_material import returned_schedule

from sync.ingest import Reader, ingest
from sync.store import Store

CATALOGUE = Path("sync/translations/en/LC_MESSAGES/messages")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    found = {
        message for _, _, message, _, _ in extract_from_dir("sync", METHODS, keywords={"_": None, "gettext": None})
    }
    with CATALOGUE.with_suffix(".po").open("rb") as file:
        translated = {message.id for message in read_po(file) if message.id and message.string and not message.fuzzy}
    assert translated == found


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".po").open("rb") as po, CATALOGUE.with_suffix(".mo").open("rb") as mo:
        written, compiled = read_po(po), read_mo(mo)
    assert {m.id: m.string for m in written if m.id} == {m.id: m.string for m in compiled if m.id}


def test_the_pages_can_be_read_in_english(served: Callable[..., Flask], store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule(changes={(3, "Start"): None}), "skema.xlsx")
    client = served(language="en").test_client()
    page = client.get(f"/returneringer/{done.submission_id}").text
    assert '<html lang="en">' in page
    assert "In your rows" in page
    assert "Fill in the cell: a date as" in page
    assert "36.00" in client.get("/sammenligning/").text
