"""A zip of returned files: weighed as a whole before any of it is used, and opened one level deep.

A workbook is a zip too; by what lies in it, it is told from an archive.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from workbook_templates.files.gate import Limits, RefusedError, listed, weighed
from workbook_templates.problems import Problem

_MARKS_OF_A_DOCUMENT = frozenset({"[content_types].xml", "mimetype", "index.zip", "index/document.iwa"})
_LEFT_BY_SYSTEMS = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_LEFT_BY_OFFICE = ("~$", ".~lock.")


class PackedFile(NamedTuple):
    """A file of an archive under its own name without folders, or the problem that kept it from being taken out."""

    name: str
    content: bytes | Problem


def files_in(content: bytes, name: str, limits: Limits, max_files: int, max_total_bytes: int) -> Iterator[PackedFile]:
    """The file itself, or the files of the archive that it is."""
    if not is_archive(content, limits):
        yield PackedFile(name, content)
        return
    found = unpacked(content, limits, max_files, max_total_bytes)
    if isinstance(found, Problem):
        yield PackedFile(name, found)
    else:
        yield from found


def is_archive(content: bytes, limits: Limits) -> bool:
    """True for a zip that is no workbook or other document. Nothing is unpacked to tell."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        names = {entry.filename.lower() for entry in listed(content, limits)}
    except RefusedError:
        return False  # the gate says what is wrong with it
    return not names & _MARKS_OF_A_DOCUMENT


def unpacked(content: bytes, limits: Limits, max_files: int, max_total_bytes: int) -> Iterator[PackedFile] | Problem:
    """The files of an archive as they lie in it, or the one problem for which all of it is refused (F08).

    Each may be as large as a file sent alone. An archive within it is a problem of its own (F07).
    """
    of_files = replace(
        limits, max_zip_entries=max_files, max_part_bytes=limits.max_file_bytes, max_total_bytes=max_total_bytes
    )
    try:
        entries = list(weighed(content, of_files, of_a_workbook=False))
    except RefusedError as refused:
        return Problem("F08", found=refused.problem.found or "det er beskyttet med adgangskode")
    return (
        _taken_out(name, place.inflated(content), limits)
        for entry, place in entries
        for name in [_own_name(entry.filename)]
        if not entry.is_dir() and name and not _is_left_over(entry.filename)
    )


def _taken_out(name: str, content: bytes, limits: Limits) -> PackedFile:
    return PackedFile(name, Problem("F07") if is_archive(content, limits) else content)


def _own_name(path: str) -> str:
    """The last part of a path of either kind, without what no file name should hold."""
    last = path.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable()).strip(" .")


def _is_left_over(path: str) -> bool:
    folded = path.replace("\\", "/").casefold()
    return folded.rpartition("/")[2].startswith((*_LEFT_BY_OFFICE, *_LEFT_BY_SYSTEMS[1:])) or folded.startswith(
        _LEFT_BY_SYSTEMS[0]
    )
