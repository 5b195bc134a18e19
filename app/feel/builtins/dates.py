"""Built-ins on dates. `now` and `today` ask the machine's clock unless the host passes its own."""

from datetime import UTC, datetime
from typing import Any

from app.feel import kinds
from app.feel.builtins.registry import builtin
from app.feel.calendar_days import epoch_days, is_leap, make_date
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.runtime import Run

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _dated(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if kind(value) not in {kinds.DATE, kinds.DATE_TIME}:
        raise Undefined(f"a date is expected, not a {kind(value)}")
    return value


def _day_of_year(_run: Run, value: Any) -> int:
    day = _dated(value)
    first = make_date(day.year, 1, 1)
    assert first is not None, "each year has a first day"
    return epoch_days(day) - epoch_days(first) + 1


def _weekday(value: Any) -> int:
    """0 for Monday."""
    return (epoch_days(_dated(value)) + 3) % 7


def _week_of_year(run: Run, value: Any) -> int:
    """The week after ISO 8601: the first is that with the year's first Thursday."""
    day = _dated(value)
    week = (_day_of_year(run, day) - _weekday(day) - 1 + 10) // 7
    if week < 1:
        return _weeks_in(day.year - 1)
    return 1 if week > _weeks_in(day.year) else week


def _weeks_in(year: int) -> int:
    first = make_date(year, 1, 1)
    assert first is not None, "each year has a first day"
    weekday = (epoch_days(first) + 3) % 7
    return 53 if weekday == 3 or (weekday == 2 and is_leap(year)) else 52


DATES = (
    builtin("now", ("", lambda _run: datetime.now(UTC))),
    builtin("today", ("", lambda _run: datetime.now(UTC).date())),
    builtin("day of year", ("date", _day_of_year)),
    builtin("day of week", ("date", lambda _run, value: _WEEKDAYS[_weekday(value)])),
    builtin("month of year", ("date", lambda _run, value: _MONTHS[_dated(value).month - 1])),
    builtin("week of year", ("date", _week_of_year)),
)
