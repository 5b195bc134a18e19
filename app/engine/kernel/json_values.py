"""Process data are JSON values: what FEEL computes is written in them, what has no JSON form is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from app.engine.kernel.durations import Duration
from app.engine.kernel.errors import NotJsonError
from app.feel import DaysTimeDuration, YearsMonthsDuration

_PLAIN = frozenset({str, bool, type(None)})
_LARGEST = 2**63 - 1
_EXACT = 2**53
"""Up to here every whole number is exactly one float."""


def to_json(value: Any) -> Any:
    """The JSON form of a value.

    Whole numbers become integers, other numbers floats; dates, times and durations become ISO 8601 text. Containers
    are copied, so that no two places of the process data share one.

    Raises:
        NotJsonError: for a set, a function, a range, or any other value without a JSON form.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return _whole(value)
    if kind is list or kind is tuple:
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): to_json(item) for key, item in value.items()}
    return _scalar(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise NotJsonError(f"a key of process data is text, not {type(key).__name__}")
    return str(key)


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal | float):
        return _number(value)
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, timedelta | DaysTimeDuration | YearsMonthsDuration):
        return Duration.of(value).iso_text()
    if isinstance(value, str | int):  # a subclass, such as a StrEnum
        return str.__str__(value) if isinstance(value, str) else _whole(int(value))
    raise NotJsonError(f"process data are JSON values; a {type(value).__name__} is not")


def _whole(value: int) -> int:
    if abs(value) > _LARGEST:
        raise NotJsonError("a whole number of process data has at most 63 bits")
    return value


def _number(value: Decimal | float) -> int | float:
    number = Decimal(value)
    if not number.is_finite():
        raise NotJsonError("a number of process data is finite")
    if number != number.to_integral_value() or (isinstance(value, float) and abs(value) > _EXACT):
        return float(value)
    return _whole(int(number))
