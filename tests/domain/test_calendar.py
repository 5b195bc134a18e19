"""Working days and deadlines, around National Day 2026 with its make-up days, and where a day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import (
    SHANGHAI,
    deadline,
    is_working_day,
    local_day,
    working_days_after,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 19), False),  # an ordinary Saturday
        (date(2026, 9, 20), True),  # Sunday, worked in advance for 6 October
        (date(2026, 9, 25), False),  # Mid-Autumn
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),  # day off, exchanged for 10 October
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # Saturday, made up
        (date(2026, 10, 11), False),
        (date(2026, 10, 12), True),
    ],
)
def test_offices_work_by_the_yearly_notice(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 2, date(2026, 10, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # the made-up Saturday counts
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # the made-up Sunday counts
        (date(2026, 10, 3), 1, date(2026, 10, 8)),  # begun within the holiday
        (date(2026, 9, 30), 0, date(2026, 9, 30)),
    ],
)
def test_the_nth_working_day_skips_the_holiday(start: date, count: int, last: date) -> None:
    assert working_days_after(start, count) == last


def test_a_deadline_ends_at_midnight_in_shanghai_of_its_last_day() -> None:
    due = deadline(datetime(2026, 9, 30, 2, 0, tzinfo=UTC), 1)

    assert due == datetime(2026, 10, 8, 16, 0, tzinfo=UTC)
    assert local_day(due - timedelta(microseconds=1)) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 10, 8, 15, 59, tzinfo=UTC), date(2026, 10, 9)),  # 23:59 on the 8th in Shanghai
        (datetime(2026, 10, 8, 16, 0, tzinfo=UTC), date(2026, 10, 10)),  # 00:00 on the 9th
    ],
)
def test_the_day_on_which_a_term_begins_is_shanghais(now: datetime, last: date) -> None:
    assert local_day(deadline(now, 1) - timedelta(seconds=1)) == last


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 9, 30), date(2026, 10, 7), 0),
        (date(2026, 9, 30), date(2026, 10, 8), 1),
        (date(2026, 10, 8), date(2026, 10, 8), 0),
        (date(2026, 10, 9), date(2026, 10, 8), 0),
    ],
)
def test_working_days_between_leave_out_the_first_and_count_the_last(start: date, end: date, count: int) -> None:
    assert working_days_between(start, end) == count


def test_a_year_without_a_notice_yet_counts_weekends_and_fixed_holidays() -> None:
    assert not is_working_day(date(2030, 10, 1))
    assert is_working_day(date(2030, 10, 15))
    assert not is_working_day(date(2030, 10, 19))


@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(0, 15))
def test_counting_back_gives_the_days_that_were_counted_on(start: date, count: int) -> None:
    last = working_days_after(start, count)

    assert working_days_between(start, last) == count
    assert count == 0 or is_working_day(last)


@given(st.integers(0, 3 * 365 * 24 * 60), st.integers(1, 15))
def test_a_deadline_is_midnight_and_always_later_than_a_whole_day_less(minutes: int, count: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    due = deadline(now, count)

    assert due.astimezone(SHANGHAI).time().isoformat() == "00:00:00"
    assert due > deadline(now, count - 1) > now
