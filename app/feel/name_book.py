"""Knows which names are in scope while parsing, so that names with spaces and signs are read as one.

The standard allows names such as `Full Name` or `a-b`; which of them the text means depends on what is known there.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.feel.errors import FeelError
from app.feel.tokens import Token, tokenize

_SPACES = re.compile(r"\s+")


def normalize_name(name: str) -> str:
    """The name with single spaces inside and none around it."""
    return _SPACES.sub(" ", name).strip()


class NameBook:
    """A stack of names, found again by the tokens that they consist of."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.push(name)

    def push(self, name: str) -> None:
        """Make a name known."""
        parts = _parts(name)
        if parts:
            self._by_first.setdefault(parts[0], []).append((parts, name))

    def pop(self, name: str) -> None:
        """Forget the name, once."""
        parts = _parts(name)
        if parts:
            self._by_first[parts[0]].remove((parts, name))

    def longest_match(self, tokens: Sequence[Token], start: int) -> tuple[int, str] | None:
        """How many tokens from `start` form a known name, and that name; the longest wins."""
        best: tuple[int, str] | None = None
        for parts, name in self._by_first.get(tokens[start].text, ()):
            length = len(parts)
            longer = best is None or length > best[0]
            if longer and all(tokens[i].text == part for i, part in enumerate(parts, start) if i < len(tokens)):
                best = (length, name)
        return best


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()  # such a name can be a key, but no FEEL text can spell it
