"""Where originals lie: a folder or S3, each written once under its name. `sync.store.originals` seals them."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
"""Names of originals from before they were encrypted."""
NAME = re.compile(rf"[0-9a-f]{{32}}|{SHA256.pattern}")
HALF = re.compile(rf"(?:{NAME.pattern})#[0-9]+")
"""What obstore writes an original to before it has its name."""
MAX_RETRIES = 2
RETRY_SECONDS = 10


class OriginalUnavailable(Failure):
    """An original is not where it was put, or the place cannot be reached."""


class AlreadyThere(Failure):
    """There is an original of that name; it was not touched."""


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder or a bucket of originals. `folder` is None where the place is no local folder.

    They are kept per authority: those of the first at the place itself, of another below its number. Every method
    raises `OriginalUnavailable` where the place cannot be used.
    """

    place: ObjectStore
    folder: Path | None
    url: str
    prefix: str = ""

    def of(self, authority: int | None) -> Self:
        """The originals of an authority alone."""
        return replace(self, prefix="" if authority in {1, None} else f"{authority}/")

    def put(self, name: str, content: bytes) -> None:
        """Keep the bytes under a new name; when this returns they survive a power cut. Raises `AlreadyThere`.

        After any other exception there is no original of that name, or a whole one.
        """
        with self._told():
            try:
                obstore.put(self.place, self.prefix + name, content, mode="create", use_multipart=False)
            except AlreadyExistsError as error:
                raise AlreadyThere from error
            self._sync(name)

    def replace(self, name: str, content: bytes) -> None:
        """Keep the bytes in place of those that a power cut tore."""
        with self._told():
            obstore.put(self.place, self.prefix + name, content, use_multipart=False)
            self._sync(name)

    def get(self, name: str) -> bytes:
        """The bytes of an original. Raises `OriginalUnavailable` also where there is none."""
        with self._told():
            return obstore.get(self.place, self.prefix + name).bytes().to_bytes()

    def find(self, name: str) -> bytes | None:
        """The bytes of an original, None where there is none of that name."""
        with self._told():
            try:
                return obstore.get(self.place, self.prefix + name).bytes().to_bytes()
            except FileNotFoundError:
                return None

    def size(self, name: str) -> int | None:
        """How many bytes an original has, None where there is none of that name."""
        with self._told():
            try:
                return obstore.head(self.place, self.prefix + name)["size"]
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Remove an original for good; nothing happens where there is none of that name."""
        with self._told():
            with suppress(FileNotFoundError):
                obstore.delete(self.place, self.prefix + name)
            if self.folder is not None and (self.folder / self.prefix).exists():
                _sync_to_disk(self.folder / self.prefix)

    def all(self) -> Iterator[tuple[str, dt.datetime]]:
        """Name and moment of storing of every original."""
        with self._told():
            for chunk in obstore.list(self.place, self.prefix or None):
                for meta in chunk:
                    name = meta["path"].removeprefix(self.prefix)
                    if NAME.fullmatch(name):
                        yield name, meta["last_modified"]

    def remove_halves(self, before: dt.datetime) -> int:
        """Remove what writers that were killed before the moment left of an original, and say how many there were.

        In a bucket nothing is ever half there.
        """
        done = 0
        with self._told():
            own = self.folder and self.folder / self.prefix
            for path in own.iterdir() if own is not None and own.is_dir() else ():
                if HALF.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                    path.unlink(missing_ok=True)
                    done += 1
        return done

    def _sync(self, name: str) -> None:
        if self.folder is not None:
            _sync_to_disk(self.folder / self.prefix / name)
            _sync_to_disk(self.folder / self.prefix)

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
