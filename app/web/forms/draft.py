"""Drafts: what a person sees on coming back, and what two windows made of a form. Pure; the engine keeps rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.forms import Field, Form, Kind
from app.forms.field import SHOWN_ONLY
from app.web.forms.display import lines_of


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs between two sets of answers, as people read it; an empty side was not answered."""

    pointer: str
    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def starting_answers(form: Form, draft: Mapping[str, Any] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the page opens with: the draft, else what is given; never a decision, nor a field that is gone."""
    source = given if draft is None else draft
    outcome = form.outcome.name if form.outcome else None
    return {name: source[name] for name in form.properties if name in source and name != outcome}


def changes(form: Form, before: Mapping[str, Any], after: Mapping[str, Any], language: str) -> list[Change]:
    """Where two sets of answers differ, in the order of the page: two windows, or before and after corrections."""
    return list(_changes(form.fields, before, after, "", language))


def _changes(fields: tuple[Field, ...], before: Any, after: Any, pointer: str, language: str) -> Iterator[Change]:
    old = before if isinstance(before, Mapping) else {}
    new = after if isinstance(after, Mapping) else {}
    for field in fields:
        first, second, place = old.get(field.name), new.get(field.name), f"{pointer}/{field.name}"
        if first == second or field.kind in SHOWN_ONLY:
            continue
        if field.kind is Kind.ROWS:
            yield from _row_changes(field, first, second, place, language)
        elif field.children:
            yield from _changes(field.children, first, second, place, language)
        else:
            title = field.title.in_language(language)
            yield Change(place, title, _shown(field, first, language), _shown(field, second, language))


def _row_changes(field: Field, first: Any, second: Any, place: str, language: str) -> Iterator[Change]:
    old = first if isinstance(first, list) else []
    new = second if isinstance(second, list) else []
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        if before != after:
            yield from _changes(field.children, before, after, f"{place}/{index}", language)


def _shown(field: Field, answer: Any, language: str) -> tuple[str, ...]:
    if not field.files:
        return lines_of(field, answer, language)
    references = answer if isinstance(answer, list) else [answer]
    return tuple(str(each.get("name", "")) for each in references if isinstance(each, Mapping))
