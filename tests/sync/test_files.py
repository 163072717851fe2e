"""Originals are written once and never changed."""

import datetime as dt
import hashlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sync_material import returned_schedule

from sync.files import MAX_RETRIES, RETRY_SECONDS, AlreadyThere, Originals, OriginalUnavailable, open_originals
from sync.ingest import Reader, ingest
from sync.store import Store, submissions
from sync.store.originals import original, tidy

NAMES = ("0" * 32, "1" * 64)


@pytest.fixture
def place(originals: str) -> Originals:
    """A folder, and then once more a bucket."""
    return open_originals(originals)


def test_what_is_put_under_a_name_comes_back_unchanged_and_goes_when_it_is_deleted(place: Originals) -> None:
    for name in NAMES:
        place.put(name, b"abc")
    assert [place.get(name) for name in NAMES] == [b"abc", b"abc"]
    assert sorted(name for name, _ in place.all()) == sorted(NAMES)
    for _ in range(2):
        place.delete(NAMES[0])
    assert (place.find(NAMES[0]), place.size(NAMES[0]), place.size(NAMES[1])) == (None, None, 3)


def test_what_is_there_is_never_written_over(place: Originals) -> None:
    place.put(NAMES[0], b"abc")
    with pytest.raises(AlreadyThere):
        place.put(NAMES[0], b"another")
    assert place.get(NAMES[0]) == b"abc"


def test_the_same_bytes_are_kept_once_and_not_written_again(store: Store, reader: Reader) -> None:
    content = returned_schedule()
    for name in ("a.xlsx", "b.xlsx"):
        ingest(store, reader, content, name)
    (kept,) = store.originals.all()
    assert original(store, hashlib.sha256(content).hexdigest()) == content
    ingest(store, reader, content, "c.xlsx")
    assert list(store.originals.all()) == [kept]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_file_torn_by_a_power_cut_is_written_again(store: Store, reader: Reader, tmp_path: Path) -> None:
    content = returned_schedule()
    ingest(store, reader, content, "skema.xlsx")
    ((name, _),) = store.originals.all()
    for torn in ((tmp_path / "originaler" / name).read_bytes()[:1_000], b""):
        (tmp_path / "originaler" / name).write_bytes(torn)
        with pytest.raises(OriginalUnavailable):
            original(store, hashlib.sha256(content).hexdigest())
        ingest(store, reader, content, "skema.xlsx")
        assert original(store, hashlib.sha256(content).hexdigest()) == content
    assert [one for one, _ in store.originals.all()] == [name]


def test_a_missing_original_is_said_to_be_missing(place: Originals) -> None:
    with pytest.raises(OriginalUnavailable, match="findes ikke"):
        place.get("0" * 64)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_halves_that_a_killed_writer_left_are_removed_after_a_day(store: Store, tmp_path: Path) -> None:
    folder, day = tmp_path / "originaler", dt.timedelta(days=1)
    old, new, other = f"{NAMES[0]}#1", f"{NAMES[1]}#12", "noter#1"
    for name in (old, new, other):
        (folder / name).write_bytes(b"half")
    long_ago = dt.datetime.now() - day - dt.timedelta(minutes=1)
    for name in (old, other):
        os.utime(folder / name, (long_ago.timestamp(),) * 2)
    tidy(store, dt.datetime.now(dt.UTC))
    assert sorted(path.name for path in folder.iterdir()) == sorted((new, other))


def _nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")


def _never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever connects is hung up on without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")


def _no_such_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")


@pytest.mark.parametrize(
    "trouble, bucket_name", [(_nobody_listens, ""), (_never_answers, ""), (_no_such_bucket, "s3://ingen-spand/her")]
)
def test_an_s3_that_cannot_be_used_is_told_with_the_remedy_and_soon(
    trouble: Callable[[pytest.MonkeyPatch], None], bucket_name: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble(monkeypatch)
    originals = open_originals(bucket_name or bucket)
    begun = time.monotonic()
    for use in (
        lambda: originals.put(NAMES[0], b"abc"),
        lambda: originals.get("0" * 64),
        lambda: list(originals.all()),
    ):
        with pytest.raises(OriginalUnavailable, match="BITARK_ORIGINALS"):
            use()
    assert time.monotonic() - begun < 3 * (MAX_RETRIES + 1) * RETRY_SECONDS


@pytest.mark.parametrize("url", ["ftp://et/sted", "s3://"])
def test_a_place_of_an_unknown_kind_is_told(url: str) -> None:
    with pytest.raises(OriginalUnavailable, match="s3://bucket/prefix"):
        open_originals(url)


def test_a_file_that_could_not_be_stored_leaves_nothing_behind(store: Store, reader: Reader, originals: str) -> None:
    broken = originals.replace("/originaler", "/borte") if store.originals.folder else "s3://ingen-spand/her"
    elsewhere = replace(store, originals=open_originals(broken))
    if elsewhere.originals.folder:
        elsewhere.originals.folder.rmdir()
        elsewhere.originals.folder.write_bytes(b"a file where the folder was")
    with pytest.raises(OriginalUnavailable):
        ingest(elsewhere, reader, returned_schedule(), "skema.xlsx")
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    assert list(store.originals.all()) == []
    assert ingest(store, reader, returned_schedule(), "skema.xlsx").is_new
