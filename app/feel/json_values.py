"""Carries values between JSON and FEEL without floats."""

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from app.feel import kinds
from app.feel.compare import span
from app.feel.errors import FeelTypeError
from app.feel.kinds import kind
from app.feel.limits import MAX_DEPTH, MAX_STEPS
from app.feel.temporal_text import format_duration, format_temporal

_PLAIN = {kinds.NULL, kinds.BOOLEAN, kinds.STRING}
_TEMPORAL = {kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.MONTHS}


def to_json(value: Any, *, decimals: Literal["refuse", "string"] = "refuse") -> Any:
    """The value in JSON's types: whole numbers as int, temporal values as ISO 8601 text.

    A number with a fraction has no exact form in JSON: it is refused, or written as text with `decimals="string"`.
    Raises FeelTypeError for that, and for functions and ranges.
    """
    return _Writing(decimals_as_text=decimals == "string").write(value, 0)


class _Writing:
    """One value being written; its size is bounded, because parts may be shared."""

    def __init__(self, *, decimals_as_text: bool) -> None:
        self._decimals_as_text = decimals_as_text
        self._parts = 0

    def write(self, value: Any, depth: int) -> Any:
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_STEPS:
            raise FeelTypeError(f"the value nests deeper than {MAX_DEPTH} levels or has over {MAX_STEPS} parts")
        if isinstance(value, list | tuple):
            return [self.write(item, depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {str(key): self.write(item, depth + 1) for key, item in value.items()}
        return self._write_plain(value)

    def _write_plain(self, value: Any) -> Any:
        which = kind(value)
        if which in _PLAIN:
            return value
        if which == kinds.NUMBER:
            return _number_to_json(value, self._decimals_as_text)
        if which == kinds.DAYS:
            return format_duration(span(value))
        if which in _TEMPORAL:
            return format_temporal(value)
        raise FeelTypeError(f"a {which} has no JSON form")


def _number_to_json(value: Any, decimals_as_text: bool) -> int | str:
    if isinstance(value, int):
        return value
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    if number == number.to_integral_value():
        return int(number)
    if decimals_as_text:
        return f"{number:f}"
    raise FeelTypeError(f"{number} has a fraction; count in smaller units, or ask for decimals as text")


def from_json(value: Any) -> Any:
    """The value for FEEL: floats become decimals as they are written, the rest stays as it is.

    Raises FeelTypeError for infinity and NaN, which JSON does not have either.
    """
    if type(value) is float:
        if not isfinite(value):
            raise FeelTypeError(f"{value} is no number of JSON")
        return Decimal(repr(value))
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    return value
