"""Writes a value as FEEL's `string` does."""

from collections.abc import Callable, Mapping
from typing import Any

from app.feel import kinds
from app.feel.compare import number, span
from app.feel.kinds import kind
from app.feel.temporal_text import format_duration, format_temporal
from app.feel.values import Range

_TEMPORAL = {kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.MONTHS}
Spend = Callable[[int], None]


def string_of(value: Any, spend: Spend) -> str:
    """The text of a value; a string is its own text. `spend` is told of every part that is written."""
    return value if isinstance(value, str) else literal_of(value, spend)


def literal_of(value: Any, spend: Spend) -> str:
    """The text of a value as it stands inside a list or a context: strings in quotes."""
    spend(1)
    which = kind(value)
    if which in _TEMPORAL:
        return format_temporal(value)
    if which in _CONTAINERS:
        return str(_CONTAINERS[which](value, spend))
    writer = _PLAIN.get(which)
    return which if writer is None else str(writer(value))


def quote(value: str) -> str:
    """The string as a FEEL literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def number_text(value: Any) -> str:
    """The number without an exponent, unless it is very long."""
    plain = number(value)
    if isinstance(plain, int):
        return str(plain)
    return str(plain) if abs(plain.adjusted()) > 100 else f"{plain:f}"


def _list(value: Any, spend: Spend) -> str:
    return "[" + ", ".join(literal_of(item, spend) for item in value) + "]"


def _context(value: Mapping[str, Any], spend: Spend) -> str:
    return "{" + ", ".join(f"{key}: {literal_of(item, spend)}" for key, item in value.items()) + "}"


def _range(value: Range, spend: Spend) -> str:
    if value.operator is not None:
        return f"({value.operator} {literal_of(value.end if value.operator[0] == '<' else value.start, spend)})"
    start, end = literal_of(value.start, spend), literal_of(value.end, spend)
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"


_CONTAINERS: dict[str, Callable[[Any, Spend], str]] = {
    kinds.LIST: _list,
    kinds.CONTEXT: _context,
    kinds.RANGE: _range,
}
_PLAIN: dict[str, Callable[[Any], str]] = {
    kinds.NULL: lambda _value: "null",
    kinds.NUMBER: number_text,
    kinds.STRING: quote,
    kinds.BOOLEAN: lambda value: "true" if value else "false",
    kinds.DAYS: lambda value: format_duration(span(value)),
}
