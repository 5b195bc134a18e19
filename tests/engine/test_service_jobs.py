"""Asynchronous service tasks: after the commit, retried with back-off, then an incident with a retry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.engine import incidents
from app.engine.service_jobs import run_due_jobs
from app.engine.tables import service_job
from tests.drawing import flows, process, service, task


class MailboxFullError(Exception):
    code = "mailbox_full"


@pytest.fixture
def letters(bench: Any) -> Any:
    """A case that writes a letter in the background, with a boundary for a full mailbox."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + service(
            "write_letter", "letters.write", outputs="letter=result.number",
            extension='<ql:async retries="2" backoff="duration(&quot;PT1M&quot;)"/>',
        )
        + '<bpmn:boundaryEvent id="full" attachedToRef="write_letter"><bpmn:errorEventDefinition id="full_error" '
        'errorRef="mailbox_full"/></bpmn:boundaryEvent>'
        + task("sign") + task("empty_the_mailbox")
        + '<bpmn:endEvent id="done"/><bpmn:endEvent id="done_by_hand"/>'
        + flows("begin write_letter", "write_letter sign", "sign done", "full empty_the_mailbox", "empty_the_mailbox done_by_hand")
    )  # fmt: skip
    outside = '<bpmn:error id="mailbox_full" name="mailbox_full" errorCode="mailbox_full"/>'
    nodes = "begin write_letter full sign empty_the_mailbox done done_by_hand"
    bench.deploy({"letters": process("letters", body, lanes={"finance": nodes}, outside=outside)})
    bench.calls = []

    def write(call: Any) -> dict[str, Any]:
        bench.calls.append(call.now)
        if bench.failure:
            raise bench.failure
        return {"number": "L-1"}

    bench.failure = None
    bench.operations["letters.write"] = write
    return bench


def test_the_operation_runs_after_the_commit_and_the_case_goes_on(letters: Any) -> None:
    case = letters.start("letters")
    assert letters.calls == []

    assert run(letters) == 1

    assert letters.variables(case)["letter"] == "L-1"
    assert list(letters.open()) == ["sign"]
    assert run(letters) == 0


def test_failures_back_off_one_two_minutes_and_then_become_an_incident(letters: Any) -> None:
    case = letters.start("letters")
    letters.failure = RuntimeError("no paper")

    assert run(letters) == 0
    assert run(letters, seconds=59) == 0
    assert len(letters.calls) == 1
    run(letters, minutes=1)
    run(letters, minutes=3)

    assert len(letters.calls) == 3
    assert run(letters, days=9) == 0
    assert len(letters.calls) == 3
    with unit_of_work(letters.database) as unit:
        (incident,) = incidents.open_incidents(unit.connection, case)
    assert incident["element_id"] == "write_letter"


def test_a_retry_settles_the_incident_and_the_case_goes_on(letters: Any) -> None:
    case = letters.start("letters")
    letters.failure = RuntimeError("no paper")
    for minutes in (0, 1, 3):
        run(letters, minutes=minutes)
    letters.failure = None

    with unit_of_work(letters.database) as unit:
        incidents.retry_instance(unit, case, reason="paper came", now=letters.now, actor_id=1)
    assert run(letters) == 1

    with unit_of_work(letters.database) as unit:
        assert incidents.open_incidents(unit.connection) == []
        assert unit.connection.execute(sa.select(service_job)).all() == []
    assert list(letters.open()) == ["sign"]


def test_an_expected_error_takes_the_boundary_at_once(letters: Any) -> None:
    letters.start("letters")
    letters.failure = MailboxFullError()

    run(letters)

    assert list(letters.open()) == ["empty_the_mailbox"]


def run(bench: Any, **after: Any) -> int:
    return run_due_jobs(bench.database, bench.runtime, now=bench.now + timedelta(**after))
