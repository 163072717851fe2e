"""Where the add-in's files lie, on Windows and on macOS, and the settings that xlwings reads there."""

import csv
import io
import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from addin.hosts.desktop import DesktopError
from addin.hosts.desktop.workbook import FILE, PROJECT, SETTINGS

WINDOWS, MACOS = "win32", "darwin"
"""As `sys.platform` has them."""
_HOMES = {WINDOWS: ("APPDATA", "USERPROFILE"), MACOS: ("HOME",)}


@dataclass(frozen=True, slots=True)
class Places:
    """The files of an installation; the script is what lets Excel on macOS start Python."""

    addin: Path
    settings: Path
    script: Path | None = None

    @property
    def log(self) -> Path:
        """What the buttons could not do, for the IT department."""
        return self.settings.with_name(f"{PROJECT}-fejl.log")


def places(platform: str, environment: Mapping[str, str], folder: Path | None = None) -> Places:
    """The user's own places: Excel opens what lies in its start folder, and trusts it.

    All in `folder` where one is given. Raises `DesktopError` for a system without Excel on the desktop.
    """
    if folder is not None:
        return Places(folder / FILE, folder / SETTINGS)
    if platform not in _HOMES:
        raise DesktopError(
            "Her er ingen Excel, kun på Windows og macOS. Brug --folder for at lægge filerne i en mappe."
        )
    missing = [name for name in _HOMES[platform] if not environment.get(name)]
    if missing:
        raise DesktopError(f"Miljøvariablen {missing[0]} mangler. Brug --folder for at lægge filerne i en mappe.")
    homes = [Path(environment[name]) for name in _HOMES[platform]]
    if platform == WINDOWS:
        programs, profile = homes
        return Places(programs / "Microsoft" / "Excel" / "XLSTART" / FILE, profile / f".{PROJECT}" / SETTINGS)
    library = homes[0] / "Library"
    office = library / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
    return Places(
        office / "Startup.localized" / "Excel" / FILE,
        library / "Containers" / "com.microsoft.Excel" / "Data" / f".{PROJECT}" / SETTINGS,
        library / "Application Scripts" / "com.microsoft.Excel" / f"xlwings-{version('xlwings')}.applescript",
    )


def read_settings(path: Path) -> dict[str, str]:
    """What a settings file says, by keys in capitals; nothing where there is no file."""
    if not path.exists():
        return {}
    with path.open(encoding=locale.getencoding(), errors="replace", newline="") as file:
        return {row[0].upper(): row[1] for row in csv.reader(file) if len(row) > 1}


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """The file anew, in the letters of the system, which are all that VBA reads; raises `DesktopError` for others."""
    lines = io.StringIO()
    csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator=os.linesep).writerows(settings.items())
    try:
        content = lines.getvalue().encode(locale.getencoding())
    except UnicodeEncodeError as error:
        raise DesktopError(
            f"VBA kan ikke læse tegnene i {error.object[error.start : error.end]!r}. "
            "Læg Pythonmiljøet i en mappe med et enkelt navn, fx C:\\BITark."
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
