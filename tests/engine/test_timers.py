"""Timers fire by the clock that is handed in, found by the index on the instance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.db import unit_of_work
from app.engine import incidents, instances, timers
from tests.drawing import flows, person, process, service, task


@pytest.fixture
def waiting(bench: Any) -> Any:
    """A task with a reminder after two days and a lapse after five, both on its boundary."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("fill_in")
        + boundary("remind", "P2D", interrupting=False)
        + boundary("lapse", "P5D", interrupting=True)
        + service("send_reminder", "waiting.remind", outputs="reminded=result.count")
        + '<bpmn:endEvent id="filled"/><bpmn:endEvent id="reminded_end"/><bpmn:endEvent id="lapsed"/>'
        + flows("begin fill_in", "fill_in filled", "remind send_reminder", "send_reminder reminded_end", "lapse lapsed")
    )
    nodes = "begin fill_in remind lapse send_reminder filled reminded_end lapsed"
    bench.reminders = []

    def remind(call: Any) -> dict[str, int]:
        bench.reminders.append(call.now)
        return {"count": len(bench.reminders)}

    bench.operations["waiting.remind"] = remind
    bench.deploy({"waiting": process("waiting", body, lanes={"agency": nodes})})
    return bench


def boundary(key: str, duration: str, *, interrupting: bool) -> str:
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="fill_in" cancelActivity="{str(interrupting).lower()}">'
        f'<bpmn:timerEventDefinition id="{key}_timer"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">'
        f'duration("{duration}")</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
    )


def test_nothing_fires_a_second_before_its_time(waiting: Any) -> None:
    waiting.start("waiting")

    assert fire(waiting, days=2, seconds=-1) == 0
    assert waiting.reminders == []


def test_a_reminder_fires_at_its_time_and_the_task_stays(waiting: Any) -> None:
    case = waiting.start("waiting")

    assert fire(waiting, days=2) == 1

    assert len(waiting.reminders) == 1
    assert list(waiting.open()) == ["fill_in"]
    assert waiting.case(case)["due_at"] == waiting.now + timedelta(days=5)


def test_a_lapse_withdraws_the_task_and_ends_the_case(waiting: Any) -> None:
    case = waiting.start("waiting")

    fire(waiting, days=5)

    assert waiting.open() == {}
    assert waiting.case(case)["status"] == "completed"
    assert waiting.case(case)["due_at"] is None


def test_a_completed_task_takes_its_timers_with_it(waiting: Any) -> None:
    case = waiting.start("waiting")
    waiting.act("fill_in", person(3, "agency"))

    assert waiting.case(case)["due_at"] is None
    assert fire(waiting, days=9) == 0


def test_a_suspended_case_keeps_its_timers_until_it_is_resumed(waiting: Any) -> None:
    case = waiting.start("waiting")
    with unit_of_work(waiting.database) as unit:
        instances.suspend_instance(unit, case, reason="objection", now=waiting.now, actor_id=1)

    assert fire(waiting, days=3) == 0
    with unit_of_work(waiting.database) as unit:
        instances.resume_instance(unit, case, reason="settled", now=waiting.now, actor_id=1)
    assert fire(waiting, days=3) == 1


def test_a_handler_that_fails_on_a_timer_becomes_an_incident_and_the_sweep_goes_on(waiting: Any) -> None:
    broken = waiting.start("waiting", "2026-00001")
    sound = waiting.start("waiting", "2026-00002")
    handler = waiting.operations["waiting.remind"]

    def fail(call: Any) -> Any:
        if call.instance_id == broken:
            raise RuntimeError("the post office is shut")
        return handler(call)

    waiting.operations["waiting.remind"] = fail
    fire(waiting, days=2)

    with unit_of_work(waiting.database) as unit:
        (incident,) = incidents.open_incidents(unit.connection)
    assert (incident["instance_id"], incident["message"]) == (broken, "RuntimeError: the post office is shut")
    assert waiting.variables(sound)["reminded"] == 1
    waiting.operations["waiting.remind"] = handler
    later = waiting.now + timedelta(days=2, minutes=1)
    with unit_of_work(waiting.database) as unit:
        assert incidents.retry_instance(unit, broken, reason="open again", now=later, actor_id=1) == 1
    assert timers.fire_due_timers(waiting.database, waiting.runtime, now=later) == 1
    assert waiting.variables(broken)["reminded"] == 2


def fire(bench: Any, **after: Any) -> int:
    return timers.fire_due_timers(bench.database, bench.runtime, now=bench.now + timedelta(**after))
