"""The lists of an inbox: who sees what, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.db import reading, unit_of_work
from app.engine import inbox, instances, user_tasks
from app.engine.inbox import InvalidCursorError, Listing, Scope, Sort, View
from app.engine.task_marks import Mark, NotInTheFutureError, mark_task, snooze_task
from tests.drawing import flows, person, process, task


@pytest.fixture
def desk(bench: Any) -> Any:
    """Five cases of five applicants, due one, two, … days after their start; case 3 has no applicant of ours."""
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("look", extension='<ql:due working_days="days"/>')
        + '<bpmn:endEvent id="done"/>'
        + flows("begin look", "look done")
    )
    bench.deploy({"desk": process("desk", body, lanes={"reviewer": "begin look done"})})
    for number in (3, 1, 5, 2, 4):
        bench.start("desk", f"2026-0000{number}", organisation_id=70 + number, days=number)
    return bench


def test_claimable_is_what_the_role_may_take_with_the_earliest_deadline_first(desk: Any) -> None:
    assert numbers(desk, person(11, "reviewer"), View.CLAIMABLE) == [1, 2, 3, 4, 5]
    assert numbers(desk, person(11, "expert"), View.CLAIMABLE) == []


def test_the_applicants_own_people_never_see_its_case_as_the_offices_work(desk: Any) -> None:
    assert numbers(desk, person(11, "reviewer", organisation_id=72), View.CLAIMABLE) == [1, 3, 4, 5]


def test_pages_follow_each_other_without_gap_or_repeat(desk: Any) -> None:
    seen, cursor = [], None
    while True:
        page = listed(desk, person(11, "reviewer"), View.CLAIMABLE, cursor=cursor, limit=2)
        seen += [row["business_key"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [f"2026-0000{number}" for number in (1, 2, 3, 4, 5)]


def test_a_claimed_task_moves_from_claimable_to_mine(desk: Any) -> None:
    me, other = person(11, "reviewer"), person(12, "reviewer")
    first = listed(desk, me, View.CLAIMABLE).rows[0]["id"]
    with unit_of_work(desk.database) as unit:
        user_tasks.claim_task(unit, desk.runtime, first, actor=me, now=desk.now)

    assert numbers(desk, me, View.MINE) == [1]
    assert numbers(desk, other, View.CLAIMABLE) == [2, 3, 4, 5]
    assert numbers(desk, other, View.MINE) == []


@pytest.mark.parametrize(("hours", "overdue"), [(24, []), (25, [1]), (49, [1, 2])])
def test_overdue_begins_when_the_deadline_has_passed(desk: Any, hours: int, overdue: list[int]) -> None:
    desk.now += timedelta(hours=hours)

    assert numbers(desk, person(11, "reviewer"), View.OVERDUE) == overdue


def test_a_list_that_is_asked_again_later_knows_the_hour(desk: Any) -> None:
    """Its statement is built once and kept; the instant is not."""
    me = person(11, "reviewer")
    at_noon = numbers(desk, me, View.OVERDUE)
    desk.now += timedelta(hours=25)
    a_day_later = numbers(desk, me, View.OVERDUE)
    with reading(desk.database) as unit:
        counts = inbox.count_tasks(unit.connection, Scope(me, desk.now))

    assert (at_noon, a_day_later, counts["overdue"]) == ([], [1], 1)


@pytest.mark.parametrize(("number", "found"), [("00003", [3]), ("2026-", [1, 2, 3, 4, 5]), ("9", [])])
def test_cases_are_found_by_a_part_of_their_number(desk: Any, number: str, found: list[int]) -> None:
    with reading(desk.database) as unit:
        page = inbox.read_list(
            unit.connection, Scope(person(11, "reviewer"), desk.now), Listing(View.CLAIMABLE, number=number)
        )

    assert [int(row["business_key"][-1]) for row in page.rows] == found


def test_done_is_what_i_completed_the_latest_first(desk: Any) -> None:
    me = person(11, "reviewer")
    for _ in range(3):
        task_id = listed(desk, me, View.CLAIMABLE).rows[0]["id"]
        desk.now += timedelta(minutes=1)
        with unit_of_work(desk.database) as unit:
            user_tasks.complete_task(unit, desk.runtime, task_id, user_tasks.Completion({}), actor=me, now=desk.now)

    assert numbers(desk, me, View.DONE) == [3, 2, 1]
    assert [row["business_key"][-1] for row in listed(desk, me, View.DONE, limit=2).rows] == ["3", "2"]


def test_counts_agree_with_the_lists(desk: Any) -> None:
    me = person(11, "reviewer")
    desk.now += timedelta(hours=36)

    with reading(desk.database) as unit:
        counts = inbox.count_tasks(unit.connection, Scope(me, desk.now))

    assert counts == {str(view): len(numbers(desk, me, view)) for view in View}
    assert (counts["claimable"], counts["overdue"], counts["due_today"]) == (5, 1, 1)


def test_a_count_stops_where_nobody_counts_on(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(inbox, "COUNT_BOUND", 3)

    with reading(desk.database) as unit:
        counts = inbox.count_tasks(unit.connection, Scope(person(11, "reviewer"), desk.now))

    assert counts["claimable"] == 3


def test_a_task_of_a_suspended_case_stays_in_its_list_and_says_so(desk: Any) -> None:
    case = listed(desk, person(11, "reviewer"), View.CLAIMABLE).rows[0]["instance_id"]
    with unit_of_work(desk.database) as unit:
        instances.suspend_instance(unit, case, reason="objection", now=desk.now, actor_id=1)

    rows = listed(desk, person(11, "reviewer"), View.CLAIMABLE).rows

    assert [row["instance_status"] for row in rows] == ["suspended", *["running"] * 4]


@pytest.mark.parametrize(("hours", "today"), [(0, []), (11, []), (12, [1]), (24, [1]), (25, [])])
def test_due_today_is_what_ends_before_midnight_and_has_not_passed(desk: Any, hours: int, today: list[int]) -> None:
    """The desk begins at noon in Shanghai, so that the deadline of the first is noon of the next day."""
    desk.now += timedelta(hours=hours)

    assert numbers(desk, person(11, "reviewer"), View.DUE_TODAY) == today


def test_a_task_put_aside_is_back_at_its_instant_and_nobody_else_misses_it(desk: Any) -> None:
    me, other = person(11, "reviewer"), person(12, "reviewer")
    first = listed(desk, me, View.CLAIMABLE).rows[0]["id"]
    until = desk.now + timedelta(hours=3)
    with unit_of_work(desk.database) as unit:
        snooze_task(unit, first, 11, until_at=until, now=desk.now)

    assert (numbers(desk, me, View.CLAIMABLE), numbers(desk, me, View.SNOOZED)) == ([2, 3, 4, 5], [1])
    assert numbers(desk, other, View.CLAIMABLE) == [1, 2, 3, 4, 5]
    desk.now = until
    assert (numbers(desk, me, View.CLAIMABLE), numbers(desk, me, View.SNOOZED)) == ([1, 2, 3, 4, 5], [])


def test_a_task_is_put_aside_until_later_only(desk: Any) -> None:
    first = listed(desk, person(11, "reviewer"), View.CLAIMABLE).rows[0]["id"]

    with pytest.raises(NotInTheFutureError), unit_of_work(desk.database) as unit:
        snooze_task(unit, first, 11, until_at=desk.now, now=desk.now)


def test_lists_can_be_ordered_by_other_columns_and_page_in_that_order(desk: Any) -> None:
    seen, cursor = [], None
    scope = Scope(person(11, "reviewer"), desk.now)
    while True:
        listing = Listing(View.CLAIMABLE, Sort.NUMBER, is_descending=True, cursor=cursor, limit=2)
        with reading(desk.database) as unit:
            page = inbox.read_list(unit.connection, scope, listing)
        seen += [int(row["business_key"][-1]) for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [5, 4, 3, 2, 1]


def test_marks_are_seen_by_everybody_and_remembered(desk: Any) -> None:
    row = listed(desk, person(11, "reviewer"), View.CLAIMABLE).rows[0]
    for _ in range(2):
        with unit_of_work(desk.database) as unit:
            mark_task(unit, row["id"], Mark.FLAG, by=11, now=desk.now)

    with reading(desk.database) as unit:
        page = inbox.read_list(unit.connection, Scope(person(12, "reviewer"), desk.now), Listing(View.CLAIMABLE))
    assert [one["is_flagged"] for one in page.rows] == [True] + [False] * 4
    assert desk.kinds(row["instance_id"]).count("task_flagged") == 1


@pytest.mark.parametrize("cursor", ["nonsense", "2026-01-01~", "~1", "2026-01-01T00:00:00+00:00~x"])
def test_a_cursor_of_nowhere_is_refused(desk: Any, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        listed(desk, person(11, "reviewer"), View.CLAIMABLE, cursor=cursor)


def listed(desk: Any, actor: Any, view: View, **options: Any) -> inbox.Page:
    with reading(desk.database) as unit:
        return inbox.read_list(unit.connection, Scope(actor, desk.now), Listing(view, is_plain=True, **options))


def numbers(desk: Any, actor: Any, view: View) -> list[int]:
    return [int(row["business_key"][-1]) for row in listed(desk, actor, view).rows]
