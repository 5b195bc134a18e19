"""For whom the inbox is read: the reader's roles, the clock, what is one step upstream, what works apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.engine import search_words
from app.engine.actor import Actor
from app.engine.inbox import Listing, Page, Scope, View, read_list
from app.engine.inbox_views import not_kept_out
from app.engine.upstream import upstream_of
from app.web.context import context
from app.web.inbox_address import Asked
from app.web.inbox_conditions import conditions_of
from app.web.query import Term
from app.web.task_search import APART
from app.web.visibility import APPLICANT_ROLES, OFFICE_ROLES, sights_of

_NUMBER = re.compile(r"[0-9.\-]+")


def scope_of(unit: UnitOfWork, actor: Actor, *, now: datetime, view: View | None = None) -> Scope:
    """How a person reads the inbox now; one statement beyond the clock's.

    Args:
        view: the only one that is looked at; what others would need is left out.
    """
    roles = {grant.role for grant in actor.grants} & OFFICE_ROLES - APART - APPLICANT_ROLES
    if view not in (None, View.COMING):
        return Scope(actor, now, apart=APART)
    upstream = upstream_of(unit.connection, context().runtime.catalogue, roles, among=not_kept_out(actor))
    return Scope(actor, now, upstream, APART)


def conditions(unit: UnitOfWork, terms: Sequence[Term], scope: Scope) -> list[sa.ColumnElement[bool]]:
    """What a query asks of each task."""
    return conditions_of(terms, scope, is_sqlite=unit.connection.dialect.name == "sqlite")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list, and the terms by which it was found."""

    page: Page
    terms: Sequence[Term] = ()


def listed(unit: UnitOfWork, asked: Asked, scope: Scope, *, limit: int) -> Found:
    """The page of the list that the address asks for; nothing for a query that cannot be read."""
    if asked.mistake is not None:
        return Found(Page())
    listing = Listing(asked.view, asked.sort, asked.is_descending, cursor=asked.cursor, limit=limit)
    return search(unit, listing, asked.terms, scope)


def search(unit: UnitOfWork, listing: Listing, terms: Sequence[Term], scope: Scope) -> Found:
    """The page of a list by a query.

    A word of digits is a case number first: only if the reader has no such case it is looked for everywhere else.
    """
    as_numbers = [_as_number(term) for term in terms]
    if as_numbers != list(terms):
        page = _read(unit, listing, as_numbers, scope)
        if page.rows:
            return Found(page, as_numbers)
    return Found(_read(unit, listing, terms, scope), terms)


def _read(unit: UnitOfWork, listing: Listing, terms: Sequence[Term], scope: Scope) -> Page:
    """A number alone is asked for by a statement that is kept."""
    numbers = [term.values[0] for term in terms if _is_a_number(term)]
    rest = [term for term in terms if not _is_a_number(term)] if len(numbers) == 1 else terms
    number = numbers[0] if len(numbers) == 1 else None
    return read_list(unit.connection, scope, replace(listing, number=number, where=conditions(unit, rest, scope)))


def _is_a_number(term: Term) -> bool:
    is_one = term.field == "number" and not term.is_denied and len(term.values) == 1
    return is_one and _NUMBER.fullmatch(term.values[0]) is not None


def _as_number(term: Term) -> Term:
    is_number = not term.field and not term.is_denied and _NUMBER.fullmatch(term.values[0])
    return replace(term, field="number") if is_number else term


def blinded(unit: UnitOfWork, rows: Sequence[sa.RowMapping], scope: Scope) -> list[dict[str, Any]]:
    """Rows of a list without who has a task, where that is not for the reader's eyes."""
    sights = sights_of(unit, scope.actor, {row["business_key"]: row["applicant_id"] for row in rows})
    found = []
    for row in rows:
        sight = sights[row["business_key"]]
        is_seen = sight is None or sight.sees_task(row)
        found.append({**row} if is_seen else {**row, "assignee_id": None})
    return found


def catch_up_for(terms: Sequence[Term]) -> None:
    """Before words are looked for, take in the answers that were given a moment ago; numbers are found where they stand."""
    if all(term.field or _NUMBER.fullmatch(term.values[0]) for term in terms):
        return
    with reading(context().database) as unit:
        is_behind = search_words.has_arrears(unit.connection)
    while is_behind:
        with unit_of_work(context().database) as unit:
            is_behind = search_words.catch_up(unit) > 0
