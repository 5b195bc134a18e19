"""Equality, order and membership, each with three results: true, false, or null where the kinds do not fit."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.feel import kinds
from app.feel.calendar_days import instant, nanosecond_of_day, offset_seconds
from app.feel.errors import FeelLimitError
from app.feel.kinds import kind
from app.feel.limits import MAX_STEPS
from app.feel.values import NANOSECONDS_PER_SECOND, DaysTimeDuration, Range, WideDate

Spend = Callable[[int], None]
_CONTAINERS = {kinds.LIST, kinds.CONTEXT, kinds.RANGE}
_ORDERED = {kinds.NUMBER, kinds.STRING, kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.DAYS, kinds.MONTHS}


def number(value: Any) -> Any:
    """A number as int or Decimal; a float is taken as it is written."""
    return Decimal(repr(value)) if type(value) is float else value


def span(value: Any) -> DaysTimeDuration:
    """A days-and-time duration, also from a Python timedelta."""
    return value if isinstance(value, DaysTimeDuration) else DaysTimeDuration.from_timedelta(value)


def equal(left: Any, right: Any, spend: Spend | None = None) -> bool | None:
    """FEEL's `=`: null for values of different kinds, and null equals null only.

    `spend` is told how many items were compared; without it a single comparison is still bounded.
    """
    which = kind(left)
    if which != kind(right):
        return False if left is None or right is None else None
    if which in _CONTAINERS:
        return _equal_inside(left, right, spend or _Bound().spend)
    test = _EQUALITY.get(which)
    return bool(left == right) if test is None else test(left, right)


def same(left: Any, right: Any, spend: Spend | None = None) -> bool:
    """Whether the values are equal for certain."""
    return equal(left, right, spend) is True


class _Bound:
    """Counts the items of one comparison outside of a run."""

    def __init__(self) -> None:
        self._left = MAX_STEPS

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise FeelLimitError("two values are too large to compare", hint="Compare parts of them")


def _equal_inside(left: Any, right: Any, spend: Spend) -> bool:
    """Lists, contexts and ranges, without recursion, because they may nest deep and share their parts."""
    waiting = [(left, right)]
    while waiting:
        first, second = waiting.pop()
        pairs = _pairs(first, second) if kind(first) in _CONTAINERS and kind(first) == kind(second) else None
        if pairs is None:
            if not same(first, second):
                return False
            continue
        spend(1 + len(pairs))
        if not pairs and not _alike(first, second):
            return False
        waiting.extend(pairs)
    return True


def _pairs(left: Any, right: Any) -> list[tuple[Any, Any]]:
    """What must be equal in pairs; none if the containers differ in shape."""
    if not _alike(left, right):
        return []
    if isinstance(left, Range):
        return [(left.start, right.start), (left.end, right.end)]
    if isinstance(left, Mapping):
        return [(value, right[key]) for key, value in left.items()]
    return list(zip(left, right, strict=True))


def _alike(left: Any, right: Any) -> bool:
    if isinstance(left, Range):
        ends = (left.operator, left.start_included, left.end_included)
        return ends == (right.operator, right.start_included, right.end_included)
    return bool(left.keys() == right.keys()) if isinstance(left, Mapping) else len(left) == len(right)


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


def compare(operator: str, left: Any, right: Any, spend: Spend | None = None) -> bool | None:
    """The result of `=`, `!=`, `<`, `<=`, `>` or `>=`."""
    if operator in {"=", "!="}:
        result = equal(left, right, spend)
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


def belongs(value: Any, target: Any, spend: Spend | None = None) -> bool | None:
    """FEEL's `in`: equal to the target, inside of it if it is a range, or among its items if it is a list."""
    if isinstance(target, Range) and not isinstance(value, Range):
        return range_contains(target, value)
    if isinstance(target, list):
        if spend is not None:
            spend(len(target))
        return same(value, target, spend) or any(_is_or_lies_in(value, item, spend) for item in target)
    return equal(value, target, spend)


def _is_or_lies_in(value: Any, item: Any, spend: Spend | None) -> bool:
    if isinstance(item, Range) and not isinstance(value, Range):
        return range_contains(item, value) is True
    return same(value, item, spend)
