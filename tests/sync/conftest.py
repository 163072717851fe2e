"""A browser for the tests that look at pages."""

from collections.abc import Iterator

import pytest
from chromium import chromium
from playwright.sync_api import Browser
from two_databases import Server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def server(kind: str, request: pytest.FixtureRequest) -> Server | None:
    """The server of the test's database, None where it is a file."""
    return request.getfixturevalue("postgresql") if kind == "postgresql" else None
