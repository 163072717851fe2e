"""The wheel that xlwings Lite installs, made of this installation's own files: it computes by the service's own rules.

The same files give the same bytes. The wheel is made when it is first asked for and kept as long as the process.
"""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from sync.lite.sources import files

DISTRIBUTION = "bitark"
NAME = "bitark_lite"
NEEDED = frozenset({"urllib3", "xlsxwriter"})
"""What is fetched with the wheel; xlwings is there in Lite, and our other dependencies are never imported in it."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: its file name, the version in it, its bytes and their SHA-256 in hexadecimal."""

    file_name: str
    version: str
    content: bytes
    sha256: str


@cache
def wheel() -> Wheel:
    """The wheel of this installation."""
    version = metadata.version(DISTRIBUTION)
    content = _packed([*files(), *_about(version)], f"{NAME}-{version}.dist-info/RECORD")
    return Wheel(file_name(version), version, content, hashlib.sha256(content).hexdigest())


def file_name(version: str) -> str:
    """What the wheel of a version is called."""
    return f"{NAME}-{version}-py3-none-any.whl"


def _about(version: str) -> Iterator[tuple[str, bytes]]:
    """Metadata, tag and licence."""
    folder = f"{NAME}-{version}.dist-info"
    described = metadata.metadata(DISTRIBUTION)
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {NAME.replace('_', '-')}",
        f"Version: {version}",
        "Summary: BITark for xlwings Lite",
        f"License-Expression: {described['License-Expression']}",
        "License-File: LICENSE",
        f"Requires-Python: {described['Requires-Python']}",
        *(f"Requires-Dist: {requirement}" for requirement in _requirements()),
    ]
    yield f"{folder}/METADATA", _text(lines)
    yield (
        f"{folder}/WHEEL",
        _text(["Wheel-Version: 1.0", f"Generator: bitark {version}", "Root-Is-Purelib: true", "Tag: py3-none-any"]),
    )
    yield (
        f"{folder}/licenses/LICENSE",
        (metadata.distribution(DISTRIBUTION).read_text("licenses/LICENSE") or "").encode(),
    )


def _requirements() -> Iterator[str]:
    """What is needed, with the bounds that the whole of BITark has."""
    for line in metadata.requires(DISTRIBUTION) or ():
        requirement = line.partition(";")[0].strip()
        if re.split(r"[^\w.-]", requirement)[0].lower() in NEEDED:
            yield requirement


def _packed(contents: Iterable[tuple[str, bytes]], record: str) -> bytes:
    """The files as a zip with their record, all of one fixed time."""
    written = io.BytesIO()
    lines = []
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in contents:
            _add(archive, path, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(content)}")
        _add(archive, record, _text([*lines, f"{record},,"]))
    return written.getvalue()


def _add(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path)  # 1 January 1980
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
