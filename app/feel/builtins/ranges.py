"""Allen's relations between points and ranges, and the range of a text."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.builtins.arguments import text
from app.feel.builtins.registry import builtin
from app.feel.compare import compare, order
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.runtime import Run
from app.feel.temporal_text import parse_at_text, parse_date, parse_date_time, parse_duration, parse_time
from app.feel.tokens import unescape
from app.feel.values import Range

_STRING = r'"(?:[^"\\]|\\.)*+"'
_BOUND = rf"-?\d+(?:\.\d+)?|{_STRING}|@{_STRING}|(?:date and time|date|time|duration)\({_STRING}\)|null"
_RANGE_TEXT = re.compile(rf"\s*([\[(\]])\s*({_BOUND})?\s*\.\.\s*({_BOUND})?\s*([\])\[])\s*", re.DOTALL | re.ASCII)
_PARSERS = {"date": parse_date, "time": parse_time, "date and time": parse_date_time, "duration": parse_duration}


def _is(sign: str, left: Any, right: Any) -> bool:
    verdict = compare(sign, left, right)
    if verdict is None:
        raise Undefined(f"{kind(left)} and {kind(right)} have no order")
    return verdict


def _bounds(value: Any) -> Range:
    """The value as a range; a point is the range of itself."""
    if isinstance(value, Range):
        if value.start is None or value.end is None:
            raise Undefined("the range has an open end")
        return value
    if value is None or order(value, value) is None:
        raise Undefined(f"a range or a point is expected, not a {kind(value)}")
    return Range(value, value)


def _before(first: Range, second: Range) -> bool:
    return _is("<", first.end, second.start) or (
        _is("=", first.end, second.start) and not (first.end_included and second.start_included)
    )


def _meets(first: Range, second: Range) -> bool:
    return first.end_included and second.start_included and _is("=", first.end, second.start)


def _starts_first(first: Range, second: Range) -> bool:
    return _is("<", first.start, second.start) or (
        _is("=", first.start, second.start) and first.start_included and not second.start_included
    )


def _ends_first(first: Range, second: Range) -> bool:
    return _is("<", first.end, second.end) or (
        _is("=", first.end, second.end) and not first.end_included and second.end_included
    )


def _same_start(first: Range, second: Range) -> bool:
    return _is("=", first.start, second.start) and first.start_included == second.start_included


def _same_end(first: Range, second: Range) -> bool:
    return _is("=", first.end, second.end) and first.end_included == second.end_included


def _overlaps(first: Range, second: Range) -> bool:
    return not _before(first, second) and not _before(second, first)


def _overlaps_before(first: Range, second: Range) -> bool:
    """The first starts before the second and does not outlast it."""
    ends_in_time = _ends_first(first, second) or _same_end(first, second)
    return _overlaps(first, second) and _starts_first(first, second) and ends_in_time


def _overlaps_after(first: Range, second: Range) -> bool:
    """The first starts after the second and ends no earlier."""
    ends_in_time = _ends_first(second, first) or _same_end(first, second)
    return _overlaps(first, second) and _starts_first(second, first) and ends_in_time


def _includes(first: Range, second: Range) -> bool:
    return not _starts_first(second, first) and not _ends_first(first, second)


def _finishes(first: Range, second: Range) -> bool:
    return _same_end(first, second) and not _starts_first(first, second)


def _starts(first: Range, second: Range) -> bool:
    return _same_start(first, second) and not _ends_first(second, first)


def _relation(test: Callable[[Range, Range], bool], *, swapped: bool = False) -> Callable[[Run, Any, Any], bool]:
    def apply(_run: Run, first: Any, second: Any) -> bool:
        left, right = _bounds(first), _bounds(second)
        return test(right, left) if swapped else test(left, right)

    return apply


def _of_ranges(test: Callable[[Range, Range], bool], *, swapped: bool = False) -> Callable[[Run, Any, Any], bool]:
    """A relation that does not hold for points."""
    relation = _relation(test, swapped=swapped)

    def apply(run: Run, first: Any, second: Any) -> bool:
        if not isinstance(first, Range) or not isinstance(second, Range):
            raise Undefined("two ranges are expected")
        return relation(run, first, second)

    return apply


def _coincides(first: Range, second: Range) -> bool:
    return _same_start(first, second) and _same_end(first, second)


def _range(_run: Run, value: Any) -> Range:
    match = _RANGE_TEXT.fullmatch(text(value))
    if match is None:
        raise Undefined("the text is no range")
    opening, low, high, closing = match.groups()
    start, end = _bound(low), _bound(high)
    if (start is None and opening == "[") or (end is None and closing == "]") or (start is None and end is None):
        raise Undefined("an end that is included is missing")
    if start is not None and end is not None and not _is("<=", start, end):
        raise Undefined("the range ends before it starts")
    return Range(start, end, opening == "[", closing == "]")


def _bound(source: str | None) -> Any:
    if source is None or source == "null":
        return None
    if source.endswith('"'):
        value = parse_at_text(unescape(source[1:])) if source.startswith("@") else unescape(source)
    elif source.endswith(")"):
        name, _, literal = source[:-1].partition("(")
        value = _PARSERS[name](unescape(literal))
    else:
        return Decimal(source) if "." in source else int(source)
    if value is None:
        raise Undefined(f"{source[:40]} is no value")
    return value


RANGES = (
    builtin("range", ("from", _range)),
    *(
        builtin(
            name,
            ("point1, point2", apply),
            ("point, range", apply),
            ("range, point", apply),
            ("range1, range2", apply),
        )
        for name, apply in (
            ("before", _relation(_before)),
            ("after", _relation(_before, swapped=True)),
            ("meets", _of_ranges(_meets)),
            ("met by", _of_ranges(_meets, swapped=True)),
            ("overlaps", _of_ranges(_overlaps)),
            ("overlaps before", _of_ranges(_overlaps_before)),
            ("overlaps after", _of_ranges(_overlaps_after)),
            ("finishes", _relation(_finishes)),
            ("finished by", _relation(_finishes, swapped=True)),
            ("includes", _relation(_includes)),
            ("during", _relation(_includes, swapped=True)),
            ("starts", _relation(_starts)),
            ("started by", _relation(_starts, swapped=True)),
            ("coincides", _relation(_coincides)),
        )
    ),
)
