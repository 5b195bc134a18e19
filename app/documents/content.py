"""What a document says in one language: paragraphs with what stands out in them, a table, whom it goes to and who signs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.wording import LANGUAGES, full_day_in, say

Run = tuple[str, bool]
"""A piece of text, and whether it is bold."""
Paragraph = tuple[Run, ...]
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_ALONE = re.compile(r"\{([a-z_]+)\}\Z")


@dataclass(frozen=True, slots=True)
class Content:
    """A document without the number and the code that it gets when it is issued."""

    kind: str
    language: str
    title: str
    letterhead: str
    addressee: str
    before: tuple[Paragraph, ...]
    """The paragraphs above the table."""
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The table; without rows there is none."""
    after: tuple[Paragraph, ...]
    sender: str
    dated: str
    facts: tuple[tuple[str, str], ...] = ()
    """Of a certificate: label and value."""
    dated_on: tuple[int, int, int] = (1970, 1, 1)
    labels: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Content:
        """As it was kept."""
        return cls(**{name: _tuples(value) for name, value in stored.items()})


def write(
    kind: str,
    language: str,
    values: Mapping[str, Any],
    *,
    letterhead: str,
    addressee: str,
    on: date,
    rows: Sequence[Sequence[str]] = (),
    facts: Sequence[tuple[str, str]] = (),
) -> Content:
    """Write a document of a kind in a language.

    Args:
        values: what the words of the kind name: text (lines become paragraphs), day, deadline, number, or {"zh": …, "en": …}.
        letterhead: the operator, who signs too.
    """
    words, bold = _words()[kind][language], frozenset(_words()[kind]["bold"])
    return Content(
        kind=kind,
        language=language,
        title=words["title"],
        letterhead=letterhead,
        addressee=addressee,
        before=_paragraphs(words.get("before", ()), values, bold, language),
        head=tuple(words.get("head", ())),
        rows=tuple(tuple(say(cell, language) for cell in row) for row in rows),
        after=_paragraphs(words.get("after", ()), values, bold, language),
        sender=letterhead,
        dated=full_day_in(language, on),
        facts=tuple(facts),
        dated_on=(on.year, on.month, on.day),
        labels=_words()["labels"][language],
    )


def label(word: str, language: str, **values: Any) -> str:
    """A short word of the documents."""
    return _fill(str(_words()["labels"][language][word]), language, values)


def field_words(field: str, **values: Any) -> dict[str, str]:
    """What a field of the application is called in a letter, in each language."""
    fields = {language: _words()["fields"][language] | _words()["voucher_fields"][language] for language in LANGUAGES}
    return {language: _fill(str(fields[language][field]), language, values) for language in LANGUAGES}


def voucher_label(word: str, language: str) -> str:
    """What a fact of a voucher is called."""
    return str(_words()["voucher_labels"][language][word])


def kind_title(kind: str, language: str) -> str:
    """What a kind of document is called."""
    return str(_words()[kind][language]["title"])


def _fill(text: str, language: str, values: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda found: say(values[found[1]], language), text)


def _paragraphs(
    texts: Sequence[str], values: Mapping[str, Any], bold: frozenset[str], language: str
) -> tuple[Paragraph, ...]:
    return tuple(paragraph for text in texts for paragraph in _paragraph(text, values, bold, language))


def _paragraph(text: str, values: Mapping[str, Any], bold: frozenset[str], language: str) -> list[Paragraph]:
    alone = _ALONE.match(text)
    if alone:
        value = values[alone[1]]
        lines = str(value[language] if isinstance(value, Mapping) else value).splitlines()
        return [((say(line, language), False),) for line in lines if line.strip()]
    pieces = _PLACEHOLDER.split(text)  # text, name, text, name, … text
    runs = [
        (say(values[piece], language), piece in bold) if place % 2 else (piece, False)
        for place, piece in enumerate(pieces)
    ]
    return [tuple(run for run in runs if run[0])]


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


@cache
def _words() -> dict[str, Any]:
    """What every kind of document says: `words.toml` and the `*_words.toml` of single processes."""
    known: dict[str, Any] = {}
    for path in sorted(Path(__file__).parent.glob("*words.toml")):
        known |= tomllib.loads(path.read_text(encoding="utf-8"))
    return known
