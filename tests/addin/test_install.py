import csv
import json
import locale
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pytest
from desktop_excel import built
from typer.testing import CliRunner

from addin import cli
from addin.client import SERVICE
from addin.hosts.desktop import DesktopError, workbook
from addin.hosts.desktop.installation import install, status, uninstall
from addin.hosts.desktop.places import MACOS, WINDOWS, Places, places, read_settings

build = workbook.build
OFFICE_ON_MAC = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
CONTAINER = "Library/Containers/com.microsoft.Excel/Data"
SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


def home(platform: str, folder: Path) -> dict[str, str]:
    """The environment of a user whose home is the folder."""
    if platform == WINDOWS:
        return {"APPDATA": str(folder / "AppData" / "Roaming"), "USERPROFILE": str(folder)}
    return {"HOME": str(folder)}


@pytest.fixture(autouse=True)
def _build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = built().read_bytes()
    monkeypatch.setattr(workbook, "build", lambda: content)


@pytest.fixture(params=[WINDOWS, MACOS])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The program of an environment that xlwings is installed in."""
    program = tmp_path / "venv" / "Scripts" / "python.exe"
    program.parent.mkdir(parents=True)
    program.touch()
    (tmp_path / "venv" / f"xlwings64-{version('xlwings')}.dll").touch()
    return program


@pytest.fixture
def where(platform: str, tmp_path: Path) -> Places:
    return places(platform, home(platform, tmp_path / "home"))


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_on_windows_all_lies_where_excel_starts_and_in_the_users_profile(tmp_path: Path, python: Path) -> None:
    install(places(WINDOWS, home(WINDOWS, tmp_path / "home")), WINDOWS, str(python))
    assert files_below(tmp_path / "home") == {
        "AppData/Roaming/Microsoft/Excel/XLSTART/BITark.xlam",
        ".bitark/xlwings.conf",
    }


def test_on_a_mac_all_lies_in_what_excel_may_read(tmp_path: Path, python: Path) -> None:
    install(places(MACOS, home(MACOS, tmp_path / "home")), MACOS, str(python))
    assert files_below(tmp_path / "home") == {
        f"{OFFICE_ON_MAC}/BITark.xlam",
        f"{CONTAINER}/.bitark/xlwings.conf",
        f"{SCRIPTS}/xlwings-{version('xlwings')}.applescript",
    }


def test_the_file_that_is_installed_is_the_one_that_is_built(where: Places, platform: str, python: Path) -> None:
    install(where, platform, str(python))
    assert where.addin.read_bytes() == built().read_bytes()


def test_the_settings_are_lines_that_vba_reads(where: Places, platform: str, python: Path) -> None:
    install(where, platform, str(python), "https://bitark.example.dk/")
    lines = where.settings.read_text(encoding=locale.getencoding()).splitlines()
    key = "INTERPRETER_WIN" if platform == WINDOWS else "INTERPRETER_MAC"
    assert lines[:4] == [
        f'"{key}","{python}"',
        '"UDF MODULES","addin.functions"',
        '"ADD_WORKBOOK_TO_PYTHONPATH","False"',
        f'"{SERVICE}","https://bitark.example.dk"',
    ]


def test_the_python_with_a_console_is_chosen_so_that_errors_are_seen(tmp_path: Path, python: Path) -> None:
    where = places(WINDOWS, home(WINDOWS, tmp_path))
    install(where, WINDOWS, str(python.with_name("pythonw.exe")))
    assert read_settings(where.settings)["INTERPRETER_WIN"] == str(python)


def test_installing_again_changes_nothing_and_keeps_what_others_wrote(
    where: Places, platform: str, python: Path
) -> None:
    install(where, platform, str(python), "https://bitark.example.dk")
    with where.settings.open("a", encoding=locale.getencoding()) as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerow(["show console", "True"])
    install(where, platform, str(python))
    first = where.settings.read_bytes()
    install(where, platform, str(python))
    assert where.settings.read_bytes() == first
    found = read_settings(where.settings)
    assert found["SHOW CONSOLE"] == "True"
    assert found[SERVICE] == "https://bitark.example.dk"


def test_what_was_installed_is_gone_again(where: Places, platform: str, python: Path, tmp_path: Path) -> None:
    install(where, platform, str(python))
    where.log.write_text("Traceback", encoding="utf-8")
    told = uninstall(where)
    assert not files_below(tmp_path / "home")
    assert not where.settings.parent.exists()
    assert str(where.addin) in "\n".join(told)
    assert uninstall(where) == ["Der var ikke noget at fjerne."]


def test_settings_of_others_are_kept_and_told_of(where: Places, platform: str, python: Path) -> None:
    install(where, platform, str(python))
    with where.settings.open("a", encoding=locale.getencoding()) as file:
        file.write('"SHOW CONSOLE","True"\n')
    assert "SHOW CONSOLE" in uninstall(where)[-1]
    assert read_settings(where.settings) == {"SHOW CONSOLE": "True"}


def test_the_users_own_xlwings_is_left_alone(tmp_path: Path, python: Path) -> None:
    folder = tmp_path / "home"
    where = places(MACOS, home(MACOS, folder))
    assert where.script is not None
    own = [folder / ".xlwings" / "xlwings.conf", folder / CONTAINER / "xlwings.conf", where.script]
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("own", encoding="utf-8")
    install(where, MACOS, str(python))
    uninstall(where)
    assert [path.read_text(encoding="utf-8") for path in own] == ["own"] * 3


def test_the_script_of_an_earlier_xlwings_goes_when_a_new_one_comes(tmp_path: Path, python: Path) -> None:
    new = places(MACOS, home(MACOS, tmp_path / "home"))
    assert new.script is not None
    old = Places(new.addin, new.settings, new.script.with_name("xlwings-0.1.applescript"))
    install(new, MACOS, str(python))
    settings = new.settings.read_text(encoding=locale.getencoding())
    new.settings.write_text(settings.replace(str(new.script), str(old.script)), encoding=locale.getencoding())
    assert old.script is not None
    new.script.rename(old.script)
    install(new, MACOS, str(python))
    assert new.script.exists()
    assert not old.script.exists()


@pytest.mark.parametrize("platform", ["linux", "freebsd14"])
def test_elsewhere_only_a_folder_of_ones_own_will_do(platform: str, tmp_path: Path, python: Path) -> None:
    with pytest.raises(DesktopError, match="--folder"):
        places(platform, home(MACOS, tmp_path))
    where = places(platform, {}, tmp_path / "til-it")
    install(where, platform, str(python))
    assert files_below(tmp_path / "til-it") == {"BITark.xlam", "xlwings.conf"}
    assert not status(where, platform, {}).problems
    uninstall(where)
    assert not files_below(tmp_path / "til-it")


def test_a_user_without_a_profile_is_told_which_variable_is_missing() -> None:
    with pytest.raises(DesktopError, match="APPDATA"):
        places(WINDOWS, {})


@pytest.mark.parametrize(
    "service", ["bitark.example.dk", "ftp://example.dk", "http://bitark.example.dk", "https://", "x"]
)
def test_an_address_that_is_none_or_can_be_overheard_is_refused(service: str, where: Places, python: Path) -> None:
    with pytest.raises(DesktopError, match="--service"):
        install(where, WINDOWS, str(python), service)


def test_the_service_on_the_same_machine_needs_no_certificate(where: Places, python: Path) -> None:
    install(where, WINDOWS, str(python), "http://127.0.0.1:8000/")
    assert read_settings(where.settings)[SERVICE] == "http://127.0.0.1:8000"


def test_a_path_that_vba_cannot_read_is_refused(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locale, "getencoding", lambda: "cp1252")  # as on a Danish Windows
    install(where, WINDOWS, "C:\\Søren\\python.exe")
    with pytest.raises(DesktopError, match="VBA"):
        install(where, WINDOWS, "C:\\Łukasz\\python.exe")
    assert b"S\xf8ren" in where.settings.read_bytes()


def test_all_is_well_after_an_installation(where: Places, platform: str, python: Path) -> None:
    install(where, platform, str(python))
    found = status(where, platform, {SERVICE: "https://miljø.example.dk"})
    assert found.problems == ()
    assert found.service == "https://miljø.example.dk"
    assert found.text().endswith("Alt er på plads.")
    assert found.as_json() == {
        "bitark": version("bitark"),
        "xlwings": version("xlwings"),
        "addin": {"path": str(where.addin), "bitark": version("bitark"), "xlwings": version("xlwings")},
        "settings": str(where.settings),
        "interpreter": str(python),
        "service": "https://miljø.example.dk",
        "licence_key": "not needed",
        "problems": [],
    }


def test_status_tells_what_is_missing(where: Places, platform: str, python: Path) -> None:
    assert len(status(where, platform, {}).problems) == (2 if platform == WINDOWS else 3)
    install(where, platform, str(python))
    python.unlink()
    (problem,) = status(where, platform, {}).problems
    assert "Python" in problem
    where.addin.write_bytes(b"cut off")
    assert any(str(where.addin) in problem for problem in status(where, platform, {}).problems)


def test_status_tells_when_the_add_in_is_older_than_the_package(
    where: Places, platform: str, python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "build", build)
    monkeypatch.setattr(workbook, "version", lambda name: {"bitark": "0.0.1"}.get(name, version(name)))
    install(where, platform, str(python))
    found = status(where, platform, {})
    assert found.bitark == "0.0.1"
    assert "0.0.1" in found.text()
    assert [problem for problem in found.problems if "andre versioner" in problem]


def test_status_tells_of_a_library_that_excel_will_not_find(tmp_path: Path, python: Path) -> None:
    where = places(WINDOWS, home(WINDOWS, tmp_path / "home"))
    install(where, WINDOWS, str(python))
    (tmp_path / "venv" / f"xlwings64-{version('xlwings')}.dll").unlink()
    (problem,) = status(where, WINDOWS, {}).problems
    assert "dll" in problem


def test_status_tells_of_a_script_that_was_removed(tmp_path: Path, python: Path) -> None:
    where = places(MACOS, home(MACOS, tmp_path / "home"))
    install(where, MACOS, str(python))
    assert where.script is not None
    where.script.unlink()
    (problem,) = status(where, MACOS, {}).problems
    assert "applescript" in problem


def test_the_commands_do_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert run(cli.app, ["build"]).exit_code == 0
    assert (tmp_path / "BITark.xlam").read_bytes() == built().read_bytes()
    folder = ["--folder", str(tmp_path / "it")]
    assert json.loads(run(cli.app, ["status", *folder, "--json"]).stdout)["problems"]
    assert run(cli.app, ["status", *folder]).exit_code == 1
    assert "XLSTART" in run(cli.app, ["install", *folder, "--service", "https://bitark.example.dk"]).stdout
    shown = run(cli.app, ["status", *folder])
    assert shown.exit_code == 0, shown.stdout
    assert "https://bitark.example.dk" in shown.stdout
    assert "Fjernet" in run(cli.app, ["uninstall", *folder]).stdout


@pytest.mark.parametrize(
    "arguments,start",
    [
        (["install", "--folder", ".", "--service", "ftp://x"], "--service skal være en adresse"),
        (["build", "--out", "mangler/x.xlam"], "Kan ikke læse eller skrive"),
        pytest.param(
            ["install"], "Her er ingen Excel", marks=pytest.mark.skipif(sys.platform != "linux", reason="Excel")
        ),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(arguments: list[str], start: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from addin.cli import main; main()", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(start)
    assert "Traceback" not in done.stderr
    assert not files_below(tmp_path)


def test_an_add_in_in_use_is_told_with_its_remedy(python: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = places(WINDOWS, {}, Path(folder))
        where.addin.touch()
        where.addin.chmod(0o444)
        Path(folder).chmod(0o555)
        with not_as_root():
            with pytest.raises(DesktopError, match="Luk Excel"):
                install(where, WINDOWS, str(python))
            with pytest.raises(DesktopError, match="Luk Excel"):
                uninstall(where)
        Path(folder).chmod(0o755)


@contextmanager
def not_as_root() -> Iterator[None]:
    """Root may write everywhere, and a user of Excel is not root."""
    user = os.geteuid()
    os.seteuid(65534 if user == 0 else user)
    try:
        yield
    finally:
        os.seteuid(user)


def test_the_help_names_every_command() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"]).stdout
    assert all(name in shown for name in ("build", "install", "status", "uninstall"))
