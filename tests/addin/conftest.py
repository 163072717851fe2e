"""The add-in speaks HTTP: which database answers behind it is the matter of the service's own tests."""

import pytest


@pytest.fixture
def kind() -> str:
    return "sqlite"
