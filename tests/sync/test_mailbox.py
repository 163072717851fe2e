"""A mailbox is read on a real mail server: files are stored before a letter is moved, and nothing of it is told."""

import io
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from imap_server import PASSWORD, USER, letters, mail_server, own_certificate, put
from imap_tools.mailbox import MailBoxUnencrypted
from processes import PROGRAM, START_SECONDS, environment, running, says
from pydantic import SecretStr
from structlog.testing import capture_logs
from sync_material import returned_schedule

from sync.collect import Collected, outcome_line
from sync.failures import Failure
from sync.files import Originals, OriginalUnavailable
from sync.ingest import Reader
from sync.mailbox import REFUSED, TAKEN, MailboxRefused, MailboxUnavailable, read_mailbox
from sync.settings import Settings
from sync.store import Store, submissions

SENDER, SUBJECT, TEXT = "kirsten.jensen@bakkehuset.example", "Skema for Hans Hansen", "Hans har det bedre."
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture
def port() -> Iterator[int]:
    with mail_server() as found:
        yield found


@pytest.fixture
def mailed(settings: Settings, port: int) -> Settings:
    return of_mailbox(settings, port, "none")


@pytest.fixture
def look(store: Store, reader: Reader, mailed: Settings) -> Callable[..., list[Collected]]:
    """Look into the mailbox once, and once more after each thing to do in between."""

    def run(*between: Callable[[], object], settings: Settings = mailed) -> list[Collected]:
        steps = iter(between)

        def pause() -> bool:
            step = next(steps, None)
            if step is not None:
                step()
            return step is None

        return list(read_mailbox(store, reader, settings, pause))

    return run


def of_mailbox(settings: Settings, port: int, security: str) -> Settings:
    return settings.model_copy(
        update={
            "imap_host": "127.0.0.1",
            "imap_port": port,
            "imap_security": security,
            "imap_user": USER,
            "imap_password": SecretStr(PASSWORD),
        }
    )


def letter(*files: tuple[str, bytes]) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Kirsten Jensen <{SENDER}>", "retur@kommune.example", SUBJECT
    made.set_content(TEXT)
    for name, content in files:
        kind = XLSX if name.endswith("x") else ("image", "png") if name.endswith("png") else ("application", "zip")
        made.add_attachment(content, *kind, filename=name)
    return made.as_bytes()


