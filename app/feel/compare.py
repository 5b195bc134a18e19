"""Equality, order and membership, each with three results: true, false, or null where the kinds do not fit."""

from decimal import Decimal
from typing import Any

from app.feel import kinds
from app.feel.calendar_days import instant, nanosecond_of_day, offset_seconds
from app.feel.kinds import kind
from app.feel.values import NANOSECONDS_PER_SECOND, DaysTimeDuration, Range, WideDate

_ORDERED = {kinds.NUMBER, kinds.STRING, kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.DAYS, kinds.MONTHS}


def number(value: Any) -> Any:
    """A number as int or Decimal; a float is taken as it is written."""
    return Decimal(repr(value)) if type(value) is float else value


def span(value: Any) -> DaysTimeDuration:
    """A days-and-time duration, also from a Python timedelta."""
    return value if isinstance(value, DaysTimeDuration) else DaysTimeDuration.from_timedelta(value)


def equal(left: Any, right: Any) -> bool | None:
    """FEEL's `=`: null for values of different kinds, and null equals null only."""
    which = kind(left)
    if which != kind(right):
        return False if left is None or right is None else None
    test = _EQUALITY.get(which)
    return bool(left == right) if test is None else test(left, right)


def same(left: Any, right: Any) -> bool:
    """Whether the values are equal for certain."""
    return equal(left, right) is True


def _equal_lists(left: Any, right: Any) -> bool:
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: Any, right: Any) -> bool:
    return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())


def _equal_ranges(left: Range, right: Range) -> bool:
    if left.operator != right.operator:
        return False
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return same(left.start, right.start) and same(left.end, right.end)


def _equal_times(left: Any, right: Any) -> bool:
    # The standard compares hour, minute and whole second.
    positions = _positions(left, right, _time_position)
    return positions is not None and _whole_seconds(*positions)


def _equal_date_times(left: Any, right: Any) -> bool:
    positions = _positions(left, right, instant)
    return positions is not None and _whole_seconds(*positions)


def _whole_seconds(left: int, right: int) -> bool:
    return left // NANOSECONDS_PER_SECOND == right // NANOSECONDS_PER_SECOND


def _time_position(value: Any) -> int:
    return nanosecond_of_day(value) - (offset_seconds(value) or 0) * NANOSECONDS_PER_SECOND


def _positions(left: Any, right: Any, position: Any) -> tuple[int, int] | None:
    """Both on one line of time; None if one is local and the other is not."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    return position(left), position(right)


_EQUALITY: dict[str, Any] = {
    kinds.NUMBER: lambda left, right: bool(number(left) == number(right)),
    kinds.LIST: _equal_lists,
    kinds.CONTEXT: _equal_contexts,
    kinds.RANGE: _equal_ranges,
    kinds.TIME: _equal_times,
    kinds.DATE_TIME: _equal_date_times,
    kinds.DAYS: lambda left, right: span(left) == span(right),
    kinds.FUNCTION: lambda left, right: left is right or None,
    kinds.UNKNOWN: lambda _left, _right: None,
}


def order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 as left lies before, at or after right; None if they have no order."""
    which = kind(left)
    if which != kind(right) or which not in _ORDERED:
        return None
    first, second = left, right
    if which == kinds.NUMBER:
        first, second = number(left), number(right)
    elif which == kinds.DAYS:
        first, second = span(left), span(right)
    elif which in {kinds.TIME, kinds.DATE_TIME}:
        positions = _positions(left, right, instant if which == kinds.DATE_TIME else _time_position)
        if positions is None:
            return None
        first, second = positions
    elif which == kinds.DATE and (isinstance(left, WideDate) or isinstance(right, WideDate)):
        first, second = ((d.year, d.month, d.day) for d in (left, right))
    return bool(first > second) - bool(first < second)


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """The result of `=`, `!=`, `<`, `<=`, `>` or `>=`."""
    if operator in {"=", "!="}:
        result = equal(left, right)
        return result if operator == "=" or result is None else not result
    position = order(left, right)
    if position is None:
        return None
    if operator == "<":
        return position < 0
    if operator == "<=":
        return position <= 0
    return position > 0 if operator == ">" else position >= 0


def range_contains(interval: Range, value: Any) -> bool | None:
    """Whether the value lies in the range; null if it cannot be compared with an end."""
    if interval.operator is not None:
        bound = interval.end if interval.operator in {"<", "<="} else interval.start
        return compare(interval.operator, value, bound)
    above = compare(">=" if interval.start_included else ">", value, interval.start)
    below = compare("<=" if interval.end_included else "<", value, interval.end)
    if above is False or below is False:
        return None if above is None or below is None else False
    return None if above is None or below is None else True


def belongs(value: Any, target: Any) -> bool | None:
    """FEEL's `in`: equal to the target, inside of it if it is a range, or among its items if it is a list."""
    if isinstance(target, Range) and not isinstance(value, Range):
        return range_contains(target, value)
    if isinstance(target, list):
        return same(value, target) or any(_is_or_lies_in(value, item) for item in target)
    return equal(value, target)


def _is_or_lies_in(value: Any, item: Any) -> bool:
    if isinstance(item, Range) and not isinstance(value, Range):
        return range_contains(item, value) is True
    return same(value, item)
