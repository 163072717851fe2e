"""Originals: the bytes as they were received, write-once, named by their SHA-256."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from sync.failures import Failure

SHA256 = re.compile(r"[0-9a-f]{64}")


class OriginalUnavailable(Failure):
    """An original is not where it was put, or the place cannot be reached."""


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder or a bucket of originals. `folder` is None where the place is no local folder."""

    place: ObjectStore
    folder: Path | None

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; when this returns they survive a power cut."""
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            try:
                obstore.put(self.place, sha256, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                if obstore.get(self.place, sha256).bytes() != content:  # torn by a power cut before it was synced
                    obstore.put(self.place, sha256, content, use_multipart=False)
        except BaseError as error:
            msg = f"the original {sha256} could not be stored"
            raise OriginalUnavailable(msg) from error
        if self.folder is not None:
            _sync_to_disk(self.folder / sha256)
            _sync_to_disk(self.folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of an original. Raises `OriginalUnavailable`."""
        try:
            return obstore.get(self.place, sha256).bytes().to_bytes()
        except (BaseError, FileNotFoundError) as error:
            msg = f"the original {sha256} cannot be fetched"
            raise OriginalUnavailable(msg) from error

    def all(self) -> Iterator[tuple[str, datetime]]:
        """SHA-256 and moment of storing of every original."""
        for chunk in obstore.list(self.place):
            for meta in chunk:
                if SHA256.fullmatch(meta["path"]):
                    yield meta["path"], meta["last_modified"]


def open_originals(url: str) -> Originals:
    """Originals at a folder's path or at a URL that obstore knows (`s3://bucket/prefix`, `az://…`)."""
    if "://" in url and not url.startswith("file://"):
        return Originals(from_url(url), None)
    folder = Path(url.removeprefix("file://")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _sync_to_disk(folder.parent)
    return Originals(LocalStore(folder), folder)


def _sync_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows has no handle of a folder to flush
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
