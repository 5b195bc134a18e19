"""Industries, legal forms, sizes in the reader's language; the words stand beside the rules that use them."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.eligibility_words import name_of
from app.web.languages import language


def named(kind: str, key: str) -> str:
    """The name of an `industry`, `legal_form`, `size` or `category`."""
    return name_of(kind, key, language())


def names_for(kind: str, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Values with their names, for a list to choose from."""
    return [(str(key), named(kind, str(key))) for key in keys]
