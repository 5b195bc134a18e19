"""Claiming, releasing, assigning and completing, on both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.engine import history, user_tasks
from app.engine.errors import (
    AnswersInvalidError,
    NotACandidateError,
    NotTheAssigneeError,
    SeparationOfDutiesError,
    StaleVersionError,
    TaskClaimedByAnotherError,
    TaskNotOpenError,
    UnknownTaskError,
)
from app.engine.tables import task_answer
from app.engine.user_tasks import Completion
from tests.drawing import flows, person, process, task


@pytest.fixture
def two_checks(bench: Any) -> Any:
    """A case whose two checks stand open at once and may not be done by the same person."""
    body = (
        '<bpmn:startEvent id="begin"/><bpmn:parallelGateway id="fork"/>'
        + task("check_facts", output="facts=answers.outcome")
        + task("check_law", extension='<ql:separate-from tasks="check_facts"/>')
        + '<bpmn:parallelGateway id="both"/><bpmn:endEvent id="done"/>'
        + flows("begin fork", "fork check_facts", "fork check_law", "check_facts both", "check_law both", "both done")
    )
    bench.deploy(
        {"two_checks": process("two_checks", body, lanes={"reviewer": "begin fork check_facts check_law both done"})}
    )
    return bench


def test_a_case_runs_from_its_start_over_both_checks_to_its_end(two_checks: Any) -> None:
    case = two_checks.start("two_checks")

    two_checks.act("check_facts", person(11, "reviewer"), outcome="passed")
    assert two_checks.variables(case)["facts"] == "passed"
    two_checks.act("check_law", person(12, "reviewer"), outcome="passed")

    assert two_checks.case(case)["status"] == "completed"
    assert two_checks.open() == {}
    with unit_of_work(two_checks.database) as unit:
        assert history.verify(unit.connection, case) == two_checks.case(case)["history_count"]


def test_answers_are_kept_beside_the_process_data(two_checks: Any, reviewer: Any) -> None:
    case = two_checks.start("two_checks")

    two_checks.act("check_facts", reviewer, outcome="passed")

    with unit_of_work(two_checks.database) as unit:
        row = unit.connection.execute(sa.select(task_answer)).one()
    assert (row.answers, row.answered_by) == ({"outcome": "passed"}, 11)
    assert "answers" not in two_checks.variables(case)


def test_whoever_checked_the_facts_may_not_check_the_law(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    two_checks.act("check_facts", reviewer, outcome="passed")

    with pytest.raises(SeparationOfDutiesError):
        two_checks.act("check_law", reviewer, outcome="passed")

    assert list(two_checks.open()) == ["check_law"]


def test_members_of_the_applicant_never_act_for_the_office(two_checks: Any) -> None:
    two_checks.start("two_checks", organisation_id=77)

    with pytest.raises(NotACandidateError):
        two_checks.act("check_facts", person(5, "reviewer", organisation_id=77), outcome="passed")


def test_another_role_may_not_act(two_checks: Any) -> None:
    two_checks.start("two_checks")

    with pytest.raises(NotACandidateError):
        two_checks.act("check_facts", person(5, "expert"), outcome="passed")


def test_unknown_fields_are_refused_and_nothing_changes(two_checks: Any, reviewer: Any) -> None:
    case = two_checks.start("two_checks")
    before = dict(two_checks.case(case))

    with pytest.raises(AnswersInvalidError):
        two_checks.act("check_facts", reviewer, outcome="passed", sneaked_in=1)

    assert dict(two_checks.case(case)) == before


def test_the_same_sending_twice_is_one_completion(two_checks: Any, reviewer: Any) -> None:
    case = two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]

    for _ in range(2):
        with unit_of_work(two_checks.database) as unit:
            sent = Completion({"outcome": "passed"}, seen_version=1, key="one click")
            user_tasks.complete_task(unit, two_checks.runtime, found.id, sent, actor=reviewer, now=two_checks.now)

    assert two_checks.kinds(case).count("task_completed") == 1


def test_another_sending_of_a_completed_task_is_a_conflict(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    two_checks.act("check_facts", reviewer, outcome="passed")

    with pytest.raises(TaskNotOpenError), unit_of_work(two_checks.database) as unit:
        user_tasks.complete_task(unit, two_checks.runtime, found.id, Completion({}), actor=reviewer, now=two_checks.now)


def test_a_stale_look_at_the_task_is_a_conflict(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    claim(two_checks, found.id, reviewer)

    with pytest.raises(StaleVersionError), unit_of_work(two_checks.database) as unit:
        user_tasks.complete_task(
            unit, two_checks.runtime, found.id, Completion({}, seen_version=1), actor=reviewer, now=two_checks.now
        )


def test_a_foreign_task_id_is_unknown(two_checks: Any, reviewer: Any) -> None:
    with pytest.raises(UnknownTaskError):
        claim(two_checks, 999, reviewer)


def test_the_loser_of_a_claim_reads_who_has_it(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    claim(two_checks, found.id, reviewer)

    with pytest.raises(TaskClaimedByAnotherError) as loser:
        claim(two_checks, found.id, person(12, "reviewer"))

    assert loser.value.assignee_id == 11


def test_twenty_people_claiming_at_once_get_the_task_once(two_checks: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    won: list[int] = []
    lost: list[int] = []

    def try_it(person_id: int) -> None:
        try:
            claim(two_checks, found.id, person(person_id, "reviewer"))
        except TaskClaimedByAnotherError as error:
            lost.append(error.assignee_id)
        else:
            won.append(person_id)

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(100, 120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert lost == won * 19


def test_a_released_task_may_be_claimed_by_another(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    claim(two_checks, found.id, reviewer)

    with unit_of_work(two_checks.database) as unit:
        user_tasks.release_task(unit, found.id, actor=reviewer, now=two_checks.now)
    claim(two_checks, found.id, person(12, "reviewer"))

    assert two_checks.open()["check_facts"].assignee_id == 12


def test_only_the_holder_releases(two_checks: Any, reviewer: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]
    claim(two_checks, found.id, reviewer)

    with pytest.raises(NotTheAssigneeError), unit_of_work(two_checks.database) as unit:
        user_tasks.release_task(unit, found.id, actor=person(12, "reviewer"), now=two_checks.now)


def test_a_task_is_assigned_only_to_somebody_who_may_do_it(two_checks: Any) -> None:
    two_checks.start("two_checks")
    found = two_checks.open()["check_facts"]

    with pytest.raises(NotACandidateError), unit_of_work(two_checks.database) as unit:
        user_tasks.assign_task(
            unit, two_checks.runtime, found.id, to=person(9, "bureau"), by=20, reason="", now=two_checks.now
        )
    with unit_of_work(two_checks.database) as unit:
        user_tasks.assign_task(
            unit, two_checks.runtime, found.id, to=person(12, "reviewer"), by=20, reason="忙", now=two_checks.now
        )

    assert two_checks.open()["check_facts"].assignee_id == 12


def claim(bench: Any, task_id: int, actor: Any) -> None:
    with unit_of_work(bench.database) as unit:
        user_tasks.claim_task(unit, bench.runtime, task_id, actor=actor, now=bench.now)
