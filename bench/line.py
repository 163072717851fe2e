"""One measured figure beside its limit."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured; `at_least` tells that the limit is a lower one. Without a limit the figure only informs."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    def as_row(self) -> str:
        """The line as a row of a Markdown table."""
        if self.limit is None:
            return f"| {self.what} | {self.value:.2f} {self.unit} | | |"
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        bound = f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"
        return f"| {self.what} | {self.value:.2f} {self.unit} | {bound} | {'kept' if kept else 'NOT KEPT'} |"


def milliseconds(task: Callable[[], object], times: int = 15) -> float:
    """The median time of a task in milliseconds, after one run to warm up."""
    return alternating([task], times)[0]


def alternating(tasks: Sequence[Callable[[], object]], times: int) -> list[float]:
    """The median time of each task in milliseconds; they take turns, so that a slow moment meets them all."""
    taken: list[list[float]] = [[] for _ in tasks]
    for task in tasks:
        task()
    for _ in range(times):
        for task, own in zip(tasks, taken, strict=True):
            started = time.perf_counter()
            task()
            own.append((time.perf_counter() - started) * 1_000)
    return [median(own) for own in taken]
