"""What may come in: a received file is weighed here before any library parses it.

A zip is inflated part by part, bounded and in pieces of which nothing is kept: half the cost, and most parts are never
read. Whatever the file is called, it is what its bytes say it is.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple

from workbook_templates.problems import Problem

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit on a received file. Bytes are bytes, seconds are seconds; rows and columns are those of one sheet."""

    max_file_bytes: int = 20 * MEGABYTE
    max_zip_entries: int = 1_000
    max_part_bytes: int = 48 * MEGABYTE
    max_total_bytes: int = 64 * MEGABYTE
    max_inflation_ratio: int = 150
    ratio_from_bytes: int = MEGABYTE
    max_rows: int = 20_000
    max_columns: int = 200
    reader_memory_bytes: int = 1 << 30
    reader_cpu_seconds: int = 10
    reader_wall_seconds: float = 10.0


class Kind(StrEnum):
    """The kinds of workbook that are read. Macros in a workbook (.xlsm) are never looked at, so it is an XLSX."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"


@dataclass(frozen=True, slots=True)
class Container:
    """A file that has passed the gate: its kind, and its parts by lower-case name (none for .xls)."""

    kind: Kind
    parts: Mapping[str, bytes]


class RefusedError(Exception):
    """Carries the problem out of the depth of the zip; it never leaves this package."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(found)
        self.problem = Problem(code, found=found)


def gate(content: bytes, limits: Limits) -> Problem | Container:
    """The container, or the one problem for which the file is refused: F01, F02, F03 or F04."""
    if len(content) > limits.max_file_bytes:
        return Problem("F03", found=f"filen fylder mere end {limits.max_file_bytes // MEGABYTE} MB")
    try:
        if content.startswith(_OLE_MAGIC):
            return _ole(content)
        if content.startswith(b"PK\x03\x04"):
            return _zip(content, limits)
        return Problem("F01", found=_guess(content))
    except RefusedError as refused:
        return refused.problem


# What a file is that is no workbook, by how it begins; the texts are shown to the user.
_BEGINNINGS = (
    (b"%PDF", "en PDF-fil"),
    (b"\x89PNG", "et billede (PNG)"),
    (b"\xff\xd8\xff", "et billede (JPEG)"),
    (b"GIF8", "et billede (GIF)"),
    (b"{\\rtf", "et tekstdokument (RTF)"),
    (b"PK\x05\x06", "et tomt zip-arkiv"),
    (b"Rar!", "et RAR-arkiv"),
    (b"7z\xbc\xaf\x27\x1c", "et 7z-arkiv"),
    (b"\x1f\x8b", "et gzip-arkiv"),
    (b"MZ", "et program"),
)
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04]\x04?[\x00-\x08]")


def _guess(content: bytes) -> str:
    if not content.strip(b"\0"):
        return "filen er tom"
    for beginning, name in _BEGINNINGS:
        if content.startswith(beginning):
            return name
    if _OLD_EXCEL.match(content):
        return "et Excel-ark fra før 1995"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = content[:1024].decode("utf-16", "replace").casefold()
    else:
        head = content[:1024].decode("latin-1").lstrip("\xef\xbb\xbf").casefold()
    head = head.lstrip()
    if "<html" in head or "<!doctype html" in head or head.startswith(("<table", "<meta")):
        return "en webside (HTML)"
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "et XML-regneark fra Excel 2003"
    if head.startswith("<"):
        return "en XML-fil"
    if "\0" in head or any(character < " " and character not in "\t\r\n" for character in head):
        return "ukendt filtype"
    first_line = head.partition("\n")[0]
    return "en tekstfil (CSV)" if any(mark in first_line for mark in ";,\t") else "en tekstfil"


# OLE containers: the names of the streams tell them apart. Directory entries are 128 bytes, name first.

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", "F02", ""),
    ("EncryptionInfo", "F02", ""),
    ("Workbook", "", ""),
    ("Book", "", ""),
    ("WordDocument", "F01", "et Word-dokument (.doc)"),
    ("PowerPoint Document", "F01", "en PowerPoint-fil (.ppt)"),
    ("__properties_version1.0", "F01", "en Outlook-besked (.msg)"),
)


def _ole(content: bytes) -> Container:
    for name, code, found in _OLE_STREAMS:
        if _has_stream(content, name):
            if code:
                raise RefusedError(code, found)
            return Container(Kind.XLS, {})
    raise RefusedError("F01", "en OLE-fil uden regneark")


