"""A year of the calendar for the eye: months of weeks, and the days that are not as the week has them."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from app.domain.calendar import Day, DayState, WorkingCalendar
from app.domain.wording import MONTHS_EN
from app.web.languages import language
from app.web.reckoning import state_words

_WEEKS = weeks.Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks from Monday, None where a day belongs to its neighbour."""

    name: str
    weeks: Sequence[Sequence[Day | None]]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is a holiday or made up, and whether the bureau made it so."""

    day: Day
    words: str
    is_changed: bool


def months_of(calendar: WorkingCalendar, year: int) -> list[Month]:
    """The twelve months."""
    return [
        Month(
            month_name(month),
            [[calendar.day(on) if on.month == month else None for on in week]
             for week in _WEEKS.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]  # fmt: skip


def special_days(calendar: WorkingCalendar, year: int) -> list[SpecialDay]:
    """Holidays and make-up days, and what the bureau has made an ordinary day again, by date."""
    return [
        SpecialDay(day, state_words(day) or gettext("counts by the week"), day.on in calendar.changed)
        for day in (calendar.day(on) for on in days_of(year))
        if day.state in (DayState.HOLIDAY, DayState.MAKE_UP) or day.on in calendar.changed
    ]


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def month_name(month: int) -> str:
    """1 月 / Jan."""
    return f"{month} 月" if language() == "zh" else MONTHS_EN[month - 1]
