"""schemathesis plays with every call of the API: no server error, no undocumented answer, as admin and as an agency."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALLS = 30
"""How many calls the document describes; a call that vanishes from it would escape."""


@pytest.mark.parametrize("login", ["admin", "agency"])
def test_every_call_answers_as_it_is_documented(app: Any, token_of: Any, login: str) -> None:
    headers = token_of(login)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    operations = [found.ok() for found in schema.get_all_operations()]

    for operation in operations:
        play(operation, headers)

    assert len(operations) == CALLS


def test_the_books_answer_finance_as_it_is_documented(app: Any, token_of: Any) -> None:
    headers = token_of("finance")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    operations = [found.ok() for found in schema.include(path_regex="^/api/v1/books/").get_all_operations()]

    for operation in operations:
        play(operation, headers)

    assert len(operations) == 3


def play(operation: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy())
    @settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    call()
