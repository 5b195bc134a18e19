"""Built-ins that make one kind of value of another."""

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from app.feel import kinds
from app.feel.arithmetic import DECIMAL, exact
from app.feel.builtins.arguments import number, single, text
from app.feel.builtins.registry import builtin
from app.feel.builtins.strings import bounded
from app.feel.calendar_days import (
    AnyDate,
    epoch_days,
    make_date,
    make_date_time,
    make_time,
    midnight,
    nanosecond_of_day,
    zone_of_offset,
)
from app.feel.compare import span
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.runtime import Run
from app.feel.temporal_text import named_zone, parse_date, parse_date_time, parse_duration, parse_time
from app.feel.value_text import string_of
from app.feel.values import NANOSECONDS_PER_SECOND, YearsMonthsDuration


def _parsed(parse: Callable[[str], Any], value: str, what: str) -> Any:
    found = parse(value)
    if found is None:
        raise Undefined(f"{value[:40]!r} is no {what}")
    return found


def _day_of(value: Any) -> AnyDate:
    found = make_date(value.year, value.month, value.day)
    assert found is not None, "the day of a date-time exists"
    return found


def _date(_run: Run, value: Any) -> Any:
    if kind(value) == kinds.DATE:
        return value
    if kind(value) == kinds.DATE_TIME:
        return _day_of(value)
    return _parsed(parse_date, text(value), "date")


def _date_of_parts(_run: Run, year: Any, month: Any, day: Any) -> Any:
    found = make_date(int(number(year)), int(number(month)), int(number(day)))
    if found is None:
        raise Undefined("the calendar has no such day")
    return found


def _time(_run: Run, value: Any) -> Any:
    if kind(value) == kinds.TIME:
        return value
    if kind(value) == kinds.DATE_TIME:
        return make_time(nanosecond_of_day(value), value.tzinfo)
    if kind(value) == kinds.DATE:
        return make_time(0, midnight(value).tzinfo)
    return _parsed(parse_time, text(value), "time")


def _time_of_parts(_run: Run, hour: Any, minute: Any, second: Any, offset: Any = None) -> Any:
    parts = [Decimal(number(part)) for part in (hour, minute, second)]
    if not all(0 <= part < limit for part, limit in zip(parts, (24, 60, 60), strict=True)):
        raise Undefined("the clock has no such time")
    seconds = int(parts[0]) * 3600 + int(parts[1]) * 60 + parts[2]
    return make_time(int(seconds * NANOSECONDS_PER_SECOND), _offset_zone(offset))


def _offset_zone(offset: Any) -> tzinfo | None:
    if offset is None:
        return None
    zone = zone_of_offset(span(single(offset, kinds.DAYS)).nanoseconds // NANOSECONDS_PER_SECOND)
    if zone is None:
        raise Undefined("an offset is at most 18 hours")
    return zone


def _date_time(_run: Run, value: Any) -> Any:
    if kind(value) == kinds.DATE_TIME:
        return value
    if kind(value) == kinds.DATE:
        return midnight(value)
    return _parsed(parse_date_time, text(value), "date and time")


def _date_time_of_two(run: Run, day: Any, other: Any) -> Any:
    if kind(day) == kinds.DATE_TIME and kind(other) == kinds.STRING:
        zone = _parsed(named_zone, other, "time zone")
        return make_date_time(epoch_days(day), nanosecond_of_day(day), zone)
    start = _date(run, day) if kind(day) in {kinds.DATE, kinds.DATE_TIME} else single(day, kinds.DATE)
    clock = single(other, kinds.TIME)
    return make_date_time(epoch_days(start), nanosecond_of_day(clock), clock.tzinfo)


def _number(_run: Run, value: Any) -> Any:
    if kind(value) == kinds.NUMBER:
        return number(value)
    return _number_of_text(text(value))


def _number_of_text(value: str) -> Any:
    try:
        found = DECIMAL.create_decimal(value.strip()) if "_" not in value else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise Undefined(f"{value[:40]!r} is no number")
    return exact(int(found)) if found.as_tuple().exponent == 0 else found


def _number_with_separators(_run: Run, value: Any, grouping: Any, decimal: Any) -> Any:
    source = text(value)
    if grouping not in {None, " ", ",", "."} or decimal not in {None, ",", "."} or (grouping and grouping == decimal):
        raise Undefined("the separators are a space, a comma or a full stop, and differ")
    if grouping is not None:
        source = source.replace(grouping, "")
    if decimal is not None:
        source = source.replace(decimal, ".")
    return _number_of_text(source)


def _string(run: Run, value: Any) -> str | None:
    return None if value is None else bounded(string_of(value, run.spend), run)


def _duration(_run: Run, value: Any) -> Any:
    if kind(value) in {kinds.DAYS, kinds.MONTHS}:
        return value
    return _parsed(parse_duration, text(value), "duration")


def _months_between(_run: Run, start: Any, end: Any) -> YearsMonthsDuration:
    for value in (start, end):
        if kind(value) not in {kinds.DATE, kinds.DATE_TIME}:
            raise Undefined("years and months duration needs two dates")
    months = (end.year - start.year) * 12 + end.month - start.month
    # A month counts only when it is complete; the time of day does not matter.
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonthsDuration(months)


CONVERSIONS = (
    builtin("date", ("from", _date), ("year, month, day", _date_of_parts)),
    builtin("time", ("from", _time), ("hour, minute, second, offset?", _time_of_parts)),
    builtin("date and time", ("from", _date_time), ("date, time", _date_time_of_two)),
    builtin("number", ("from", _number), ("from, grouping separator, decimal separator", _number_with_separators)),
    builtin("string", ("from", _string)),
    builtin("duration", ("from", _duration)),
    builtin("years and months duration", ("from, to", _months_between)),
)
