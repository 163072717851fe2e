"""For which authority a program works: the one that is named, else the only one there is."""

from collections.abc import Iterator

from sqlalchemy import Engine

from sync.failures import Failure
from sync.settings import Settings
from sync.store import Store, open_store
from sync.store.authorities import authorities
from sync.store.scope import NOBODY, OPTION, Scope


class WhichAuthority(Failure):
    """The database has several authorities, or not the one named."""


def opened(settings: Settings, actor: str = "command") -> Store:
    """The store of the settings within their authority. Raises `WhichAuthority` and what `open_store` raises."""
    store = open_store(settings.database, settings.originals, settings.key, settings.master)
    return within_authority(store, settings.authority, actor)


def within_authority(store: Store, wanted: str, actor: str = "command") -> Store:
    """The store within the authority with the name or number, or the only one; else closed, and `WhichAuthority`."""
    try:
        return store.within(Scope(_chosen(store, wanted), actor=actor))
    except BaseException:
        store.close()
        raise


def _chosen(store: Store, wanted: str) -> int:
    with store.within(NOBODY).engine.connect() as connection:
        known: dict[int, str] = {row.id: row.name for row in authorities(connection)}
    found = [number for number, name in known.items() if wanted in ("", str(number), name)]
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{number} {name}" for number, name in known.items())
    if wanted:
        raise WhichAuthority(f"Databasen har ingen myndighed {wanted}. Den har: {told}.")
    raise WhichAuthority(
        f"Databasen har flere myndigheder: {told}. Vælg en: bitark --authority NAVN …, eller BITARK_AUTHORITY."
    )


def of_every_authority(store: Store, actor: str) -> Iterator[Store]:
    """The store within each authority in turn."""
    for number in numbers(store.engine):
        yield store.within(Scope(number, actor=actor))


def numbers(engine: Engine) -> list[int]:
    """The ids of the authorities."""
    with engine.execution_options(**{OPTION: NOBODY}).connect() as connection:
        return [row.id for row in authorities(connection)]
