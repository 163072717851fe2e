"""A mailbox that is read: workbooks and archives that are attached to letters are taken in, and the letter is moved.

A letter is moved only after its files are stored; killed before that, the next look reads it again, and the same bytes
are the same submission. Of a letter nothing else is kept or told, neither sender nor subject nor text nor the names
that its files have outside the database: it goes by its number in the folder. No letter is answered.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from pathlib import Path, PurePosixPath

import structlog
from imap_tools.errors import ImapToolsError, MailboxFolderCreateError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.message import MailMessage

from sync.collect import Collected
from sync.failures import Failure
from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store
from sync.store.tables import Status
from sync.watch import finish_what_was_left, taken_in
from workbook_templates.problems import Problem

TAKEN, REFUSED = "BITark modtaget", "BITark afvist"
"""Where a letter is moved: all its files became a case's submissions, with errors or without; and where not."""
ANSWER_SECONDS = 60
_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".ods", ".numbers", ".csv", ".zip")
_BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""Of zips, which newer workbooks are, and of older or encrypted workbooks."""
log = structlog.get_logger()


class MailboxUnavailable(Failure):
    """The mail server does not answer, or not as it should; letters stay where they are."""


class MailboxRefused(Failure):
    """The mail server does not know the user or the password."""


def read_mailbox(store: Store, reader: Reader, settings: Settings, pause: Callable[[], bool]) -> Iterator[Collected]:
    """Take in what is attached to the letters of the folder, and go on doing so; `pause` waits, True ends it.

    Raises `MailboxRefused`, and `MailboxUnavailable` at the first look; later it is logged and tried again.
    """
    looked = False
    while True:
        finish_what_was_left(store, reader)
        try:
            yield from _look(store, reader, settings)
        except MailboxUnavailable as error:
            if not looked:
                raise
            log.warning("the mailbox does not answer; it is tried again", reason=str(error))
        looked = True
        if pause():
            return


def _look(store: Store, reader: Reader, settings: Settings) -> Iterator[Collected]:
    most = settings.max_upload_bytes
    with _opened(settings) as box:
        with _answering(settings):
            places = {name: _made(box, name) for name in (TAKEN, REFUSED)}
            numbers = sorted(box.uids("UNDELETED", charset=None), key=int)
        for number in numbers:
            with _answering(settings):
                head = next(box.fetch(uid_list=number, mark_seen=False, headers_only=True), None)
                fits = head is not None and head.size_rfc822 <= most * 3 // 2  # as text a file is a third longer
                letter = next(box.fetch(uid_list=number, mark_seen=False), None) if fits else None
            if head is None or (fits and letter is None):  # another program took it meanwhile
                continue
            refused = False
            for outcome in _taken(letter, number, store, reader, settings):
                refused = refused or outcome.ingested is None or outcome.ingested.status is Status.REFUSED
                yield outcome
            with _answering(settings):
                box.move(number, places[REFUSED if refused else TAKEN])


def _taken(
    letter: MailMessage | None, number: str, store: Store, reader: Reader, settings: Settings
) -> Iterator[Collected]:
    """What became of each file of a letter, or why there was none; None is a letter too large to be fetched."""
    told = Path(f"brev {number}")
    try:
        files = _attached(letter) if letter else []
    except (MessageError, LookupError, ValueError):
        yield Collected(told, None, "brevet er ikke skrevet, som breve skal være")
        return
    if letter is None or sum(len(content) for _, content in files) > settings.max_upload_bytes:
        yield Collected(told, None, "det vedhæftede er for stort til at blive taget ind")
        return
    if not files:
        yield Collected(told, None, "der er hverken regneark eller zip-arkiv i det")
    place = 0
    for name, content in files:
        for _, outcome in taken_in(content, name, store, reader, settings):
            place += 1
            file = Path(f"{told}, fil {place}")
            if isinstance(outcome, Problem):
                yield Collected(file, None, outcome.message())
            else:
                yield Collected(file, outcome)


def _attached(letter: MailMessage) -> list[tuple[str, bytes]]:
    """Names and contents of the attachments that may be workbooks or archives, also of a forwarded letter's."""
    found = []
    for one in letter.attachments:
        name = PurePosixPath(one.filename.replace("\\", "/")).name
        if name.casefold().endswith(_ENDINGS) or one.payload.startswith(_BEGINNINGS):
            found.append((name, one.payload))
    return found


def _made(box: BaseMailBox, name: str) -> str:
    """The folder of that name, made if it is missing: below the inbox where the server keeps all folders there."""
    (inbox, *_) = box.folder.list("", "INBOX")
    below = f"{inbox.name}{inbox.delim}{name}"
    for place in (name, below):
        if box.folder.exists(place):
            return place
    try:
        box.folder.create(name)
    except MailboxFolderCreateError:
        box.folder.create(below)
        return below
    return name


@contextmanager
def _opened(settings: Settings) -> Iterator[BaseMailBox]:
    with _answering(settings):
        box = _connected(settings)
    try:
        with _answering(settings):
            box.login(settings.imap_user, settings.imap_password.get_secret_value(), settings.imap_folder)
            _, (told, *_) = box.client.capability()
            box.client.capabilities = tuple(told.decode().upper().split())  # many tell only now that they can move
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


def _connected(settings: Settings) -> BaseMailBox:
    host, port, context = settings.imap_host, settings.imap_port, ssl.create_default_context()
    match settings.imap_security:
        case "tls":
            return MailBox(host, port, ANSWER_SECONDS, ssl_context=context)
        case "starttls":
            return MailBoxStartTls(host, port, ANSWER_SECONDS, ssl_context=context)
        case "none":
            return MailBoxUnencrypted(host, port, ANSWER_SECONDS)


@contextmanager
def _answering(settings: Settings) -> Iterator[None]:
    """Whatever the mail server does not do becomes one of our failures, without its words: they may name somebody."""
    place = f"{settings.imap_host}:{settings.imap_port}"
    try:
        yield
    except MailboxLoginError as error:
        raise MailboxRefused(
            f"Mailserveren {place} kender ikke brugeren eller adgangskoden. Ret BITARK_IMAP_USER og "
            "BITARK_IMAP_PASSWORD."
        ) from error
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise MailboxUnavailable(
            f"Postkassen på {place} kan ikke læses ({type(error).__name__}). Er BITARK_IMAP_HOST, BITARK_IMAP_PORT, "
            "BITARK_IMAP_SECURITY og BITARK_IMAP_FOLDER rigtige? Brevene ligger, hvor de lå."
        ) from error
