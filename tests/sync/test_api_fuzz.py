"""The description of the API held against the service, with many odd requests made from it."""

import contextlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from page_forms import opened
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from signed_in import bearer
from sync_material import returned_schedule

EXAMPLES = 4
"""Per operation, fitting and unfitting, by made-up and by known ids: all of it is less than a minute of computing."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
ASKED_FOR = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
KNOWN = {"submission_id": 1, "round_id": 1, "case_key": "S-2026-0001"}


@pytest.fixture(params=["without", "with"])
def login(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The headers by which a caller is known: none, or a token's."""
    return {} if request.param == "without" else bearer()


@pytest.fixture
def schema(app: Flask, settled: Callable[[], None]) -> Any:
    """The description, of a service that has a schedule in order, one with errors, no workbook, and a round."""
    client = app.test_client()
    opened(client)
    for content in (returned_schedule(), returned_schedule("S-2026-0002", {(3, "Start"): "=1+1"}), b"nothing"):
        client.post("/api/v1/submissions", data={"file": (BytesIO(content), "skema.xlsx")})
    settled()
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=SchemathesisConfig(seed=1))


def test_every_answer_is_as_described_and_none_is_our_own_failure(schema: Any, login: Mapping[str, str]) -> None:
    asked, answers = 0, set()
    for found in schema.get_all_operations():
        operation = found.ok()
        known = {name: KNOWN[name] for name in KNOWN if f"{{{name}}}" in operation.path}
        for path in [{}, known] if known else [{}]:
            for mode in GenerationMode:

                @ASKED_FOR
                @given(operation.as_strategy(mode, path_parameters=path or None))
                def ask(case: Case[Any]) -> None:
                    nonlocal asked
                    response = case.call_and_validate(headers=dict(login), checks=CHECKS)
                    asked += 1
                    answers.add((case.operation.label, response.status_code))

                nothing_unfits = (Unsatisfiable,) if mode is GenerationMode.NEGATIVE else ()
                with contextlib.suppress(*nothing_unfits):
                    ask()
    succeeded = {label for label, status in answers if status < 300}
    # a workbook that fits its own history is not made by chance
    reached = {found.ok().label for found in schema.get_all_operations()} - {"POST /api/v1/negotiation"}
    assert succeeded == (reached if login else set())
    assert asked > 100
