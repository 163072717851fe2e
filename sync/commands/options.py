"""What the commands share: their options and what may be given as one, their exit codes, and where they print."""

import datetime as dt
import json
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from sync.failures import Failure
from workbook_templates.kinds import DATE, UnreadableError

if TYPE_CHECKING:
    from sync.settings import Settings

FINE, PROBLEMS, COULD_NOT = 0, 1, 2

console = Console()
notes = Console(stderr=True)
AUTHORITY: ContextVar[str] = ContextVar("authority", default="")
"""What `bitark --authority` said, for the settings of the command."""

Database = Annotated[
    str | None,
    typer.Option("--db", help="Databasen: en fil (SQLite) eller en URL. Ellers BITARK_DATABASE eller bitark.db."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Skriv resultatet som JSON.")]


def date_of(text: str) -> dt.date:
    """The date of an option, as people write one."""
    try:
        date: dt.date = DATE.parse(text)
    except UnreadableError:
        raise typer.BadParameter(f"»{text}« er ikke en dato. Skriv fx 02-03-2026 eller 2026-03-02.") from None
    return date


def existing(paths: Path | list[Path]) -> Path | list[Path]:
    """The paths of an argument, which must be there."""
    for path in paths if isinstance(paths, list) else [paths]:
        if not path.exists():
            raise typer.BadParameter(f"{path} findes ikke. Se efter, om navn og mappe er rigtige.")
    return paths


def existing_folder(path: Path) -> Path | list[Path]:
    """The folder of an argument, which must be there and be one."""
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{path} er en fil. Skriv navnet på en mappe.")
    return existing(path)


def existing_file(paths: Path | list[Path]) -> Path | list[Path]:
    """The files of an argument, which must be there and be no folders."""
    for path in paths if isinstance(paths, list) else [paths]:
        if path.is_dir():
            raise typer.BadParameter(f"{path} er en mappe. Skriv navnet på en fil.")
    return existing(paths)


def file_if_any(path: Path | None) -> Path | list[Path] | None:
    """As `existing_file`, for an option that may be left out."""
    return None if path is None else existing_file(path)


def settings(database: str | None, **given: Any) -> "Settings":
    """The settings of the environment, with what the command line said; originals lie beside a database file."""
    from pydantic import ValidationError

    from sync.settings import Settings

    if authority := AUTHORITY.get():
        given["authority"] = authority
    try:
        made = Settings(**given) if database is None else Settings(database=database, **given)
    except ValidationError as error:
        wrong = ("__".join(map(str, one["loc"])).upper() for one in error.errors())
        raise Failure(f"Kan ikke bruges som indstilling: {', '.join(f'BITARK_{name}' for name in wrong)}.") from error
    if "originals" not in made.model_fields_set and "://" not in made.database:
        made = made.model_copy(update={"originals": str(Path(made.database).absolute().parent / "originaler")})
    return made


def print_json(value: object) -> None:
    """A command's result for another program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
