"""Carries the typed values of the DMN TCK into FEEL and back: `{"t": "number", "v": "1.5"}` and its kin."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import kinds
from app.feel.compare import number, span
from app.feel.kinds import kind
from app.feel.temporal_text import (
    format_duration,
    format_temporal,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from app.feel.value_text import number_text

_READERS: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: value,
    "boolean": lambda value: value in {"true", "1", True},
    "number": lambda value: _number(str(value)),
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_date_time,
    "duration": parse_duration,
    "list": lambda items: [from_typed(item) for item in items],
    "context": lambda entries: {name: from_typed(value) for name, value in entries.items()},
}
_NAMES = {
    kinds.STRING: "string",
    kinds.BOOLEAN: "boolean",
    kinds.NUMBER: "number",
    kinds.DATE: "date",
    kinds.TIME: "time",
    kinds.DATE_TIME: "dateTime",
    kinds.DAYS: "duration",
    kinds.MONTHS: "duration",
}


def from_typed(typed: dict[str, Any] | None) -> Any:
    """The FEEL value of a typed value."""
    if typed is None or typed.get("v") is None:
        return None
    return _READERS[typed["t"]](typed["v"])


def to_typed(value: Any) -> dict[str, Any] | None:
    """The typed value of a FEEL value; raises ValueError for functions and ranges, which the suite cannot write."""
    which = kind(value)
    if value is None:
        return None
    if which == kinds.LIST:
        return {"t": "list", "v": [to_typed(item) for item in value]}
    if which == kinds.CONTEXT:
        return {"t": "context", "v": {name: to_typed(item) for name, item in value.items()}}
    if which not in _NAMES:
        raise ValueError(f"a {which} has no typed form")
    return {"t": _NAMES[which], "v": _text(value, which)}


def _text(value: Any, which: str) -> str:
    if which == kinds.STRING:
        return str(value)
    if which == kinds.BOOLEAN:
        return "true" if value else "false"
    if which == kinds.NUMBER:
        return number_text(number(value))
    return format_duration(span(value)) if which == kinds.DAYS else format_temporal(value)


def _number(text: str) -> int | Decimal:
    found = Decimal(text)
    return int(found) if found == found.to_integral_value() and "." not in text else found
