"""People learn that a task waits for them, once, and nobody learns of a case that is not theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.message import Message
from app.domain.role_grant import Role
from app.domain.shareholding import Holding, record_shareholding
from app.web.task_notices import GRACE, tell_of_waiting_tasks
from tests import answers
from tests.people import BEGINNING, person
from tests.walk import Walk


@pytest.fixture
def walk(parts: Any, cast: dict[str, int]) -> Walk:
    """A case to be led to a stage, with two more supervisors, of whom one holds a share of the applicant."""
    made = Walk(parts, cast)
    made.second_supervisor()
    with unit_of_work(parts.database) as unit:
        tied = person(unit.session, "tied", "温栖谷", Role.SUPERVISOR, cast["operator"]).id
        holding = Holding(cast["agency_firm"], 500, date(2026, 1, 1), holder_person_id=tied)
        record_shareholding(unit.session, holding, by=None, now=BEGINNING)
        cast["tied"] = tied
    return made


def told(parts: Any, template: str) -> list[int]:
    with reading(parts.database) as unit:
        query = sa.select(Message.person_id).where(Message.template == template)
        return list(unit.session.scalars(query.order_by(Message.person_id)))


def sweep(walk: Walk, after: timedelta = GRACE) -> int:
    return tell_of_waiting_tasks(walk.parts.database, now=walk.now + after)


def ask_for_corrections(walk: Walk) -> None:
    walk.submitted(2)
    asked = answers.authenticity() | answers.asks(("licence", None))
    walk.act("verify_authenticity", "reviewer_a", asked)
    walk.act("verify_compliance", "reviewer_b", answers.compliance())


def test_a_review_is_told_to_those_who_may_examine_it_and_to_nobody_who_is_tied(walk: Walk, parts: Any) -> None:
    walk.scored(50)
    walk.act("request_review", "agency", {"grounds": "评分有误。", "outcome": "ask"})

    assert sweep(walk) == 1
    assert sweep(walk) == 0

    assert told(parts, "review_requested") == [walk.cast["second_supervisor"]]


def test_members_are_told_of_a_task_of_which_nothing_has_told_them(walk: Walk, parts: Any) -> None:
    ask_for_corrections(walk)
    with unit_of_work(parts.database) as unit:
        unit.session.execute(sa.delete(Message).where(Message.template == "correction_asked"))

    assert sweep(walk) == 1
    assert sweep(walk) == 0

    assert told(parts, "task_waiting") == [walk.cast["agency"]]


def test_nobody_is_told_twice_of_what_a_message_has_told_them(walk: Walk, parts: Any) -> None:
    ask_for_corrections(walk)

    assert sweep(walk) == 0
    assert told(parts, "task_waiting") == []


@pytest.mark.parametrize(("after", "count"), [(GRACE - timedelta(seconds=1), 0), (GRACE, 1)])
def test_a_task_waits_a_minute_first(walk: Walk, parts: Any, after: timedelta, count: int) -> None:
    ask_for_corrections(walk)
    with unit_of_work(parts.database) as unit:
        unit.session.execute(sa.delete(Message))

    assert sweep(walk, after) == count


def test_an_application_that_somebody_has_begun_tells_nobody(walk: Walk, parts: Any) -> None:
    walk.start()

    assert sweep(walk) == 0
    assert told(parts, "task_waiting") == []


def test_an_objection_is_told_to_no_supervisor_who_is_tied(walk: Walk, parts: Any, client_of: Any) -> None:
    walk.announced()
    given = {"name": "周正", "email": "zhou@example.test", "grounds": "其案例系冒用。"}
    client_of("reviewer_a").post("/public/notices/1/object", data=given)

    supervisors = {walk.cast["supervisor"], walk.cast["second_supervisor"]}
    assert set(told(parts, "objection_received")) == supervisors | {walk.cast["agency"]}
