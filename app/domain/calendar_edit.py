"""How the bureau changes the calendar: a day by hand, or a year by the State Council's notice.

Deadlines that a case has already been given never move: they stand in the case as instants. A change counts for every
deadline that is computed after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Day,
    DayState,
    WorkingCalendar,
    by_the_week,
    calendar_of,
    forget_calendar,
)
from app.domain.calendar_change import CalendarChange, DayKind, YearlyNotice
from app.domain.errors import DomainError
from app.domain.notice_text import NoticeDay, read_notice


class DayOutsideCalendarError(DomainError):
    """The calendar knows the days of a century."""

    code = "day_outside_calendar"

    def __init__(self, day: date) -> None:
        self.day = day
        self.message_zh = f"日期须在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间。"
        self.message_en = f"Choose a day from {FIRST_YEAR} to {LAST_YEAR}."
        super().__init__(f"{day} is outside the calendar")


class DayAlreadySoError(DomainError):
    """A change changes something."""

    code = "day_already_so"

    def __init__(self, day: date, kind: DayKind) -> None:
        self.day, self.kind = day, kind
        self.message_zh = "这一天本来就是这样，没有可改的。请换一个日期或换一种安排。"
        self.message_en = "The day counts like that already: choose another day or another kind."
        super().__init__(f"{day} is {kind} already")


class MakeUpOnWeekdayError(DomainError):
    """Only a day of the weekend is made up: a weekday is worked anyway."""

    code = "make_up_on_weekday"

    def __init__(self, day: date) -> None:
        self.day = day
        self.message_zh = "只有周六、周日可以设为调休上班日。要取消工作日的放假，请选“按周几计算”。"
        self.message_en = (
            "Only a Saturday or Sunday is made up. To end a holiday on a weekday, choose “counts by the week”."
        )
        super().__init__(f"{day} is a weekday")


@dataclass(frozen=True, slots=True)
class Difference:
    """One day that counts, or is called, otherwise than before."""

    before: Day
    after: Day

    @property
    def moves_counting(self) -> bool:
        """Whether deadlines come out otherwise; else only the day's name changes."""
        return self.before.is_working != self.after.is_working


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why the calendar is changed: the reason, the paper that says so, who and when."""

    reason: str
    source: str
    by: int
    at: datetime


def change_day(
    session: Session, day: date, kind: DayKind, grounds: Grounds, *, name_zh: str = "", name_en: str = ""
) -> CalendarChange:
    """Make one day something else.

    Raises:
        DayOutsideCalendarError, MakeUpOnWeekdayError, DayAlreadySoError: nothing has been changed.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DayOutsideCalendarError(day)
    if kind is DayKind.MAKE_UP and day.weekday() < 5:
        raise MakeUpOnWeekdayError(day)
    after = _after(day, kind, name_zh, name_en)
    if calendar_of(session).day(day) == after:
        raise DayAlreadySoError(day, kind)
    change = _row(after, kind, grounds)
    session.add(change)
    session.flush()
    forget_calendar(session)
    return change


def differences(calendar: WorkingCalendar, year: int, notice: Sequence[NoticeDay]) -> list[Difference]:
    """What a year's notice changes in a calendar: a day that it does not name counts by the week."""
    named = {one.day: _after(one.day, one.kind, one.name_zh, one.name_en) for one in notice}
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        before, after = calendar.day(day), named.get(day) or by_the_week(day)
        if before != after:
            found.append(Difference(before, after))
        day += timedelta(days=1)
    return found


def with_differences(calendar: WorkingCalendar, found: Sequence[Difference]) -> WorkingCalendar:
    """The calendar as it would be."""
    return WorkingCalendar({**calendar.changed, **{one.after.on: one.after for one in found}})


def adopt_notice(session: Session, year: int, text: str, grounds: Grounds) -> list[Difference]:
    """Take the notice of a year in: from now on the year counts by it alone.

    Raises:
        NoticeUnreadableError: with every line that cannot be read; nothing has been changed.
    """
    found = differences(calendar_of(session), year, read_notice(text, year))
    notice = YearlyNotice(
        year=year, source=grounds.source, text=text.strip(), adopted_at=grounds.at, adopted_by=grounds.by
    )
    session.add(notice)
    session.flush()
    for one in found:
        change = _row(one.after, _kind(one.after), grounds)
        change.notice_id = notice.id
        session.add(change)
    session.flush()
    forget_calendar(session)
    return found


def _after(day: date, kind: DayKind, name_zh: str, name_en: str) -> Day:
    if kind is DayKind.ORDINARY:
        return by_the_week(day)
    if kind is DayKind.MAKE_UP:
        return Day(day, DayState.MAKE_UP)
    return Day(day, DayState.HOLIDAY, name_zh, name_en)


def _kind(day: Day) -> DayKind:
    kinds = {DayState.HOLIDAY: DayKind.HOLIDAY, DayState.MAKE_UP: DayKind.MAKE_UP}
    return kinds.get(day.state, DayKind.ORDINARY)


def _row(after: Day, kind: DayKind, grounds: Grounds) -> CalendarChange:
    return CalendarChange(
        day=after.on, kind=kind, name_zh=after.name_zh, name_en=after.name_en, reason=grounds.reason,
        source=grounds.source, changed_at=grounds.at, changed_by=grounds.by,
    )  # fmt: skip
