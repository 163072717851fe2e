"""Originals: the bytes as they were received, write-once, named by their SHA-256, in a folder or in S3."""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStore, from_url

from sync.failures import Failure

if TYPE_CHECKING:
    from obstore.store import RetryConfig

SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_RETRIES = 2
RETRY_SECONDS = 10


class OriginalUnavailable(Failure):
    """An original is not where it was put, or the place cannot be reached."""


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder or a bucket of originals. `folder` is None where the place is no local folder.

    They are kept per authority: those of the first at the place itself, of another below its number.
    """

    place: ObjectStore
    folder: Path | None
    url: str
    prefix: str = ""

    def of(self, authority: int | None) -> Self:
        """The originals of an authority alone."""
        return replace(self, prefix="" if authority in {1, None} else f"{authority}/")

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; when this returns they survive a power cut.

        Raises `OriginalUnavailable`; then there is no original of that name, or a whole one.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        with self._told():
            try:
                obstore.put(self.place, self.prefix + sha256, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                if not self._is_whole(sha256, content):
                    obstore.put(self.place, self.prefix + sha256, content, use_multipart=False)
            if self.folder is not None:
                _sync_to_disk(self.folder / self.prefix / sha256)
                _sync_to_disk(self.folder / self.prefix)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of an original. Raises `OriginalUnavailable`."""
        with self._told():
            return obstore.get(self.place, self.prefix + sha256).bytes().to_bytes()

    def all(self) -> Iterator[tuple[str, dt.datetime]]:
        """SHA-256 and moment of storing of every original. Raises `OriginalUnavailable`."""
        with self._told():
            for chunk in obstore.list(self.place, self.prefix or None):
                for meta in chunk:
                    name = meta["path"].removeprefix(self.prefix)
                    if SHA256.fullmatch(name):
                        yield name, meta["last_modified"]

    def _is_whole(self, sha256: str, content: bytes) -> bool:
        """A file may be torn by a power cut before it was synced; in S3 another's upload may not have ended yet."""
        if self.folder is not None:
            return obstore.get(self.place, self.prefix + sha256).bytes() == content
        try:
            return obstore.head(self.place, self.prefix + sha256)["size"] == len(content)
        except FileNotFoundError:
            return False

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            raise OriginalUnavailable(
                f"Originalerne i {self.url} kan ikke læses eller skrives: {_reason(error)}. Se efter, om "
                "BITARK_ORIGINALS er rigtig, og om der er plads; for S3 også AWS_ENDPOINT_URL, nøgle og rettigheder. "
                "Prøv så igen: intet er halvt gemt."
            ) from error


def open_originals(url: str) -> Originals:
    """Originals at a folder's path or at a URL that obstore knows (`s3://bucket/prefix`, `az://…`).

    What a URL needs besides (endpoint, keys, region) obstore takes from the environment. Raises `OriginalUnavailable`.
    """
    if "://" in url and not url.startswith("file://"):
        patience: RetryConfig = {"max_retries": MAX_RETRIES, "retry_timeout": dt.timedelta(seconds=RETRY_SECONDS)}
        try:
            return Originals(from_url(url, retry_config=patience), None, url)
        except BaseError as error:
            raise OriginalUnavailable(
                f"{url} kan ikke bruges til originaler. Skriv BITARK_ORIGINALS som en mappe eller som s3://bucket/prefix."
            ) from error
    folder = Path(url.removeprefix("file://")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _sync_to_disk(folder.parent)
    return Originals(LocalStore(folder), folder, str(folder))


def _reason(error: Exception) -> str:
    """What is wrong, in a word or two: obstore's own messages are pages long."""
    if isinstance(error, FileNotFoundError):
        return "findes ikke"
    if isinstance(error, PermissionError | PermissionDeniedError | UnauthenticatedError):
        return "adgang nægtet"
    return "disken er fuld" if "os error 28" in str(error) or "Errno 28" in str(error) else "svarer ikke"


def _sync_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows has no handle of a folder to flush
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
