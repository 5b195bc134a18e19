"""Terms of a query as values, and their one way of being written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORDS = ""
"""The field of a term that is a word to be found anywhere."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field, how it is compared, with what; `field` "" is a word to be found anywhere."""

    field: str
    values: tuple[str, ...]
    comparison: str = ""
    """`<`, `<=`, `>`, `>=`; "" for equality, or holding a text."""
    is_denied: bool = False

    def __str__(self) -> str:
        """As one would type it."""
        before = "-" if self.is_denied else ""
        if self.field == WORDS:
            return before + quoted(self.values[0])
        return f"{before}{self.field}:{self.comparison}{','.join(map(quoted, self.values))}"


def print_query(terms: Iterable[Term]) -> str:
    """The query that reads as these terms."""
    return " ".join(map(str, terms))


def without(terms: Sequence[Term], index: int) -> str:
    """The query without one of its terms."""
    return print_query(term for at, term in enumerate(terms) if at != index)


def quoted(value: str) -> str:
    """A value as it is typed, in quotes where it would be read otherwise."""
    if value and value[0] not in "-<>=" and not any(is_special(one) for one in value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_special(character: str) -> bool:
    """Whether a character ends a bare value, or means something in it."""
    return character.isspace() or character in ':：,，"“”\\'
