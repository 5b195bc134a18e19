"""The bureau changes days and takes in the yearly notice; deadlines computed afterwards follow, earlier ones stay."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.calendar import PUBLISHED, DayState, calendar_of, deadline, revisions_of
from app.domain.calendar_change import CalendarChange, DayKind, YearlyNotice, adopted_years, changes_of
from app.domain.calendar_edit import (
    DayAlreadySoError,
    DayOutsideCalendarError,
    Difference,
    Grounds,
    MakeUpOnWeekdayError,
    adopt_notice,
    change_day,
    differences,
    with_differences,
)
from app.domain.notice_text import read_notice
from tests.domain.conftest import World

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
NOTICE = """\
日期,安排,名称
2027-01-01..2027-01-03 holiday 元旦
2027-02-06..2027-02-12 holiday 春节
2027-02-05 holiday 农历除夕
2027-02-20 workday
"""


@pytest.fixture
def grounds(world: World) -> Grounds:
    return Grounds("防汛值守调整", "宁政办发〔2026〕7 号", world.cast["bureau"], AT)


def test_a_holiday_that_the_bureau_adds_moves_deadlines_computed_afterwards(world: World, grounds: Grounds) -> None:
    before = deadline(world.session, AT, 2)

    change_day(world.session, date(2026, 11, 4), DayKind.HOLIDAY, grounds, name_zh="临时放假", name_en="Extra holiday")

    assert before == datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
    assert deadline(world.session, AT, 2) == datetime(2026, 11, 5, 16, 0, tzinfo=UTC)


def test_a_made_up_saturday_that_the_bureau_adds_counts(world: World, grounds: Grounds) -> None:
    change_day(world.session, date(2026, 11, 7), DayKind.MAKE_UP, grounds)

    assert deadline(world.session, AT, 5) == datetime(2026, 11, 7, 16, 0, tzinfo=UTC)


def test_a_holiday_that_is_taken_away_is_worked_and_both_changes_are_kept(world: World, grounds: Grounds) -> None:
    day = date(2026, 11, 4)
    change_day(world.session, day, DayKind.HOLIDAY, grounds, name_zh="临时放假")
    change_day(world.session, day, DayKind.ORDINARY, grounds)

    assert calendar_of(world.session).day(day).state is DayState.WORKING
    assert [one.kind for one in changes_of(world.session, 2026)] == ["ordinary", "holiday"]
    assert changes_of(world.session, 2025) == []


@pytest.mark.parametrize(
    ("day", "kind", "error"),
    [
        (date(2000, 12, 31), DayKind.HOLIDAY, DayOutsideCalendarError),
        (date(2101, 1, 1), DayKind.HOLIDAY, DayOutsideCalendarError),
        (date(2026, 11, 4), DayKind.MAKE_UP, MakeUpOnWeekdayError),
        (date(2026, 11, 4), DayKind.ORDINARY, DayAlreadySoError),
        (date(2026, 10, 10), DayKind.MAKE_UP, DayAlreadySoError),
        (date(2026, 11, 7), DayKind.ORDINARY, DayAlreadySoError),
    ],
)
def test_a_change_that_changes_nothing_or_cannot_be_is_refused(
    world: World, grounds: Grounds, day: date, kind: DayKind, error: type[Exception]
) -> None:
    with pytest.raises(error):
        change_day(world.session, day, kind, grounds)

    assert revisions_of(world.session) == []


@pytest.mark.parametrize("day", [date(2001, 1, 6), date(2100, 12, 25)])
def test_the_first_and_the_last_year_can_be_changed(world: World, grounds: Grounds, day: date) -> None:
    change_day(world.session, day, DayKind.MAKE_UP, grounds)

    assert calendar_of(world.session).is_working_day(day)


def test_the_calendar_is_read_once_a_transaction(world: World) -> None:
    asked: list[str] = []
    connection = world.session.connection()
    sa.event.listen(connection, "before_cursor_execute", lambda _c, _cursor, text, *_rest: asked.append(text))

    for days in range(5):
        deadline(world.session, AT, days)

    assert len(asked) == 1


def test_a_notice_replaces_the_whole_year_and_is_kept_as_it_was_taken_in(world: World, grounds: Grounds) -> None:
    found = adopt_notice(world.session, 2027, NOTICE, grounds)

    calendar = calendar_of(world.session)
    assert not calendar.is_working_day(date(2027, 2, 12))
    assert calendar.is_working_day(date(2027, 2, 20))
    assert calendar.is_working_day(date(2027, 10, 1))  # this notice does not name National Day
    assert calendar.day(date(2026, 10, 1)).state is DayState.HOLIDAY  # another year
    assert adopted_years(world.session) == {2027}
    kept = world.session.scalars(sa.select(YearlyNotice)).one()
    assert kept.text == NOTICE.strip()
    assert len(changes_of(world.session, 2027)) == len(found)
    assert {one.notice_id for one in changes_of(world.session, 2027)} == {kept.id}


def test_a_notice_taken_in_twice_changes_nothing_the_second_time(world: World, grounds: Grounds) -> None:
    adopt_notice(world.session, 2027, NOTICE, grounds)

    assert adopt_notice(world.session, 2027, NOTICE, grounds) == []


def test_the_preview_is_what_taking_it_in_does(world: World, grounds: Grounds) -> None:
    foreseen = with_differences(PUBLISHED, differences(PUBLISHED, 2027, read_notice(NOTICE, 2027)))

    adopt_notice(world.session, 2027, NOTICE, grounds)

    assert calendar_of(world.session) == foreseen


def test_a_difference_says_whether_deadlines_come_out_otherwise() -> None:
    found = {one.after.on: one for one in differences(PUBLISHED, 2027, read_notice(NOTICE, 2027))}

    assert found[date(2027, 2, 11)].moves_counting  # Thursday, now a holiday
    assert not found[date(2027, 1, 2)].moves_counting  # Saturday, now called New Year
    assert date(2027, 2, 5) not in found  # as the package has it
    assert isinstance(found[date(2027, 10, 1)], Difference)


@pytest.mark.parametrize("column", ["reason", "source"])
def test_no_change_without_a_reason_and_a_source(world: World, grounds: Grounds, column: str) -> None:
    row = {"day": date(2026, 11, 4), "kind": "holiday", "reason": "因", "source": "文", "changed_at": AT} | {column: ""}
    row["changed_by"] = grounds.by

    with pytest.raises(IntegrityError, match=f"ck_calendar_change_has_{column}"):
        world.session.execute(sa.insert(CalendarChange).values(row))
