"""Originals are written once and never changed."""

import hashlib
from pathlib import Path

import pytest

from sync.files import OriginalUnavailable, open_originals


def test_an_original_is_named_by_its_hash_and_comes_back_unchanged(tmp_path: Path) -> None:
    originals = open_originals(str(tmp_path / "o"))
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


def test_a_missing_original_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(OriginalUnavailable):
        open_originals(str(tmp_path / "o")).get("0" * 64)