def archive(**held: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in held.items():
            made.writestr(f"{name}.xlsx", content)
    return target.getvalue()


def counted(port: int) -> dict[str, int]:
    return {folder: len(held) for folder, held in letters(port).items()}


def kept_names(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return sorted(row.file_name for row in submissions.received_files(connection))


def test_files_and_archives_are_taken_in_and_the_letter_is_moved(
    look: Callable[..., list[Collected]], port: int, store: Store
) -> None:
    put(port, letter(("skema.xlsx", returned_schedule()), ("logo.png", b"\x89PNG")))
    put(port, letter(("alle.zip", archive(a=returned_schedule("S-2026-0002"), b=returned_schedule("S-2026-0003")))))
    done = look()
    assert [one.ingested and (one.ingested.case_key, one.ingested.status.value) for one in done] == [
        ("S-2026-0001", "accepted"),
        ("S-2026-0002", "accepted"),
        ("S-2026-0003", "accepted"),
    ]
    assert counted(port) == {TAKEN: 2}
    assert kept_names(store) == ["a.xlsx", "b.xlsx", "skema.xlsx"]
    assert look() == []


def test_a_letter_with_no_workbook_or_with_one_for_no_case_is_moved_to_the_refused(
    look: Callable[..., list[Collected]], port: int
) -> None:
    put(port, letter())
    put(port, letter(("logo.png", b"\x89PNG")))
    put(port, letter(("skema.xlsx", returned_schedule()), ("andet.xlsx", b"no workbook")))
    put(port, letter(("i.zip", archive(inner=archive(a=b"x")))))
    told = [outcome_line(one) for one in look()]
    assert [line.partition(":")[0] for line in told] == [
        *("brev 101", "brev 102", "brev 103, fil 1", "brev 103, fil 2", "brev 104, fil 1")
    ]
    assert ["ikke taget ind" in line for line in told] == [True, True, False, False, True]
    assert counted(port) == {REFUSED: 4}


@pytest.mark.parametrize("most", [3_000, 9_000])
def test_what_is_too_large_is_refused_unread(
    most: int, look: Callable[..., list[Collected]], port: int, mailed: Settings, store: Store
) -> None:
    put(port, letter(("skema.xlsx", b"PK\x03\x04" + b"x" * 9_000)))
    (done,) = look(settings=mailed.model_copy(update={"max_upload_bytes": most}))
    assert (done.ingested, "for stort" in done.trouble) == (None, True)
    assert (counted(port), kept_names(store)) == ({REFUSED: 1}, [])


def test_a_workbook_in_a_forwarded_letter_is_found_and_a_name_with_a_path_is_cut(
    look: Callable[..., list[Collected]], port: int, store: Store
) -> None:
    forwarded = EmailMessage()
    forwarded["Subject"] = "VS"
    forwarded.set_content("se nedenfor")
    inner = EmailMessage()
    inner.set_content("se vedhæftede")
    inner.add_attachment(returned_schedule(), *XLSX, filename="..\\..\\mappe/skæma 010203-1234.xlsx")
    forwarded.add_attachment(inner)
    put(port, forwarded.as_bytes())
    (done,) = look()
    assert done.ingested is not None
    (name,) = kept_names(store)
    assert name.startswith("skæma ")
    assert "010203" not in name


def test_a_letter_that_is_no_letter_does_not_stop_the_next(look: Callable[..., list[Collected]], port: int) -> None:
    head = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    put(port, head + b'Content-Disposition: attachment; filename="=?utf-8?b?a?="\r\n\r\nx\r\n--x--\r\n')
    put(port, b"\xff\xfe")
    put(port, letter(("skema.xlsx", returned_schedule())))
    assert ["ikke skrevet" in one.trouble for one in look()] == [True, False, False]
    assert counted(port) == {REFUSED: 2, TAKEN: 1}


def test_a_letter_is_read_again_after_a_crash_and_its_file_is_the_same_submission(
    look: Callable[..., list[Collected]], port: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(port, letter(("skema.xlsx", returned_schedule())))
    with monkeypatch.context() as ending:
        ending.setattr("imap_tools.mailbox.BaseMailBox.move", killed)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert counted(port) == {"INBOX": 1}
    (again,) = look()
    assert again.ingested is not None
    assert (again.ingested.version, again.ingested.is_new) == (1, False)
    assert (counted(port), kept_names(store)) == ({TAKEN: 1}, ["skema.xlsx"])


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_letter_whose_file_cannot_be_stored_stays_where_it_is(
    look: Callable[..., list[Collected]], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(port, letter(("skema.xlsx", returned_schedule())))

    def full(*_: object) -> str:
        raise OriginalUnavailable("Lageret er fuldt.")

    with monkeypatch.context() as filled:
        filled.setattr(Originals, "put", full)
        with pytest.raises(OriginalUnavailable):
            look()
    assert counted(port) == {"INBOX": 1}


def test_nothing_of_a_letter_is_told_or_kept_but_its_files(
    look: Callable[..., list[Collected]], port: int, store: Store, settings: Settings
) -> None:
    put(port, letter(("Hans Hansen.xlsx", returned_schedule())))
    put(port, letter())
    with capture_logs() as logged:
        told = str([outcome_line(one) for one in look()]) + str(logged)
    with store.engine.connect() as connection:
        kept = str([tuple(row) for row in submissions.received_files(connection)])
    for word in (SENDER, "Kirsten", SUBJECT, TEXT):
        assert word not in told + kept
    assert "Hans" not in told
    if settings.database.endswith(".db"):
        files = b"".join(path.read_bytes() for path in Path(settings.database).parent.glob("bitark.db*"))
        assert SENDER.encode() not in files
        assert TEXT.encode() not in files


def test_letters_stay_unread_for_people_and_deleted_ones_are_left_alone(
    look: Callable[..., list[Collected]], port: int
) -> None:
    put(port, letter(("skema.xlsx", returned_schedule())))
    put(port, letter(("skema.xlsx", returned_schedule("S-2026-0002"))))
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
        box.client.uid("STORE", "102", "+FLAGS", r"(\Deleted)")
    assert len(look()) == 1
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
        box.folder.set(TAKEN)
        assert [one.flags for one in box.fetch("UNSEEN", mark_seen=False)] != []
    assert counted(port) == {"INBOX": 1, TAKEN: 1}


def test_a_server_that_goes_away_is_waited_for_but_not_at_the_start(
    look: Callable[..., list[Collected]], port: int, mailed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MailboxUnavailable, match="BITARK_IMAP_HOST"):
        look(settings=mailed.model_copy(update={"imap_port": 1}))
    put(port, letter(("skema.xlsx", returned_schedule())))
    away = monkeypatch.context()

    def goes() -> None:
        away.__enter__().setattr("sync.mailbox._connected", refuses)

    def comes_back() -> None:
        away.__exit__(None, None, None)
        put(port, letter(("skema.xlsx", returned_schedule("S-2026-0002"))))

    with capture_logs() as logged:
        assert len(look(goes, comes_back)) == 2
    assert len(logged) == 1


def refuses(*_: object) -> None:
    raise ConnectionRefusedError


def test_a_wrong_password_is_told_at_once(look: Callable[..., list[Collected]], mailed: Settings) -> None:
    with pytest.raises(MailboxRefused, match="BITARK_IMAP_PASSWORD"):
        look(settings=mailed.model_copy(update={"imap_password": SecretStr("wrong")}))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_server_is_spoken_to_by_tls_and_believed_only_with_a_certificate_that_is_trusted(
    store: Store, reader: Reader, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings().imap_security == "tls"
    certificate = own_certificate(tmp_path)
    with mail_server(certificate) as port:
        secured = of_mailbox(settings, port, "tls")
        with pytest.raises(Failure, match="SSLCertVerificationError"):
            list(read_mailbox(store, reader, secured, lambda: True))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert list(read_mailbox(store, reader, secured, lambda: True)) == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_command_reads_once_and_says_what_is_not_set_up(
    store: Store,  # noqa: ARG001 - it has the cases
    settings: Settings,
    port: int,
) -> None:
    put(port, letter(("skema.xlsx", returned_schedule())))
    command: list[str | Path] = [PROGRAM, "mail", "--once"]
    with running(command, environment(settings)) as process:
        assert process.wait(START_SECONDS) == 2
    mailbox = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "USER": USER, "PASSWORD": PASSWORD}
    with running(
        command, environment(settings) | {f"BITARK_IMAP_{name}": value for name, value in mailbox.items()}
    ) as process:
        says(process, "brev 101, fil 1: uden fejl, S-2026-0001, version 1")
        assert process.wait(START_SECONDS) == 0
    assert counted(port) == {TAKEN: 1}
