"""The next task after one is done: from the list that the person came from, by its view, its query and its order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from app.db import UnitOfWork
from app.engine.inbox import View
from app.web.inbox_address import Asked, asked_by
from app.web.inbox_scope import listed, scope_of
from app.web.signed_in import signed_in

WORKABLE = (View.MINE, View.CLAIMABLE, View.DUE_TODAY, View.OVERDUE, View.RETURNED)
"""The views whose tasks one can go on with."""
LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class NextTask:
    """A task that one can go on with, and the list that it stands in."""

    row: Any
    back: str


def next_task(unit: UnitOfWork, done: Any, came_from: str, *, now: datetime) -> NextTask | None:
    """The first of the list that the person came from; else of theirs, else of those that they could claim.

    What is to be claimed in the same case is not offered: it asks for another person more often than not.

    Args:
        came_from: the list's address.
    """
    scope = scope_of(unit, signed_in().actor, now=now, view=View.MINE)
    for asked in _lists(came_from):
        rows = listed(unit, asked, scope, limit=LOOKED_AT).page.rows
        found = next((row for row in rows if row["assignee_id"] or row["business_key"] != done["business_key"]), None)
        if found is not None:
            return NextTask(found, asked.filter_url(layout="list"))
    return None


def _lists(came_from: str) -> Iterator[Asked]:
    """Where to look, one after the other; a page of a list begins anew, since what was done has left it."""
    given = MultiDict(parse_qsl(urlsplit(came_from).query))
    if given.get("view") in set(WORKABLE):
        yield asked_by(MultiDict((key, value) for key, value in given.items() if key != "cursor"))
    for view in (View.MINE, View.CLAIMABLE):
        yield asked_by(MultiDict({"view": str(view)}))
