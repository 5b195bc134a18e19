"""Working days and deadlines, around National Day 2026 with its make-up days, and where a day ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendar import PUBLISHED, SHANGHAI, DayState, Revision, WorkingCalendar, is_in_package, local_day

deadline, is_working_day = PUBLISHED.deadline, PUBLISHED.is_working_day
working_days_after, working_days_between = PUBLISHED.working_days_after, PUBLISHED.working_days_between


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


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # New Year's Day on a Friday, then a weekend
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # the made-up Sunday of the next year
        (date(2025, 12, 31), 2, date(2026, 1, 5)),
    ],
)
def test_a_term_runs_over_the_end_of_the_year(start: date, count: int, last: date) -> None:
    assert working_days_after(start, count) == last


@pytest.mark.parametrize(
    ("day", "state", "name"),
    [
        (date(2026, 9, 20), DayState.MAKE_UP, ""),
        (date(2026, 9, 30), DayState.WORKING, ""),
        (date(2026, 10, 1), DayState.HOLIDAY, "国庆节"),
        (date(2026, 10, 4), DayState.WEEKEND, ""),
        (date(2026, 10, 7), DayState.HOLIDAY, "休息日"),
    ],
)
def test_each_day_says_how_it_counts_and_why(day: date, state: DayState, name: str) -> None:
    found = PUBLISHED.day(day)

    assert (found.state, found.name_zh) == (state, name)


@pytest.mark.parametrize(("year", "is_known"), [(2024, True), (2026, True), (2090, False)])
def test_a_year_is_known_when_the_package_has_its_make_up_days(year: int, is_known: bool) -> None:
    assert is_in_package(year) is is_known


def revision(day: date, kind: str, minute: int) -> Revision:
    return Revision(
        day, kind, "临时放假" if kind == "holiday" else "", "", datetime(2026, 11, 1, 1, minute, tzinfo=UTC)
    )


def test_the_last_change_of_a_day_counts_and_earlier_ones_are_kept() -> None:
    made = [revision(date(2026, 11, 4), "holiday", 1), revision(date(2026, 11, 4), "ordinary", 2)]

    assert WorkingCalendar.of(made).is_working_day(date(2026, 11, 4))
    assert not WorkingCalendar.of(made[:1]).is_working_day(date(2026, 11, 4))


@pytest.mark.parametrize(("minute", "works"), [(0, True), (1, False), (2, False), (3, True)])
def test_the_calendar_can_be_read_as_it_stood_at_an_instant(minute: int, works: bool) -> None:
    made = [revision(date(2026, 11, 4), "holiday", 1), revision(date(2026, 11, 4), "ordinary", 3)]

    at = WorkingCalendar.of(made, until=datetime(2026, 11, 1, 1, minute, tzinfo=UTC))

    assert at.is_working_day(date(2026, 11, 4)) is works


@pytest.mark.parametrize(
    ("kind", "works"),
    [("holiday", False), ("ordinary", True), ("make_up", True)],
)
def test_a_published_holiday_can_be_taken_away(kind: str, works: bool) -> None:
    assert WorkingCalendar.of([revision(date(2026, 10, 7), kind, 1)]).is_working_day(date(2026, 10, 7)) is works