def _has_stream(content: bytes, name: str) -> bool:
    wide = name.encode("utf-16-le") + b"\0\0"
    at = content.find(wide)
    while at >= 0:
        if at % 128 == 0 and content[at + 64 : at + 67] == struct.pack("<HB", len(wide), 2):
            return True
        at = content.find(wide, at + 2)
    return False


# Zip containers

_MAX_DIRECTORY_BYTES = MEGABYTE
_PIECE_BYTES = 1 << 16
_LONG_DIRECTORY_END = 20 + 56
"""Bytes of a zip64's record and locator, which stand before the directory's end and are believed instead of it."""
_LOCAL_HEADER = struct.Struct("<4s2xHH16xHH")
_KEPT = re.compile(
    r"(?:\[content_types\]\.xml|mimetype|content\.xml|.*\.rels|xl/.*\.xml|xl/.*\.bin|meta-inf/manifest\.xml)"
)
_MAIN_TYPES = (
    (b"application/vnd.ms-excel.sheet.binary.macroenabled.main", Kind.XLSB),
    (b"spreadsheetml.sheet.main+xml", Kind.XLSX),
    (b"ms-excel.sheet.macroenabled.main+xml", Kind.XLSX),
    (b"spreadsheetml.template.main+xml", Kind.XLSX),
    (b"ms-excel.template.macroenabled.main+xml", Kind.XLSX),
)
_OTHER_ZIPS = (
    ("word/", "et Word-dokument"),
    ("ppt/", "en PowerPoint-fil"),
    ("index/document.iwa", "et Apple Numbers- eller Pages-dokument"),
    ("index.zip", "et Apple Numbers- eller Pages-dokument"),
    ("xl/", "en ufuldstændig Excel-fil"),
)
# A DOCTYPE is refused in any part: without one, no XML parser can be made to swell or to fetch. It stands before the
# root element or the part is no XML at all, so that only what may come before it is gone through.
_PROLOG = rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+"
_DOCTYPE = re.compile(_PROLOG + rb"<!DOCTYPE", re.DOTALL)
_ROOT = re.compile(_PROLOG + rb"<[^!?]", re.DOTALL)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*+(?:<|$)")
_HIDDEN = re.compile(
    rb"""\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8|utf-?16|us-ascii|iso-8859-1["']|windows-125)""", re.IGNORECASE
)
"""An encoding in which markup need not look like markup, such as EBCDIC."""
_WIDE_DOCTYPES = ("<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))


def _zip(content: bytes, limits: Limits) -> Container:
    places, names = {}, set()
    for entry, place in weighed(content, limits):
        name = entry.filename.replace("\\", "/").lower()
        names.add(name)
        if _KEPT.fullmatch(name):
            places[name] = place
    parts = _Parts(content, places)
    return Container(_kind(names, parts), parts)


def weighed(content: bytes, limits: Limits, *, of_a_workbook: bool = True) -> Iterator[tuple[zipfile.ZipInfo, "Place"]]:
    """Every entry of a zip, in the order they lie, once it is known to hold no more than it may.

    Raises `RefusedError`. In a part of a workbook a DOCTYPE is refused too.
    """
    entries = listed(content, limits)
    names: set[str] = set()
    left, free_from = limits.max_total_bytes, 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.filename.replace("\\", "/").lower()
        if name in names:
            raise RefusedError("F03", f"delen {name} findes to gange i zip-filen")
        names.add(name)
        begin, end = _extent(content, entry)
        if entry.header_offset < free_from:
            raise RefusedError("F03", "delene i zip-filen overlapper")
        free_from = end
        packed = memoryview(content)[begin:end]
        size = _weigh(packed, entry, min(left, limits.max_part_bytes), limits, of_a_workbook=of_a_workbook)
        left -= size
        yield entry, Place(begin, end, size, entry.compress_type == zipfile.ZIP_STORED)


def listed(content: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    """The directory of a zip, once it is known to be short enough to be gone through. Raises `RefusedError`."""
    directory_end = content.rfind(b"PK\x05\x06")
    if directory_end < 0 or len(content) < directory_end + 22:
        raise RefusedError("F04", "zip-filen er afkortet")
    said = [struct.unpack_from("<HI", content, directory_end + 10)]
    long = directory_end - _LONG_DIRECTORY_END
    if long >= 0 and content[directory_end - 20 : directory_end - 16] == b"PK\x06\x07":
        said.append(struct.unpack_from("<QQ", content, long + 32))
    if any(count > limits.max_zip_entries or size > _MAX_DIRECTORY_BYTES for count, size in said):
        raise RefusedError("F03", f"flere end {limits.max_zip_entries} dele i zip-filen")
    try:
        entries = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError) as error:
        raise RefusedError("F04", "zip-filen er beskadiget") from error
    if len(entries) > limits.max_zip_entries:
        raise RefusedError("F03", f"flere end {limits.max_zip_entries} dele i zip-filen")
    return entries


class Place(NamedTuple):
    """Where the packed bytes of a part lie, and how many it holds."""

    begin: int
    end: int
    size: int
    stored: bool

    def inflated(self, content: bytes) -> bytes:
        """The part's own bytes."""
        packed = content[self.begin : self.end]
        return packed if self.stored else zlib.decompress(packed, -15, self.size or 1)


class _Parts(Mapping[str, bytes]):
    """The parts of a zip whose every part was weighed."""

    def __init__(self, content: bytes, places: Mapping[str, Place]) -> None:
        self._content, self._places = content, places

    def __getitem__(self, name: str) -> bytes:
        return self._places[name].inflated(self._content)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _refuse_doctype(name: str, data: bytes) -> None:
    if _DOCTYPE.match(data) or (b"\0" in data[:64] and any(wide in data for wide in _WIDE_DOCTYPES)):
        raise RefusedError("F03", f"delen {name} har en DOCTYPE")
    if _HIDDEN.match(data):
        raise RefusedError("F03", f"delen {name} har en ukendt tegnkodning")


def _extent(content: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Where the packed bytes of an entry begin and end, by its own header, which must agree with the directory."""
    if entry.flag_bits & 0x2041:
        raise RefusedError("F02")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError("F03", f"ukendt komprimering i delen {entry.filename}")
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size:
        raise RefusedError("F04", "zip-filen er afkortet")
    magic, flags, method, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(header)
    if magic != b"PK\x03\x04" or method != entry.compress_type or flags & 1:
        raise RefusedError("F04", "zip-filens indhold og register passer ikke sammen")
    begin = entry.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
    end = begin + entry.compress_size
    if end > len(content):
        raise RefusedError("F04", "zip-filen er afkortet")
    return begin, end


def _weigh(packed: memoryview, entry: zipfile.ZipInfo, cap: int, limits: Limits, *, of_a_workbook: bool) -> int:
    """How many bytes a part holds; it is refused where these are too many, damaged, or begin with a DOCTYPE."""
    name, size, checksum, head = entry.filename, 0, 0, b""
    for piece in _pieces(packed, entry):
        size += len(piece)
        if size > cap:
            raise RefusedError("F03", f"delen {name} fylder for meget pakket ud")
        checksum = zlib.crc32(piece, checksum)
        head = head or piece
    if size > limits.ratio_from_bytes and size > limits.max_inflation_ratio * max(1, len(packed)):
        raise RefusedError("F03", f"delen {name} er pakket mere end {limits.max_inflation_ratio} gange")
    if checksum != entry.CRC:
        raise RefusedError("F04", f"delen {name} er beskadiget")
    if of_a_workbook:
        begun = _ROOT.match(head) or not _MARKUP.match(head)
        _refuse_doctype(name.replace("\\", "/").lower(), head if begun else b"".join(_pieces(packed, entry)))
    return size


def _pieces(packed: memoryview, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _PIECE_BYTES]) for at in range(0, len(packed), _PIECE_BYTES))
        return
    inflater = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    try:
        while piece := inflater.decompress(rest, _PIECE_BYTES):
            yield piece
            rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise RefusedError("F04", f"delen {entry.filename} er beskadiget") from error
    if not inflater.eof:
        raise RefusedError("F04", f"delen {entry.filename} er afkortet")


def _kind(names: set[str], parts: Mapping[str, bytes]) -> Kind:
    mimetype = parts.get("mimetype", b"")
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        if "spreadsheet" not in mimetype.decode("latin-1"):
            raise RefusedError("F01", "et OpenDocument, der ikke er et regneark")
        if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
            raise RefusedError("F02")
        if "content.xml" not in names:
            raise RefusedError("F04", "content.xml mangler")
        return Kind.ODS
    types = parts.get("[content_types].xml", b"").lower()
    for main_type, kind in _MAIN_TYPES:
        if main_type in types:
            return kind
    found = next((found for part, found in _OTHER_ZIPS if any(name.startswith(part) for name in names)), "et zip-arkiv")
    raise RefusedError("F01", found)
