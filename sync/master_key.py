"""The master key: a setting, or a file of its own beside an SQLite database. It is never in the database."""

import hashlib
import secrets
from pathlib import Path

from sync.failures import Failure, MissingSetting
from sync.token import KEY_BYTES, make_key_file

MASTER_ENDING = ".master.key"
NEW_ENDING = ".new"
"""After the master key file's name while it is being changed."""


def master_file(database: str) -> Path:
    """Where the key of a database file is kept, as text."""
    return Path(f"{database}{MASTER_ENDING}")


def master_key(database: str, setting: str, *, is_new: bool) -> str:
    """The key as text: the setting, or else what the file beside the database holds.

    A file is made only for a database that has no keys yet (`is_new`): a new one would open nothing of an old one.
    Raises `MissingSetting` or `Failure`.
    """
    if setting:
        if len(setting) < KEY_BYTES:
            raise Failure(f"BITARK_MASTER_KEY er for kort. Brug mindst {KEY_BYTES} tilfældige tegn.")
        return setting
    if "://" in database:
        raise MissingSetting(
            "BITARK_MASTER_KEY mangler. Sæt den til en lang, tilfældig tekst, den samme for alle, der bruger databasen."
            " Gem den adskilt fra databasens sikkerhedskopi: uden den kan intet læses."
        )
    file = master_file(database)
    try:
        if not file.exists():
            if not is_new:
                raise Failure(
                    f"Hovednøglen {file} findes ikke, og uden den kan databasen ikke læses. Hent filen fra "
                    "sikkerhedskopien, eller sæt BITARK_MASTER_KEY. Intet er ændret."
                )
            make_key_file(file)
        key = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "den er ikke tekst"
        raise Failure(f"Hovednøglen {file} kan ikke læses eller laves ({reason}). Findes mappen?") from error
    if len(key) < KEY_BYTES:
        raise Failure(f"Hovednøglen {file} er for kort. Hent den fra sikkerhedskopien. Intet er ændret.")
    return key


def new_master_text() -> str:
    """A new key as text."""
    return secrets.token_urlsafe(KEY_BYTES)


def key_bytes(text: str) -> bytes:
    """The 32 bytes that a key's text stands for."""
    return hashlib.blake2b(text.encode(), digest_size=KEY_BYTES, person=b"bitark.master").digest()
