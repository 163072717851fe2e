"""The service and its workers as processes of their own, as an installation runs them, and a client of them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import urllib3
from signed_in import bearer

from sync.settings import Settings

PROGRAM = Path(sys.executable).parent / "bitark"
START_SECONDS = 60
"""For a process of ours to be up, or work to be done, with other tests beside it on the machine."""
RESCUED_SECONDS = 30
"""For a killed worker's file to be read by another: six without a sign of life, three to the next look, its turn."""
CLIENT = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=60), retries=False, maxsize=64)


def environment(settings: Settings) -> dict[str, str]:
    """This environment with the settings, for a child; `PYTHONPATH` so that a program in a test's folder finds us."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BITARK_") or name == "BITARK_MASTER_KEY"
    }
    given = {"DATABASE": settings.database, "ORIGINALS": settings.originals, "SECRET_KEY": settings.key}
    return kept | {f"BITARK_{name}": value for name, value in given.items()} | {"PYTHONPATH": str(Path.cwd())}


@contextmanager
def running(command: list[str | Path], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process in a group of its own that is killed with its children at the end, if it still lives."""
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill -9, children too."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def says(process: subprocess.Popen[str], text: str) -> None:
    """Wait until the process has written a line with the text."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"the process ended before it said {text!r}")


@contextmanager
def answering(command: list[str | Path], env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that gets a free port as its last argument, and its address, answering."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = str(found.getsockname()[1])
    with running([*command, port], env) as process:
        address = f"http://127.0.0.1:{port}"
        until(lambda: reaches(address))
        yield process, address


def web(settings: Settings, **more: str) -> AbstractContextManager[tuple[subprocess.Popen[str], str]]:
    """`bitark serve` and its address, answering."""
    return answering([PROGRAM, "serve", "--port"], environment(settings) | more)


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """`bitark work`."""
    with running([PROGRAM, "work"], environment(settings) | {"PYTHONUNBUFFERED": "1"}) as process:
        says(process, "Læser")
        yield process


def reaches(address: str) -> bool:
    """Does the service answer that it is well?"""
    try:
        return CLIENT.request("GET", f"{address}/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False


def send(address: str, content: bytes, name: str = "skema.xlsx") -> tuple[int, dict[str, Any]]:
    """Status and body of the answer to an upload through the API."""
    answer = CLIENT.request("POST", f"{address}/api/v1/submissions", headers=bearer(), fields={"file": (name, content)})
    return answer.status, answer.json()


def until(holds: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
