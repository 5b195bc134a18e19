"""How much work has come since a page was made: for the strip above the list, which reorders nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.inbox import Scope, View
from app.engine.inbox_views import joined, not_kept_out, ways
from app.engine.tables import user_task
from app.web.visibility import OFFICE_ROLES

BOUND = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to where a page has looked: the newest task that there was, and when."""

    task_id: int
    at: str
    """ISO 8601 with its offset; what is no instant counts as never."""


def newest(unit: UnitOfWork, scope: Scope) -> Seen:
    """Where a page that is made now stands; to whoever is not of the office, by what is theirs alone.

    Numbers that others' work moves would tell an expert of it.
    """
    if {grant.role for grant in scope.actor.grants} & OFFICE_ROLES:
        query = sa.select(sa.func.max(user_task.c.id))
        if scope.actor.barred:
            query = joined([not_kept_out(scope.actor)], [sa.func.max(user_task.c.id)])
    else:
        found = [way for view in (View.MINE, View.CLAIMABLE) for way in ways(view, scope)]
        every = sa.union_all(*(joined(way, [user_task.c.id]) for way in found)).subquery()
        query = sa.select(sa.func.max(every.c.id))
    task_id = unit.connection.execute(query).scalar()
    return Seen(task_id or 0, scope.now.astimezone(UTC).isoformat())


def count_new(unit: UnitOfWork, scope: Scope, seen: Seen) -> int:
    """How many tasks may be claimed or were given to the reader since; at most BOUND. One statement."""
    at = _instant(seen.at)
    parts = []
    for view in (View.MINE, View.CLAIMABLE):
        for way in ways(view, scope):
            is_new = user_task.c.id > seen.task_id
            if view is View.MINE:
                is_new = sa.or_(is_new, user_task.c.claimed_at > at)
            parts.append(joined([*way, is_new], [user_task.c.id]).limit(BOUND).subquery())
    every = sa.union_all(*(sa.select(part.c.id) for part in parts)).subquery()
    return int(unit.connection.execute(sa.select(sa.func.count()).select_from(every)).scalar_one())


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
