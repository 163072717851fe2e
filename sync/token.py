"""Signed tokens: that of an issued template says what it was made for, that of a link which case in which round.

That of a comparison workbook, its stamp, says for whom and when it was made. None holds personal data. The key that
signs is a setting; on a database file where none is set, it is made once and kept beside the database, so that every
command and every start of the service has the same.
"""

import contextlib
import datetime as dt
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from bit_model.schedule import Period
from sync.failures import Failure, MissingSetting
from workbook_templates.layouts.doegnskema import Form

KEY_BYTES = 32
KEY_FILE_ENDING = ".key"


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a template was issued for."""

    case_key: str
    period: Period
    form: Form
    issued_on: dt.date


def signed(token: FormToken, key: str, authority: int | None = 1) -> str:
    """The token as some hundred characters that are safe in a URL; it is verified for the same authority only."""
    start = token.period.start
    days = [(date - start).days for date in (token.period.end, token.issued_on)]
    text: str = _serializer(key, _of("bitark.form", authority)).dumps(
        [token.case_key, start.toordinal(), *days, token.form]
    )
    return text


def verified(text: str, key: str, authority: int | None = 1) -> FormToken | None:
    """The token that `signed` made with this key for this authority; None where it is damaged or any other."""
    try:
        case_key, first, last, issued, form = _serializer(key, _of("bitark.form", authority)).loads(text.strip())
    except BadData:
        return None
    start, end, issued_on = (dt.date.fromordinal(first + days) for days in (0, last, issued))
    return FormToken(case_key, Period(start, end), Form(form), issued_on)


class LinkToken(NamedTuple):
    """The case in a round that a link was made for, the number of the link there, and the authority."""

    round_case_id: int
    number: int
    authority: int = 1


def signed_link(round_case_id: int, number: int, key: str, authority: int | None = 1) -> str:
    """The token of a link by which the file of one case in one round can be returned, safe in a URL."""
    held = [round_case_id, number] if authority == 1 else [round_case_id, number, authority]
    text: str = _serializer(key, "bitark.link").dumps(held)
    return text


def verified_link(text: str, key: str) -> LinkToken | None:
    """What `signed_link` made with this key; None for any other text. Those without an authority are the first's."""
    try:
        return LinkToken(*map(int, _serializer(key, "bitark.link").loads(text)))
    except BadData:
        return None


def signed_calendar(number: int, key: str, authority: int) -> str:
    """The token of a calendar's address, safe in a URL."""
    text: str = _serializer(key, "bitark.calendar").dumps([number, authority])
    return text


def verified_calendar(text: str, key: str) -> tuple[int, int] | None:
    """Number and authority of the address that `signed_calendar` made with this key; None for any other text."""
    try:
        number, authority = map(int, _serializer(key, "bitark.calendar").loads(text))
    except BadData:
        return None
    return number, authority


def signed_stamp(authority: int | None, made_at: dt.datetime, key: str) -> str:
    """The stamp of a comparison workbook; empty without a key."""
    return str(_serializer(key, "bitark.comparison").dumps([authority, int(made_at.timestamp())])) if key else ""


def verified_stamp(text: str, authority: int | None, key: str) -> dt.datetime | None:
    """When the workbook with the stamp was made for the authority, in UTC; None for any other text."""
    try:
        made_for, seconds = _serializer(key, "bitark.comparison").loads(text)
    except BadData:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if made_for == authority else None


def _of(salt: str, authority: int | None) -> str:
    """Forms of one authority do not pass as another's; those of the first are signed as they always were."""
    return salt if authority == 1 else f"{salt}.{authority}"


def _serializer(key: str, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=salt, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"})


def signing_key(database: str, secret: str) -> str:
    """The secret that is set, or else the one kept beside the database file, made on first use.

    Raises `MissingSetting` where the database is a URL: several machines may sign, so it must be set for all of them.
    Raises `Failure` where the file cannot be used.
    """
    if secret:
        return secret
    if "://" in database:
        raise MissingSetting(
            "BITARK_SECRET_KEY mangler. Sæt den til en lang, tilfældig tekst, den samme for alle, der bruger databasen."
        )
    file = Path(f"{database}{KEY_FILE_ENDING}")
    try:
        if not file.exists():
            make_key_file(file)
        key = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "den er ikke tekst"
        raise Failure(
            f"Nøglen {file} kan ikke læses eller laves ({reason}). Findes mappen? "
            "Nøglen kan også stå i BITARK_SECRET_KEY."
        ) from error
    if len(key) < KEY_BYTES:
        raise Failure(f"Nøglen {file} er for kort. Hent den fra sikkerhedskopien, eller slet filen for at få en ny.")
    return key


def make_key_file(file: Path) -> None:
    """A new key in a file of its owner's alone. Whole or not there; who comes second takes the first one's."""
    handle, new = mkstemp(dir=file.parent, prefix=f"{file.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new, file)
    finally:
        Path(new).unlink()
