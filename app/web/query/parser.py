"""Reads a query. What it cannot read it refuses at a position, with what to write instead."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from datetime import date

from app.web.query import errors
from app.web.query.fields import BY_ANY_NAME, FIELDS, Field, Kind
from app.web.query.terms import WORDS, Term, is_special

_COMPARISON = re.compile(r"<=|>=|[<>=]")
_DAYS = re.compile(r"([0-9]{1,3})(?:d|天|日)?", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_COLONS, _COMMAS = ":：", ",，"
_CLOSING = {'"': '"', "“": "”", "”": "”"}


def parse_query(text: str) -> tuple[Term, ...]:
    """The terms of a query in their order; raise QueryError."""
    reader = _Reader(text)
    terms = []
    while reader.skip_space():
        terms.append(_term(reader))
    return tuple(terms)


class _Reader:
    """A place in the text."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    @property
    def here(self) -> str:
        """The character to come; "" at the end."""
        return self.text[self.at : self.at + 1]

    @property
    def is_last(self) -> bool:
        """Whether the character to come is the last, or space follows it."""
        return not self.text[self.at + 1 : self.at + 2].strip()

    def skip_space(self) -> bool:
        """Go on to what is not space; whether there is anything."""
        while self.here.isspace():
            self.at += 1
        return bool(self.here)

    def take(self, characters: str) -> bool:
        """Step over one of these characters, if it comes."""
        if self.here and self.here in characters:
            self.at += 1
            return True
        return False

    def bare(self) -> str:
        """Up to whatever ends a bare value."""
        start = self.at
        while self.here and not is_special(self.here):
            self.at += 1
        return self.text[start : self.at]

    def in_quotes(self) -> str:
        """What stands in quotes; a backslash takes the character behind it as it is."""
        start = self.at
        closing = _CLOSING[self.here]
        self.at += 1
        found = []
        while self.here and self.here != closing:
            if self.here == "\\":
                self.at += 1
            found.append(self.here)
            self.at += 1
        if not self.take(closing):
            raise errors.unclosed_quote(start)
        return "".join(found)

    def value(self) -> str:
        """A value, bare or in quotes; "" if neither comes."""
        return self.in_quotes() if self.here and self.here in _CLOSING else self.bare()


def _term(reader: _Reader) -> Term:
    is_denied = reader.here == "-" and not reader.is_last and reader.take("-")
    start = reader.at
    if reader.here and reader.here in _CLOSING:
        return Term(WORDS, (reader.in_quotes(),), is_denied=is_denied)
    name = reader.bare()
    if reader.take(_COLONS):
        return replace(_of_field(reader, _field(name, start)), is_denied=is_denied)
    if not name:  # a comma or a backslash of its own is a word like any other
        name = reader.here
        reader.at += 1
    return Term(WORDS, (name,), is_denied=is_denied)


def _field(name: str, position: int) -> Field:
    found = BY_ANY_NAME.get(name.lower())
    if found is None:
        nearest = difflib.get_close_matches(name.lower(), BY_ANY_NAME, 1, 0)
        raise errors.unknown_field(position, name, nearest[0] if nearest else "step", ", ".join(FIELDS))
    return found


def _of_field(reader: _Reader, field: Field) -> Term:
    start = reader.at
    found = _COMPARISON.match(reader.text, reader.at)
    comparison = found.group() if found else ""
    reader.at += len(comparison)
    if comparison and field.kind not in (Kind.DAYS, Kind.DAY):
        raise errors.not_comparable(start, field.name, field.example)
    values = [_value(reader, field)]
    while reader.take(_COMMAS):
        values.append(_value(reader, field))
    return Term(field.name, tuple(values), "" if comparison == "=" else comparison)


def _value(reader: _Reader, field: Field) -> str:
    start = reader.at
    value = reader.value()
    if not value:
        raise errors.missing_value(start, field.name, field.example)
    if value.lower() in field.words:
        return value.lower()
    return _CHECKS[field.kind](value, field, start)


def _text(value: str, _field: Field, _position: int) -> str:
    return value


def _choice(value: str, field: Field, position: int) -> str:
    if value.lower() not in field.choices:
        raise errors.wrong_choice(position, field.name, value, ", ".join(field.choices))
    return value.lower()


def _days(value: str, field: Field, position: int) -> str:
    found = _DAYS.fullmatch(value)
    if found is None:
        raise errors.wrong_measure(position, field.name, value, field.example)
    return f"{int(found.group(1))}d"


def _day(value: str, field: Field, position: int) -> str:
    if _DAY.fullmatch(value):
        try:
            date.fromisoformat(value if len(value) == 10 else f"{value}-01")
        except ValueError:
            pass
        else:
            return value
    raise errors.wrong_measure(position, field.name, value, field.example)


_CHECKS = {Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.DAYS: _days, Kind.DAY: _day}
