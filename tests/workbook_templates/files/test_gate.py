import io
import zipfile

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook_templates.files.gate import Container, Kind, Limits, gate
from workbook_templates.problems import Problem

LIMITS = Limits()


def code(content: bytes, limits: Limits = LIMITS) -> str:
    outcome = gate(content, limits)
    return outcome.code if isinstance(outcome, Problem) else outcome.kind


def found(content: bytes) -> str:
    outcome = gate(content, LIMITS)
    assert isinstance(outcome, Problem)
    return outcome.found


def test_a_workbook_passes_with_its_parts() -> None:
    outcome = gate(hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>'), LIMITS)
    assert isinstance(outcome, Container)
    assert outcome.kind is Kind.XLSX
    assert b'<c r="A1">' in outcome.parts["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "content, word",
    [
        (b"", "tom"),
        (b"\0" * 600, "tom"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xef\xbb\xbf<html><table><tr>", "HTML"),
        (b"<table border=1><tr><td>1</td>", "HTML"),
        ("<html>".encode("utf-16"), "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003"),
        (b"Dato;Start;Slut\r\n02-03-2026;07:30;08:00\r\n", "CSV"),
        ("Dato\tStart\n".encode("utf-16"), "CSV"),
        (b"hej med dig", "tekstfil"),
        (b"\x01\x02\x03\x04\x05", "ukendt"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00", "ukendt"),
        (b"PK\x05\x06" + bytes(18), "zip"),
        (hostile.zipped({"word/document.xml": "<w/>"}), "Word"),
        (hostile.zipped({"ppt/presentation.xml": "<p/>"}), "PowerPoint"),
        (hostile.zipped({"Index/Document.iwa": b"x"}), "Numbers"),
        (hostile.zipped({"ferie.jpg": b"x"}), "zip-arkiv"),
        (hostile.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        (hostile.ole("WordDocument"), "Word"),
        (hostile.ole("__properties_version1.0"), "Outlook"),
        (hostile.ole("Noget andet"), "OLE"),
    ],
)
def test_what_is_no_workbook_is_called_what_it_is(content: bytes, word: str) -> None:
    assert code(content) == "F01"
    assert word in found(content)


def test_an_ole_container_is_an_xls_or_an_encrypted_workbook() -> None:
    assert code(hostile.ole("Workbook")) == Kind.XLS
    assert code(hostile.ole("Book")) == Kind.XLS
    assert code(hostile.ole("EncryptedPackage")) == "F02"
    assert code(hostile.ole("EncryptionInfo")) == "F02"


def test_an_ods_is_known_by_its_mimetype_and_refused_when_encrypted() -> None:
    assert code(hostile.ods("")) == Kind.ODS
    assert code(hostile.ods("", manifest="<manifest:encryption-data/>".replace("manifest:", ""))) == "F02"


def test_a_macro_workbook_and_a_binary_workbook_are_known_by_content() -> None:
    parts = hostile.xlsx_parts()
    types = str(parts["[Content_Types].xml"])
    openxml = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts["[Content_Types].xml"] = types.replace(openxml, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    assert code(hostile.zipped(parts)) == Kind.XLSX
    parts["[Content_Types].xml"] = types.replace(openxml, "application/vnd.ms-excel.sheet.binary.macroEnabled.main")
    assert code(hostile.zipped(parts)) == Kind.XLSB


def test_a_part_is_never_inflated_beyond_the_limit_whatever_it_declares() -> None:
    assert code(hostile.lying_zip()) == "F03"


def test_the_parts_together_stay_below_the_total() -> None:
    parts = hostile.xlsx_parts() | {f"xl/media/{i}.bin": bytes(range(256)) * 400 for i in range(8)}
    assert code(hostile.zipped(parts)) == Kind.XLSX
    assert code(hostile.zipped(parts), Limits(max_total_bytes=500_000)) == "F03"


def test_a_large_part_packed_too_well_is_refused() -> None:
    assert code(hostile.zipped(hostile.xlsx_parts() | {"xl/media/a.bin": bytes(900_000)})) == Kind.XLSX
    assert code(hostile.zipped(hostile.xlsx_parts() | {"xl/media/a.bin": bytes(2_000_000)})) == "F03"


def test_too_large_and_too_many_are_refused() -> None:
    many = hostile.xlsx_parts() | {f"xl/media/{i}": b"" for i in range(1_000)}
    assert code(hostile.zipped(many)) == "F03"
    assert code(hostile.zipped({f"{i}": b"" for i in range(70_000)})) == "F03"
    assert code(hostile.xlsx(), Limits(max_file_bytes=100)) == "F03"


def test_a_doctype_behind_comments_or_in_a_strange_encoding_is_refused() -> None:
    behind = '<?xml version="1.0"?>\n<!-- > --><?a b?> <!DOCTYPE a><a/>'
    strange = b'<?xml version="1.0" encoding="cp037"?>' + "<!DOCTYPE a><a/>".encode("cp037")
    for part in (behind.encode(), strange):
        outcome = gate(hostile.zipped(hostile.xlsx_parts() | {"xl/odd.xml": part}), Limits())
        assert isinstance(outcome, Problem)
        assert outcome.code == "F03"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_doctype_in_any_part_is_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)
    assert code(hostile.zipped(hostile.xlsx_parts() | {"docProps/app.xml": bomb})) == "F03"


def test_duplicate_and_overlapping_entries_are_refused() -> None:
    assert code(hostile.zipped({"xl/workbook.xml": "<a/>", "XL/Workbook.xml": "<b/>"})) == "F03"
    assert code(hostile.overlapping_zip()) in {"F03", "F04"}


def test_zip_encryption_and_foreign_compression_are_told_apart() -> None:
    assert code(hostile.flagged_zip()) == "F02"
    assert code(hostile.zipped(hostile.xlsx_parts(), zipfile.ZIP_BZIP2)) == "F03"


def test_a_damaged_or_cut_off_zip_is_called_damaged() -> None:
    whole = hostile.xlsx()
    assert code(hostile.damaged(whole)) == "F04"
    assert code(whole[:-30]) == "F04"
    assert code(whole[:200]) == "F04"


@given(st.data())
def test_no_change_of_bytes_makes_the_gate_raise(data: st.DataObject) -> None:
    content = bytearray(hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>'))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    outcome = gate(bytes(content), LIMITS)
    assert isinstance(outcome, Container) or outcome.code in {"F01", "F02", "F03", "F04"}


def test_stored_parts_pass() -> None:
    assert code(hostile.zipped(hostile.xlsx_parts(), zipfile.ZIP_STORED)) == Kind.XLSX
    assert zipfile.is_zipfile(io.BytesIO(hostile.xlsx()))
