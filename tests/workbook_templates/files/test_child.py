import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hostile
import pytest
import reading_tasks

from workbook_templates.files.child import ReaderPool
from workbook_templates.files.gate import Limits
from workbook_templates.files.grid import Grid
from workbook_templates.problems import Problem

LIMITS = Limits(reader_wall_seconds=1.0, reader_cpu_seconds=5)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limit, or the way to see it, is Linux's own")
Pool = ReaderPool[[bytes, str], object]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with ReaderPool(reading_tasks.misbehave, LIMITS) as pool:
        yield pool


@pytest.mark.parametrize(
    "name, code",
    [
        ("panic", "F04"),
        ("exit", "F04"),
        ("abort", "F06"),
        ("sleep", "F06"),
        ("spin", "F06"),
        pytest.param("swell", "F06", marks=LINUX),
    ],
)
def test_a_task_that_misbehaves_is_a_problem_and_the_next_one_is_served(pool: Pool, name: str, code: str) -> None:
    outcome = pool.run(b"", name)
    assert isinstance(outcome, Problem)
    assert outcome.code == code
    assert pool.run(b"four", "") == 4


@LINUX
def test_processor_time_is_limited_per_task_not_per_child() -> None:
    with ReaderPool(reading_tasks.misbehave, Limits(reader_wall_seconds=30.0, reader_cpu_seconds=1)) as pool:
        assert pool.run(b"", "spin") == Problem("F06", found="læsningen brød sammen")
        assert pool.run(b"four", "") == 4


def test_the_same_child_serves_one_file_after_the_other(pool: Pool) -> None:
    assert pool.run(b"", "process") == pool.run(b"", "process") != os.getpid()


def test_many_threads_may_ask_at_once(pool: Pool) -> None:
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda size=size: answers.append(pool.run(bytes(size), ""))) for size in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == sorted(map(str, range(20)))


@LINUX
def test_a_child_stays_small_over_many_files(pool: Pool) -> None:
    content = hostile.xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>')
    for _ in range(50):
        assert isinstance(pool.run(content, "read"), Grid)
    before = pool.run(b"", "memory")
    for _ in range(400):
        pool.run(content, "read")
    after = pool.run(b"", "memory")
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert after < before + (1 << 20)
    assert after < 64 << 20
    assert pool.run(b"", "modules") == []


def test_a_long_text_in_many_cells_is_kept_once(pool: Pool) -> None:
    outcome = pool.run(hostile.long_string_used_often(), "read")
    assert isinstance(outcome, Grid)
    assert outcome.problems == []


@LINUX
def test_a_child_ends_when_its_parent_is_killed() -> None:
    script = """
        import os, signal, reading_tasks
        from workbook_templates.files.child import ReaderPool
        from workbook_templates.files.gate import Limits
        if __name__ == "__main__":
            pool = ReaderPool(reading_tasks.misbehave, Limits(), processes=2)
            print(pool.run(b"", "process"), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    path = os.pathsep.join(sys.path)
    parent = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert parent.returncode == -signal.SIGKILL
    child = int(parent.stdout)
    deadline = time.monotonic() + 60
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except FileNotFoundError:
        return False
