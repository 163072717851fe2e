"""A browser for the tests that look at pages, and the table that those of faults hold."""

from collections.abc import Callable, Iterator

import pytest
from chromium import chromium
from fault_table import Fault, accounted, hold
from playwright.sync_api import Browser
from two_databases import Server

from sync.store import Store


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def seen(kind: str, store: Store) -> Callable[..., None]:
    """Holds the table's cell of a fault: what the test saw, and what is kept in its store (or the one given) now."""

    def see(fault: Fault, told: str = "", of: Store = store) -> None:
        hold(fault, kind, f"{told}: {accounted(of)}" if told else accounted(of))

    return see


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> Server | None:
    """The server of the test's database, None where it is a file."""
    return request.getfixturevalue("postgresql") if kind == "postgresql" else None
