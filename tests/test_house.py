"""The house around the code: import contracts, extras, lock and licences."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK: dict[str, Any] = tomllib.loads((ROOT / "uv.lock").read_text())
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
ONLY_PYPI = {
    "UV_DEFAULT_INDEX": "https://pypi.org/simple",
    "UV_NO_CONFIG": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_SYSTEM_CERTS": "true",
}

IMPORT_EVERYTHING = """
import importlib, importlib.util, pkgutil, sys
absent, packages = sys.argv[1].split(), sys.argv[2].split()
for name in absent:
    assert importlib.util.find_spec(name) is None, f"{name} is installed"
for package in packages:
    found = importlib.import_module(package)
    assert "site-packages" in found.__file__, found.__file__
    for module in pkgutil.walk_packages(found.__path__, package + "."):
        if ".migrations." not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""


def run(command: list[str | Path], cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return tmp_path


def test_the_import_contracts_hold(copied_tree: Path) -> None:
    checked = run([PROGRAMS / "lint-imports", "--no-cache"], copied_tree)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    "package,planted",
    [
        ("addin", "flask"),
        ("addin", "sync"),
        ("sync", "xlwings"),
        ("workbook_templates", "sync"),
        ("workbook_templates", "pandas"),
        ("bit_model", "workbook_templates"),
        ("bit_model", "openpyxl"),
        ("bit_model", "socket"),
    ],
)
def test_a_planted_import_breaks_the_build(copied_tree: Path, package: str, planted: str) -> None:
    (copied_tree / package / "planted.py").write_text(f"import {planted}\n")
    checked = run([PROGRAMS / "lint-imports", "--no-cache"], copied_tree)
    assert checked.returncode == 1
    assert f"{package}.planted -> {planted} (l.1)" in checked.stdout


def test_the_contracts_and_the_wheel_cover_every_package() -> None:
    on_disk = {folder.parent.name for folder in ROOT.glob("*/__init__.py")}
    assert on_disk == set(PACKAGES) == set(PROJECT["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_belongs_in_it_and_what_does_not(package: str) -> None:
    text = (ROOT / package / "__init__.py").read_text()
    assert "Belongs here:" in text
    assert "Does not belong here:" in text


@pytest.mark.parametrize(
    "extra,packages,absent,command",
    [
        (
            "addin",
            "bit_model workbook_templates addin",
            "flask sqlalchemy alembic pandas numpy obstore waitress",
            "bitark-addin build",
        ),
        ("server", "bit_model workbook_templates sync", "xlwings pandas numpy", "bitark --help"),
    ],
)
def test_each_side_installs_and_runs_without_the_other(
    tmp_path: Path, extra: str, packages: str, absent: str, command: str
) -> None:
    environment = tmp_path / "environment"
    installed = run(
        [PROGRAMS / "uv", *f"sync --frozen --no-dev --no-editable --extra {extra} --reinstall-package bitark".split()],
        ROOT,
        UV_PROJECT_ENVIRONMENT=str(environment),
        UV_PYTHON=sys.executable,
        **ONLY_PYPI,
    )
    assert installed.returncode == 0, installed.stderr
    python = next(environment.glob("[bS]*/python*"))
    imported = run([python, "-W", "error", "-c", IMPORT_EVERYTHING, absent, packages], tmp_path)
    assert imported.returncode == 0, imported.stderr
    program, argument = command.split()
    done = run([python.parent / program, argument], tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_lock_names_pypi_and_nothing_else() -> None:
    addresses = set(re.findall(r'"(\w+://[^/"]+)', (ROOT / "uv.lock").read_text()))
    assert addresses == {"https://pypi.org", "https://files.pythonhosted.org"}
    sources = {package["name"]: package["source"] for package in LOCK["package"]}
    assert sources.pop("bitark") == {"editable": "."}
    assert all(source == {"registry": "https://pypi.org/simple"} for source in sources.values())


def test_the_lock_agrees_with_the_project() -> None:
    checked = run([PROGRAMS / "uv", "lock", "--check", "--offline"], ROOT, **ONLY_PYPI)
    assert checked.returncode == 0, checked.stderr


def test_the_notice_names_every_locked_package_that_a_user_installs_and_no_other() -> None:
    python_packages = (ROOT / "NOTICE").read_text().split("\nPython packages\n")[1].split("\n\n")[0]
    named = dict(re.findall(r"^([a-z0-9-]+) +(\S.*)$", python_packages, re.MULTILINE))
    assert set(named) == locked_for_users()
    assert all(named.values())


@pytest.mark.parametrize(
    "line",
    [
        r"psycopg +LGPL-3\.0",
        r"psycopg-binary +LGPL-3\.0",
        r"waitress +ZPL-2\.1",
        r"sync/static/vendor/dkfds: .* \(dkfds\) 11",
        r" +styles and scripts +MIT",
        r" +IBM Plex Sans +OFL-1\.1",
        r" +icons +Apache-2\.0",
    ],
)
def test_the_notice_names_the_licences_of_others(line: str) -> None:
    assert re.search(f"^{line}", (ROOT / "NOTICE").read_text(), re.MULTILINE)


def locked_for_users() -> set[str]:
    """Names of all packages that bitark brings with it on any system, with all extras but without development."""
    packages = {package["name"]: package for package in LOCK["package"]}
    found: set[str] = set()
    waiting = [("bitark", extra) for extra in ("", *PROJECT["project"]["optional-dependencies"])]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        package = packages[name]
        wanted = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for dependency in wanted:
            found.add(dependency["name"])
            new = {(dependency["name"], extra) for extra in ("", *dependency.get("extra", ()))} - seen
            seen |= new
            waiting.extend(new)
    return found
