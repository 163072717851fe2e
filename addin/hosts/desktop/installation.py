"""The add-in on a user's PC: put in its place, looked after, and taken away again."""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from addin.client import SERVICE, is_safe_address
from addin.hosts.desktop import DesktopError, workbook
from addin.hosts.desktop.places import MACOS, WINDOWS, Places, read_settings, write_settings

INTERPRETERS = {WINDOWS: "INTERPRETER_WIN", MACOS: "INTERPRETER_MAC"}
SCRIPT = "BITARK_SCRIPT"
"""Names the AppleScript that the installation put there itself."""
OWN_KEYS = frozenset({*INTERPRETERS.values(), "UDF MODULES", "ADD_WORKBOOK_TO_PYTHONPATH", SERVICE, SCRIPT})


def install(where: Places, platform: str, interpreter: str, service: str = "") -> None:
    """Build the add-in and put it and its settings in place; other settings stay, and so does an earlier address.

    Raises `DesktopError` where a file cannot be written or the address is none.
    """
    content = workbook.build()
    settings = read_settings(where.settings)
    settings |= {
        INTERPRETERS.get(platform, INTERPRETERS[WINDOWS]): re.sub(r"pythonw(?=\.exe$)", "python", interpreter),
        "UDF MODULES": "addin.functions",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }
    if service:
        settings[SERVICE] = _address(service)
    try:
        where.addin.parent.mkdir(parents=True, exist_ok=True)
        where.addin.write_bytes(content)
        if where.script is not None:
            settings[SCRIPT] = _put_script(where.script, settings.get(SCRIPT, ""))
        write_settings(where.settings, settings)
    except PermissionError as error:
        raise _in_use(error) from error


def _put_script(script: Path, earlier: str) -> str:
    """The path of xlwings' own script; nothing where another installation of xlwings put it there and keeps it."""
    if earlier != str(script):
        if earlier:
            Path(earlier).unlink(missing_ok=True)
        if script.exists():
            return ""
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_bytes(files("xlwings").joinpath(script.name).read_bytes())
    return str(script)


def uninstall(where: Places) -> list[str]:
    """Take away what `install` put there; what was done, in Danish."""
    settings = read_settings(where.settings)
    others = {key: content for key, content in settings.items() if key not in OWN_KEYS}
    unwanted = [where.addin, where.log]
    if settings.get(SCRIPT):
        unwanted.append(Path(settings[SCRIPT]))
    if not others:
        unwanted.append(where.settings)
    done = []
    try:
        for path in unwanted:
            if path.exists():
                path.unlink()
                done.append(f"Fjernet: {path}")
        if others:
            write_settings(where.settings, others)
            done.append(f"Beholdt, fordi andre har skrevet i den ({', '.join(others)}): {where.settings}")
    except PermissionError as error:
        raise _in_use(error) from error
    if where.settings.parent.name == f".{workbook.PROJECT}":
        with suppress(OSError):  # something of others' lies there, or it is not there at all
            where.settings.parent.rmdir()
    return done or ["Der var ikke noget at fjerne."]


def _in_use(error: PermissionError) -> DesktopError:
    return DesktopError(f"{error.filename} er i brug eller skrivebeskyttet. Luk Excel, og kør kommandoen igen.")


def _address(service: str) -> str:
    if not is_safe_address(service):
        raise DesktopError(f"--service skal være en adresse som https://bitark.kommune.dk, ikke {service}.")
    return service.rstrip("/")


@dataclass(frozen=True, slots=True)
class Status:
    """What is installed where. Versions are those of the file in place, empty where there is none."""

    where: Places
    bitark: str
    xlwings: str
    interpreter: str
    service: str
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same with stable keys."""
        return {
            "bitark": version("bitark"),
            "xlwings": version("xlwings"),
            "addin": {"path": str(self.where.addin), "bitark": self.bitark, "xlwings": self.xlwings},
            "settings": str(self.where.settings),
            "interpreter": self.interpreter,
            "service": self.service,
            "licence_key": "not needed",
            "problems": list(self.problems),
        }

    def text(self) -> str:
        """The same for people."""
        built = f" (BITark {self.bitark}, xlwings {self.xlwings})" if self.bitark else ""
        lines = [
            f"BITark {version('bitark')}, xlwings {version('xlwings')}. Licensnøgle er ikke nødvendig.",
            f"Tilføjelse: {self.where.addin}{built}",
            f"Indstillinger: {self.where.settings}",
            f"Python: {self.interpreter or 'ikke valgt'}",
            f"Kommunens BITark: {self.service or 'ikke valgt'}",
            *self.problems,
        ]
        return "\n".join(lines if self.problems else [*lines, "Alt er på plads."])


def status(where: Places, platform: str, environment: Mapping[str, str]) -> Status:
    """What is there, and what keeps it from working."""
    problems = []
    bitark = xlwings = ""
    if where.addin.exists():
        try:
            bitark, xlwings = workbook.versions(where.addin)
        except DesktopError as error:
            problems.append(str(error))
        else:
            if (bitark, xlwings) != (version("bitark"), version("xlwings")):
                problems.append("Tilføjelsen er bygget med andre versioner. Kør bitark-addin install igen.")
    else:
        problems.append("Tilføjelsen er ikke installeret. Kør bitark-addin install.")
    settings = read_settings(where.settings)
    interpreter = settings.get(INTERPRETERS.get(platform, INTERPRETERS[WINDOWS]), "")
    problems += _problems_of_python(interpreter, platform)
    if where.script is not None and not where.script.exists():
        problems.append(f"{where.script.name} mangler, så knapperne ikke virker. Kør bitark-addin install igen.")
    service = environment.get(SERVICE) or settings.get(SERVICE, "")
    return Status(where, bitark, xlwings, interpreter, service, tuple(problems))


def _problems_of_python(interpreter: str, platform: str) -> list[str]:
    if not interpreter:
        return ["Indstillingerne nævner ingen Python. Kør bitark-addin install."]
    program = Path(os.path.expandvars(interpreter))
    if not program.exists():
        return [
            "Den Python, indstillingerne nævner, findes ikke. Kør bitark-addin install igen fra den, der skal bruges."
        ]
    libraries = (program.parent.parent.glob("xlwings*.dll"), program.parent.glob("xlwings*.dll"))
    if platform == WINDOWS and not any(version("xlwings") in one.name for found in libraries for one in found):
        return [f"Ved Python mangler xlwings64-{version('xlwings')}.dll. Installér xlwings igen med pip."]
    return []
