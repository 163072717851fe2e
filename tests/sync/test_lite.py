"""xlwings Lite: the wheel, the files that load it, and the page."""

import base64
import csv
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sync.lite.wheel import Wheel, wheel

FILES = ("requirements.txt", "main.py", wheel().file_name)
DIST_INFO = f"bitark_lite-{metadata.version('bitark')}.dist-info"


@pytest.fixture
def kind() -> str:
    """Which database answers makes no difference to who may ask."""
    return "sqlite"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def made() -> Wheel:
    return wheel()


def test_the_same_files_give_the_same_wheel(made: Wheel) -> None:
    assert wheel.__wrapped__() == made
    assert wheel() is made
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()


def test_the_wheel_holds_the_add_in_and_what_it_rests_on_and_nothing_else(made: Wheel) -> None:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"addin", "bit_model", "workbook_templates", DIST_INFO}
    assert {"addin/functions.py", "addin/hosts/lite/__init__.py", "bit_model/hours.py"} <= set(names)
    assert not [
        name for name in names if name.startswith(("addin/cli.py", "addin/hosts/desktop", "addin/hosts/server"))
    ]
    assert {Path(name).suffix for name in names if not name.startswith(DIST_INFO)} == {".py"}
    assert f"{DIST_INFO}/licenses/LICENSE" in names


def test_the_record_of_the_wheel_is_right(made: Wheel) -> None:
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    lines = list(csv.reader(contents[f"{DIST_INFO}/RECORD"].decode().splitlines()))
    assert [path for path, *_ in lines] == list(contents)
    for path, digest, size in lines[:-1]:
        found = base64.urlsafe_b64encode(hashlib.sha256(contents[path]).digest()).decode().rstrip("=")
        assert (digest, size) == (f"sha256={found}", str(len(contents[path])))
    assert lines[-1] == [f"{DIST_INFO}/RECORD", "", ""]


def test_the_wheel_installs_by_itself_and_asks_for_nothing_that_pyodide_lacks(made: Wheel, tmp_path: Path) -> None:
    (tmp_path / made.file_name).write_bytes(made.content)
    target = tmp_path / "installed"
    uv = Path(sys.executable).parent / "uv"
    installed = run(uv, "pip", "install", "--offline", "--no-deps", "--target", target, tmp_path / made.file_name)
    assert installed.returncode == 0, installed.stderr
    (distribution,) = metadata.distributions(path=[str(target)])
    assert (distribution.name, distribution.version) == ("bitark-lite", made.version)
    names = {requirement.split(">")[0].lower() for requirement in distribution.requires or ()}
    assert names == {"urllib3", "xlsxwriter"}
    program = f"import sys; sys.path.insert(0, {str(target)!r}); import addin.hosts.lite as lite; print(lite.__file__)"
    imported = run(Path(sys.executable), "-I", "-c", program)
    assert imported.stdout.strip() == str(target / "addin" / "hosts" / "lite" / "__init__.py"), imported.stderr


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"UV_NO_CONFIG": "1", "UV_PYTHON": sys.executable}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_line_for_requirements_leads_to_the_wheel(client: FlaskClient, made: Wheel) -> None:
    line = client.get("/lite/requirements.txt").text
    assert line == f"http://localhost/lite/{made.file_name}\n"
    answer = client.get(line.strip())
    assert (answer.data, answer.mimetype) == (made.content, "application/zip")
    again = client.get(line.strip(), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_main_is_two_lines_that_say_where_the_service_is(client: FlaskClient) -> None:
    main = client.get("/lite/main.py", base_url="https://127.0.0.1:8443")
    assert main.mimetype == "text/x-python"
    assert main.text.splitlines() == [
        'import os; os.environ["BITARK_SERVICE"] = "https://127.0.0.1:8443"',
        "from addin.hosts.lite import *",
    ]


def test_the_address_of_an_older_wheel_leads_to_this_one(client: FlaskClient, made: Wheel) -> None:
    answer = client.get("/lite/bitark_lite-0.0.1-py3-none-any.whl")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/lite/{made.file_name}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", FILES)
def test_a_file_without_data_may_be_fetched_from_any_origin(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/lite/{name}", headers={"Origin": "https://addin.xlwings.org"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/lite/", "/lite/andet.txt", "/sammenligning/", "/healthz", "/api/openapi.json"])
def test_nothing_else_may(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://addin.xlwings.org"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/lite/", *(f"/lite/{name}" for name in FILES)])
@pytest.mark.parametrize("host", ["angriber.example", '127.0.0.1"; import os', "127.0.0.1@angriber.example"])
def test_a_host_that_is_not_ours_is_written_nowhere(client: FlaskClient, path: str, host: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert b"import" not in answer.data.replace(host.encode(), b"")


def test_the_page_has_the_lines_to_paste_and_no_script(client: FlaskClient, made: Wheel) -> None:
    answer = client.get("/lite/")
    assert f"http://localhost/lite/{made.file_name}" in answer.text
    assert "BITARK_SERVICE&#34;] = &#34;http://localhost&#34;" in answer.text
    assert "Ikke prøvet i Excel selv" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_says_whether_the_service_answers_excel(client: FlaskClient, served: Callable[..., Flask]) -> None:
    assert "svarer endnu ikke Excel" in client.get("/lite/").text
    inviting = served(excel_origins=("https://addin.xlwings.org",), language="en")
    page = inviting.test_client().get("/lite/").text
    assert "This service answers panes from https://addin.xlwings.org." in page
