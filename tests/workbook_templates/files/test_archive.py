"""Archives of returned files: bounded, one level deep, and never taken for a workbook."""

import io
import zipfile
from dataclasses import replace

import pytest
from contract import returned

from workbook_templates.files.archive import PackedFile, is_archive, unpacked
from workbook_templates.files.gate import Limits
from workbook_templates.problems import Problem

LIMITS = Limits()
FILES, BYTES = 50, 10_000_000


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def taken_out(content: bytes, limits: Limits = LIMITS, files: int = FILES, total: int = BYTES) -> list[PackedFile]:
    found = unpacked(content, limits, files, total)
    assert not isinstance(found, Problem), found
    return list(found)


def refusal(content: bytes, limits: Limits = LIMITS, files: int = FILES, total: int = BYTES) -> str:
    found = unpacked(content, limits, files, total)
    assert isinstance(found, Problem)
    assert found.code == "F08"
    return found.found


def test_a_workbook_is_no_archive_and_a_zip_of_workbooks_is_one() -> None:
    book = returned([])
    assert not is_archive(book, LIMITS)
    assert is_archive(packed({"a.xlsx": book}), LIMITS)
    assert not is_archive(b"%PDF-1.7", LIMITS)
    assert not is_archive(packed({"a.xlsx": book})[:-30], LIMITS)


def test_files_come_out_whole_by_their_own_names_without_folders() -> None:
    content = {"Bakkehuset/skema æ.xlsx": b"one", "../../etc/x.xlsx": b"two", "C:\\ud\\y.xlsx": b"three", "tom/": b""}
    assert taken_out(packed(content)) == [("skema æ.xlsx", b"one"), ("x.xlsx", b"two"), ("y.xlsx", b"three")]


def test_control_characters_leave_a_name_and_a_name_of_nothing_is_no_file() -> None:
    assert taken_out(packed({"a\x1b[1m\n.xlsx": b"1", "mappe/..": b"2"})) == [("a[1m.xlsx", b"1")]


def test_what_systems_leave_beside_the_files_is_left_out() -> None:
    left = {"__MACOSX/._a.xlsx": b"x", ".DS_Store": b"x", "ud/~$a.xlsx": b"x", "Thumbs.db": b"x"}
    assert taken_out(packed({**left, "a.xlsx": b"1"})) == [("a.xlsx", b"1")]


def test_a_zip_in_a_zip_is_told_and_the_other_files_come_out() -> None:
    inner = packed({"b.xlsx": b"2"})
    assert taken_out(packed({"a.xlsx": b"1", "flere.zip": inner})) == [
        ("a.xlsx", b"1"),
        ("flere.zip", Problem("F07")),
    ]


def test_a_page_with_a_doctype_is_for_the_gate_of_its_own_file() -> None:
    page = b"<!DOCTYPE html><html></html>"
    assert taken_out(packed({"a.html": page})) == [("a.html", page)]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method: int) -> None:
    assert "komprimering" in refusal(packed({"a.xlsx": b"1" * 100}, method))


def test_too_many_files_too_large_a_file_and_too_much_in_all_are_refused_before_anything_comes_out() -> None:
    many = packed({f"{number}.xlsx": b"1" for number in range(6)})
    assert "flere end 5" in refusal(many, files=5)
    large = packed({"a.xlsx": bytes(range(256)) * 20})
    assert "fylder for meget" in refusal(large, replace(LIMITS, max_file_bytes=4_000))
    assert "fylder for meget" in refusal(packed({f"{n}": bytes(range(256)) for n in range(5)}), total=1_000)


def test_a_bomb_is_refused_by_what_it_inflates_to_not_by_what_it_says() -> None:
    bomb = bytearray(packed({"a.xlsx": b"\0" * 5_000_000}))
    at = bomb.index(b"PK\x01\x02") + 24
    bomb[at : at + 4] = (10).to_bytes(4, "little")
    assert "gange" in refusal(bytes(bomb))


def test_an_encrypted_or_damaged_archive_is_told() -> None:
    content = bytearray(packed({"a.xlsx": b"1" * 100}, zipfile.ZIP_STORED))
    damaged = content.replace(b"1" * 50, b"2" * 50, 1)
    assert "beskadiget" in refusal(bytes(damaged))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    assert "adgangskode" in refusal(bytes(content))


def test_a_long_directory_is_not_gone_through_also_where_a_zip64_record_hides_it() -> None:
    content = packed({"a.xlsx": b"1"})
    end = content.index(b"PK\x05\x06")
    record = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(20) + (1 << 20).to_bytes(8, "little") * 2 + bytes(8)
    locator = b"PK\x06\x07" + bytes(4) + end.to_bytes(8, "little") + (1).to_bytes(4, "little")
    hidden = content[:end] + record + locator + content[end:]
    assert not is_archive(hidden, LIMITS)
    assert "flere end" in refusal(hidden)
