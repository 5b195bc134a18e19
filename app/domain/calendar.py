"""Working days of the People's Republic: weekends, holidays, make-up working days (调休), and deadlines in them.

The yearly notice of the State Council is in the `holidays` package; a year without a notice yet counts weekends and the
fixed holidays.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import cache

import holidays

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without summer time since 1991, so a fixed offset is exact."""


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    made_up, off = _year(day.year)
    return day in made_up or (day.weekday() < 5 and day not in off)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself does not count."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def deadline(now: datetime, working_days: int) -> datetime:
    """The instant at which `working_days` working days from now end: 24:00 in Shanghai of the last of them."""
    last = working_days_after(now.astimezone(SHANGHAI).date(), working_days)
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; 0 if end is not after start."""
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))


def local_day(at: datetime) -> date:
    """The day in Shanghai on which an instant falls."""
    return at.astimezone(SHANGHAI).date()


@cache
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """(make-up working days, holidays) of a year."""
    known = holidays.country_holidays("CN", years=year)
    return frozenset(day for day in known.weekend_workdays if day.year == year), frozenset(known)
