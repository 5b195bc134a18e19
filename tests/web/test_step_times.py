"""How long steps took, in working days, and where they are slower than they may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.calendar import WorkingCalendar
from app.engine.workload import StepRun
from app.web.step_times import step_times, taken_tenths

CALENDAR = WorkingCalendar.of([])
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Yinchuan."""
DAY = timedelta(days=1)


def run(taken, *, begun=MONDAY, due=None, element="first_review"):
    return StepRun("certification", element, "初审", "First review", begun, begun + taken, due)


@pytest.mark.parametrize(
    ("begun", "taken", "tenths"),
    [
        (MONDAY, timedelta(), 0),
        (MONDAY, timedelta(hours=2, minutes=23), 0),
        (MONDAY, timedelta(hours=2, minutes=24), 1),
        (MONDAY, DAY, 10),
        (MONDAY, timedelta(hours=23), 9),
        (MONDAY + 4 * DAY, 3 * DAY, 10),  # over a weekend
        (MONDAY + 5 * DAY, DAY, 0),  # within one
    ],
)
def test_a_step_takes_the_working_days_that_lie_between(begun, taken, tenths):
    assert taken_tenths(run(taken, begun=begun), CALENDAR) == tenths


def test_the_middle_and_the_slower_end_are_times_that_were_really_taken(app):
    runs = [run(days * DAY, due=MONDAY + 3 * DAY) for days in (1, 2, 3, 4, 4)]

    with app.test_request_context():
        [found] = step_times(runs, CALENDAR)

    assert (found.runs, found.median_tenths, found.four_fifths_tenths) == (5, 30, 40)


@pytest.mark.parametrize(("four_fifths_days", "is_slow"), [(1, False), (2, False), (3, True)])
def test_a_step_is_slow_when_more_than_one_in_five_was_late(app, four_fifths_days, is_slow):
    due = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)  # the end of Wednesday: two working days

    with app.test_request_context():
        [found] = step_times([run(four_fifths_days * DAY, due=due)], CALENDAR)

    assert (found.limit_days, found.is_slow) == (2, is_slow)


def test_steps_that_were_done_more_often_come_first(app):
    runs = [run(DAY, element="rare"), run(DAY), run(DAY)]

    with app.test_request_context():
        assert [one.runs for one in step_times(runs, CALENDAR)] == [2, 1]
