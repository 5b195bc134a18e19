"""Writes a value as FEEL's `string` does."""

from collections.abc import Mapping
from typing import Any

from app.feel import kinds
from app.feel.compare import number, span
from app.feel.kinds import kind
from app.feel.temporal_text import format_duration, format_temporal
from app.feel.values import Range

_TEMPORAL = {kinds.DATE, kinds.TIME, kinds.DATE_TIME, kinds.MONTHS}


def string_of(value: Any) -> str:
    """The text of a value; a string is its own text."""
    return value if isinstance(value, str) else literal_of(value)


def literal_of(value: Any) -> str:
    """The text of a value as it stands inside a list or a context: strings in quotes."""
    which = kind(value)
    writer = _WRITERS.get(which)
    if writer is not None:
        return writer(value)
    if which in _TEMPORAL:
        return format_temporal(value)
    return which


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


def _boolean(value: Any) -> str:
    return "true" if value else "false"


def _list(value: Any) -> str:
    return "[" + ", ".join(map(literal_of, value)) + "]"


def _context(value: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {literal_of(item)}" for key, item in value.items()) + "}"


def _range(value: Range) -> str:
    if value.operator is not None:
        return f"({value.operator} {literal_of(value.end if value.operator[0] == '<' else value.start)})"
    start, end = literal_of(value.start), literal_of(value.end)
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"


_WRITERS: dict[str, Any] = {
    kinds.NULL: lambda _value: "null",
    kinds.NUMBER: number_text,
    kinds.STRING: quote,
    kinds.BOOLEAN: _boolean,
    kinds.LIST: _list,
    kinds.CONTEXT: _context,
    kinds.RANGE: _range,
    kinds.DAYS: lambda value: format_duration(span(value)),
}
