"""Reading in another process: a file that crashes, hangs or swells ends a child, not the service.

The children are a warm pool (Pebble); a lost one is replaced by itself. They are spawned, never forked, so that they
work alike on every system and carry nothing of a threaded server with them.
"""

import concurrent.futures
import gc
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Generic, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from workbook_templates.files.gate import Limits
from workbook_templates.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")
Q = ParamSpec("Q")
S = TypeVar("S")


class ReaderPool(Generic[P, T]):
    """Runs `task`, a function at the top of a module, in `processes` children. May be called from many threads."""

    def __init__(self, task: Callable[P, T], limits: Limits, processes: int = 1) -> None:
        self._task, self._limits = task, limits
        self._pool = ProcessPool(
            max_workers=processes,
            context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(limits.reader_memory_bytes,),
        )
        for _ in range(processes):
            self._pool.schedule(_warm, args=(task,))

    def run(self, *args: P.args, **kwargs: P.kwargs) -> T | Problem:
        """What the task returns; F04 when it raised, F06 when it took too much time or memory or ended its process."""
        return self.perform(self._task, *args, **kwargs)

    def perform(self, task: Callable[Q, S], *args: Q.args, **kwargs: Q.kwargs) -> S | Problem:
        """The same for another function at the top of a module, in the same children."""
        future = self._pool.schedule(
            _run,
            args=(task, self._limits.reader_cpu_seconds, args, kwargs),
            timeout=self._limits.reader_wall_seconds,
        )
        try:
            outcome: S | Problem = future.result()
        except concurrent.futures.TimeoutError:
            return Problem("F06", found=f"mere end {self._limits.reader_wall_seconds:g} sekunder")
        except ProcessExpired:
            return Problem("F06", found="læsningen brød sammen")
        return outcome

    def close(self) -> None:
        """Ends the children at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _warm(_task: Callable[..., object]) -> None:
    """Having received the task, the child has imported what it needs; the collector need not go through that again."""
    gc.collect()
    gc.freeze()


def _run(task: Callable[..., T], cpu_seconds: int, args: tuple[object, ...], kwargs: dict[str, object]) -> T | Problem:
    _allow_cpu(cpu_seconds)
    try:
        return task(*args, **kwargs)
    except MemoryError:
        return Problem("F06", found="for meget hukommelse")
    except BaseException as error:  # noqa: BLE001  # a panic in Rust is no Exception
        return Problem("F04", found=type(error).__name__)


def _prepare(memory_bytes: int) -> None:
    """Limits on the child, where the system has them; it ignores Ctrl-C and ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.platform != "win32":
        import resource

        for limit, amount in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
            _, hard = resource.getrlimit(limit)
            allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
            try:
                resource.setrlimit(limit, (allowed, hard))
            except (OSError, ValueError):  # macOS knows RLIMIT_AS but refuses to set it
                continue


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _allow_cpu(seconds: int) -> None:
    """From now on the child may use so many more seconds of processor time; at the end of them the system ends it."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
