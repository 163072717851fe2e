"""Originals are written once and never changed."""

import hashlib
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sync_material import returned_schedule

from sync.files import MAX_RETRIES, RETRY_SECONDS, Originals, OriginalUnavailable, open_originals
from sync.ingest import Reader, ingest
from sync.store import Store, submissions


@pytest.fixture
def place(originals: str) -> Originals:
    """A folder, and then once more a bucket."""
    return open_originals(originals)


def test_an_original_is_named_by_its_hash_and_comes_back_unchanged(place: Originals) -> None:
    originals = place
    sha256 = originals.put(b"abc")
    assert sha256 == hashlib.sha256(b"abc").hexdigest()
    assert originals.get(sha256) == b"abc"
    assert [name for name, _ in originals.all()] == [sha256]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    originals = open_originals(str(tmp_path / "o"))
    first = originals.put(b"abc")
    written = (tmp_path / "o" / first).stat().st_mtime_ns
    assert originals.put(b"abc") == first
    assert (tmp_path / "o" / first).stat().st_mtime_ns == written


def test_a_file_torn_by_a_power_cut_is_written_again(tmp_path: Path) -> None:
    originals = open_originals(str(tmp_path / "o"))
    sha256 = originals.put(b"abc")
    (tmp_path / "o" / sha256).write_bytes(b"a")
    originals.put(b"abc")
    assert originals.get(sha256) == b"abc"


def test_what_is_stored_is_never_written_over(place: Originals, originals: str) -> None:
    sha256 = place.put(b"abc")
    before = dict(place.all())
    assert place.put(b"abc") == sha256
    assert dict(place.all()) == before == dict(open_originals(originals).all())


def test_a_missing_original_is_said_to_be_missing(place: Originals) -> None:
    with pytest.raises(OriginalUnavailable, match="findes ikke"):
        place.get("0" * 64)


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
    for use in (lambda: originals.put(b"abc"), lambda: originals.get("0" * 64), lambda: list(originals.all())):
        with pytest.raises(OriginalUnavailable, match="BITARK_ORIGINALS"):
            use()
    assert time.monotonic() - begun < 3 * (MAX_RETRIES + 1) * RETRY_SECONDS


@pytest.mark.parametrize("url", ["ftp://et/sted", "s3://"])
def test_a_place_of_an_unknown_kind_is_told(url: str) -> None:
    with pytest.raises(OriginalUnavailable, match="s3://bucket/prefix"):
        open_originals(url)


def test_a_file_that_could_not_be_stored_leaves_nothing_behind(store: Store, reader: Reader, originals: str) -> None:
    broken = originals.replace("/originaler", "/borte") if store.originals.folder else "s3://ingen-spand/her"
    elsewhere = Store(store.engine, open_originals(broken))
    if elsewhere.originals.folder:
        elsewhere.originals.folder.rmdir()
        elsewhere.originals.folder.write_bytes(b"a file where the folder was")
    with pytest.raises(OriginalUnavailable):
        ingest(elsewhere, reader, returned_schedule(), "skema.xlsx")
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []
    assert list(store.originals.all()) == []
    assert ingest(store, reader, returned_schedule(), "skema.xlsx").is_new
