"""What is around one's own tasks: come back, waiting for others, one step upstream, the desk of the absent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import inbox, user_tasks
from app.engine.actor import Actor
from app.engine.errors import (
    NotACandidateError,
    NotTheAssigneeError,
    SeparationOfDutiesError,
    TaskClaimedByAnotherError,
)
from app.engine.history import verify
from app.engine.inbox import Listing, Scope, View
from app.engine.tables import history, user_task
from app.engine.upstream import upstream_of
from tests.drawing import flows, person, process, task

ANN, BOB, CLEO = person(11, "reviewer"), person(12, "reviewer"), person(13, "supervisor")


@pytest.fixture
def desk(bench: Any) -> Any:
    """A reviewer looks, a supervisor decides, who may send it back to be looked at again; then another checks."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("look")
        + task("decide", output="result=answers.outcome")
        + '<bpmn:exclusiveGateway id="which" default="flow_which_check"/>'
        + task("check", extension='<ql:separate-from tasks="look"/>')
        + '<bpmn:endEvent id="done"/>'
        + flows("begin look", "look decide", "decide which", 'which look result = "again"', "which check", "check done")
    )
    lanes = {"reviewer": "begin look check done", "supervisor": "decide which"}
    bench.deploy({"desk": process("desk", body, lanes=lanes)})
    return bench


def elements(desk: Any, actor: Actor, view: View, *roles: str) -> list[str]:
    with reading(desk.database) as unit:
        upstream = upstream_of(unit.connection, desk.runtime.catalogue, roles)
        page = inbox.read_list(unit.connection, Scope(actor, desk.now, upstream), Listing(view))
    return [row["element_id"] for row in page.rows]


def claim(desk: Any, element: str, actor: Actor) -> int:
    task_id = desk.open()[element].id
    with unit_of_work(desk.database) as unit:
        user_tasks.claim_task(unit, desk.runtime, task_id, actor=actor, now=desk.now)
    return int(task_id)


def test_a_step_that_is_to_be_done_again_has_come_back(desk: Any) -> None:
    desk.start("desk")
    assert elements(desk, ANN, View.RETURNED) == []
    desk.act("look", ANN)
    desk.act("decide", CLEO, outcome="again")

    assert elements(desk, ANN, View.RETURNED) == ["look"]
    assert elements(desk, ANN, View.CLAIMABLE) == ["look"]


def test_whoever_did_something_waits_for_who_is_at_work_now(desk: Any) -> None:
    desk.start("desk")
    desk.act("look", ANN)

    assert elements(desk, ANN, View.WAITING) == ["decide"]
    assert elements(desk, BOB, View.WAITING) == []
    assert elements(desk, CLEO, View.WAITING) == []


def test_one_step_upstream_is_what_may_come_to_a_role_next(desk: Any) -> None:
    desk.start("desk")

    assert elements(desk, CLEO, View.COMING, "supervisor") == ["look"]
    assert elements(desk, ANN, View.COMING, "reviewer") == []
    desk.act("look", ANN)
    assert elements(desk, CLEO, View.COMING, "supervisor") == []
    assert elements(desk, BOB, View.COMING, "reviewer") == ["decide"]


def test_the_applicants_own_people_see_nothing_of_its_case_coming(desk: Any) -> None:
    desk.start("desk", organisation_id=70)

    assert elements(desk, person(13, "supervisor", organisation_id=70), View.COMING, "supervisor") == []


def standing_in(actor: Actor, absent: Actor) -> Actor:
    return replace(actor, absent=frozenset({absent}))


def test_a_substitute_has_what_the_absent_had_claimed_and_both_are_recorded(desk: Any) -> None:
    case = desk.start("desk")
    claim(desk, "look", ANN)
    bob = standing_in(BOB, ANN)
    assert elements(desk, BOB, View.MINE) == []
    assert elements(desk, bob, View.MINE) == ["look"]

    desk.act("look", bob)

    with reading(desk.database) as unit:
        done = unit.connection.execute(sa.select(user_task).where(user_task.c.element_id == "look")).one()
        event = unit.connection.execute(sa.select(history).where(history.c.kind == "task_completed")).one()
        verify(unit.connection, case)
    assert (done.completed_by, done.completed_for) == (12, 11)
    assert (event.actor_id, event.detail["for"]) == (12, 11)


def test_without_an_absence_the_task_stays_with_who_claimed_it(desk: Any) -> None:
    desk.start("desk")
    claim(desk, "look", ANN)

    with pytest.raises(TaskClaimedByAnotherError):
        desk.act("look", BOB)


def test_a_substitute_needs_the_role_of_their_own(desk: Any) -> None:
    desk.start("desk")
    claim(desk, "look", ANN)

    with pytest.raises(NotACandidateError):
        desk.act("look", standing_in(person(14, "bureau"), ANN))


@pytest.mark.parametrize(("looks", "checks"), [("ann", "bob_for_ann"), ("bob", "bob_for_ann"), ("bob_for_ann", "ann")])
def test_duties_stay_apart_for_the_substitute_and_for_the_absent(desk: Any, looks: str, checks: str) -> None:
    """Who looked may not check: not through a substitute, not as one, not after one has looked for them."""
    people = {"ann": ANN, "bob": BOB, "bob_for_ann": standing_in(BOB, ANN)}
    desk.start("desk")
    if looks == "bob_for_ann":
        claim(desk, "look", ANN)
    desk.act("look", people[looks])
    desk.act("decide", CLEO, outcome="on")
    if checks == "bob_for_ann":
        with unit_of_work(desk.database) as unit:  # as if it had come to her before the rule was drawn
            unit.connection.execute(
                user_task.update().where(user_task.c.element_id == "check").values(assignee_id=11, claimed_at=desk.now)
            )

    with pytest.raises(SeparationOfDutiesError):
        desk.act("check", people[checks])


def test_neither_substitute_nor_absent_may_be_of_the_applicant(desk: Any) -> None:
    desk.start("desk", organisation_id=1)
    with unit_of_work(desk.database) as unit:
        unit.connection.execute(user_task.update().values(assignee_id=11, claimed_at=desk.now))
    stranger = person(15, "reviewer", organisation_id=2)

    with pytest.raises(NotACandidateError):
        desk.act("look", standing_in(stranger, ANN))
    with pytest.raises(NotACandidateError):
        desk.act("look", standing_in(ANN, stranger))


def test_a_task_is_handed_over_with_its_reason(desk: Any) -> None:
    case = desk.start("desk")
    task_id = claim(desk, "look", ANN)

    with unit_of_work(desk.database) as unit:
        user_tasks.hand_over_task(
            unit, desk.runtime, task_id, to=BOB, actor=ANN, reason="出差", now=desk.now
        )  # fmt: skip

    assert elements(desk, BOB, View.MINE) == ["look"]
    assert desk.kinds(case)[-1] == "task_handed_over"


@pytest.mark.parametrize(("to", "actor", "refusal"), [(CLEO, ANN, NotACandidateError), (ANN, BOB, NotTheAssigneeError)])
def test_a_task_is_handed_over_by_its_holder_to_who_may_do_it(desk: Any, to: Actor, actor: Actor, refusal: Any) -> None:
    desk.start("desk")
    task_id = claim(desk, "look", ANN)

    with pytest.raises(refusal), unit_of_work(desk.database) as unit:
        user_tasks.hand_over_task(unit, desk.runtime, task_id, to=to, actor=actor, reason="x", now=desk.now)
