"""Working days of the People's Republic: weekends, holidays, make-up working days (调休), and deadlines in them.

What the State Council has published is in the `holidays` package; what the bureau has changed since is in
`calendar_change` and goes before it. A year without a notice yet counts weekends and the fixed holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar_change import CalendarChange, DayKind

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without summer time since 1991, so a fixed offset is exact."""
FIRST_YEAR, LAST_YEAR = 2001, 2100
"""The years that the calendar knows of; before 2001 the package has no make-up days."""
_KEPT = "working_calendar"


class DayState(StrEnum):
    """How a day counts, and why."""

    WORKING = "working"
    MAKE_UP = "make_up"
    """A day of the weekend on which offices work."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar; the names are of its holiday, else empty."""

    on: date
    state: DayState
    name_zh: str = ""
    name_en: str = ""

    @property
    def is_working(self) -> bool:
        """Whether offices work on it."""
        return self.state in (DayState.WORKING, DayState.MAKE_UP)


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of the bureau's: how a day counts from an instant on."""

    day: date
    kind: str
    name_zh: str
    name_en: str
    changed_at: datetime

    @property
    def result(self) -> Day:
        """How the day counts then."""
        if self.kind == DayKind.ORDINARY:
            return by_the_week(self.day)
        return Day(self.day, DayState(self.kind), self.name_zh, self.name_en)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The published calendar with what the bureau has changed in it; immutable."""

    changed: Mapping[date, Day] = field(default_factory=dict)
    """The days that the bureau has changed, as they count now."""

    @classmethod
    def of(cls, revisions: Iterable[Revision], *, until: datetime | None = None) -> WorkingCalendar:
        """The calendar after these changes, the earliest first; with `until`, as it stood at that instant."""
        return cls({one.day: one.result for one in revisions if until is None or one.changed_at <= until})

    def day(self, on: date) -> Day:
        """How a day counts."""
        return self.changed.get(on) or _published(on.year).get(on) or by_the_week(on)

    def is_working_day(self, on: date) -> bool:
        """Whether offices work on that day."""
        return self.day(on).is_working

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself does not count."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and including `end`; 0 if end is not after start."""
        return sum(self.is_working_day(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))

    def deadline(self, now: datetime, working_days: int) -> datetime:
        """The instant at which `working_days` working days from now end: 24:00 in Shanghai of the last of them."""
        return end_of(self.working_days_after(local_day(now), working_days))


PUBLISHED = WorkingCalendar()
"""Without any change of the bureau's."""


def revisions_of(session: Session) -> list[Revision]:
    """Every change of the bureau's, the earliest first: the whole of it is a few dozen rows a year."""
    table = CalendarChange
    query = sa.select(table.day, table.kind, table.name_zh, table.name_en, table.changed_at).order_by(table.id)
    return [Revision(*row) for row in session.execute(query)]


def calendar_of(session: Session) -> WorkingCalendar:
    """The calendar as this transaction sees it: one statement when it is first asked for, none after that."""
    kept = session.info.get(_KEPT)
    if not isinstance(kept, WorkingCalendar):
        kept = WorkingCalendar.of(revisions_of(session))
        session.info[_KEPT] = kept
    return kept


def forget_calendar(session: Session) -> None:
    """Read it afresh when it is next asked for: this transaction has just changed it."""
    session.info.pop(_KEPT, None)


def deadline(session: Session, now: datetime, working_days: int) -> datetime:
    """The instant at which so many working days from now end, by the calendar as the bureau keeps it."""
    return calendar_of(session).deadline(now, working_days)


def local_day(at: datetime) -> date:
    """The day in Shanghai on which an instant falls."""
    return at.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 in Shanghai of a day."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def is_in_package(year: int) -> bool:
    """Whether the `holidays` package holds the notice of a year: then it knows of made-up days in it."""
    return any(day.state is DayState.MAKE_UP for day in _published(year).values())


def by_the_week(on: date) -> Day:
    """How a day counts of which nobody has said anything."""
    return Day(on, DayState.WORKING if on.weekday() < 5 else DayState.WEEKEND)


@cache
def _published(year: int) -> Mapping[date, Day]:
    """The holidays and make-up days of a year, as the package has them."""
    chinese = holidays.country_holidays("CN", years=year, language="zh_CN")
    english = holidays.country_holidays("CN", years=year, language="en_US")
    days = {on: Day(on, DayState.HOLIDAY, *_names(name, english[on])) for on, name in chinese.items()}
    made_up = {on: Day(on, DayState.MAKE_UP) for on in chinese.weekend_workdays if on.year == year}
    return days | made_up


def _names(name_zh: str, name_en: str) -> tuple[str, str]:
    """`休息日（由 2026-10-10 调休）` says which day is worked instead; that day says so itself."""
    return ("休息日", "Day off") if name_zh.startswith("休息日（") else (name_zh, name_en)
