"""Checks the arguments of built-ins; what does not fit raises Undefined, so that the result is null.

A list of one stands for its item where no list is expected, and a single value for the list of it.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.feel import kinds
from app.feel.compare import number as as_number
from app.feel.errors import Undefined
from app.feel.kinds import kind


def single(value: Any, wanted: str) -> Any:
    """The value if it is of the wanted kind."""
    if kind(value) != wanted and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if kind(value) != wanted:
        raise Undefined(f"a {wanted} is expected, not a {kind(value)}")
    return value


def text(value: Any) -> str:
    """A string."""
    return value if type(value) is str else str(single(value, kinds.STRING))


def number(value: Any) -> int | Decimal:
    """A number."""
    found: int | Decimal = as_number(single(value, kinds.NUMBER))
    return found


def whole(value: Any) -> int:
    """A number without its fraction."""
    return int(number(value))


def boolean(value: Any) -> bool:
    """True or false."""
    return bool(single(value, kinds.BOOLEAN))


def items(value: Any) -> list[Any]:
    """A list; null is none."""
    if isinstance(value, list):
        return value
    if value is None:
        raise Undefined("a list is expected, not null")
    return [value]


def numbers(value: Any) -> list[Any]:
    """A list of numbers only."""
    found = items(value)
    if any(kind(item) != kinds.NUMBER for item in found):
        raise Undefined("a list of numbers is expected")
    return [as_number(item) for item in found]


def context(value: Any) -> Mapping[str, Any]:
    """A context."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise Undefined(f"a context is expected, not a {kind(value)}")
    return value
