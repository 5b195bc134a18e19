"""Lists of user tasks for one person: mine, claimable, overdue, done. They page by key; counts come from an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.engine.actor import Actor
from app.engine.tables import instance, user_task


class View(StrEnum):
    """What part of the inbox is looked at."""

    MINE = "mine"
    CLAIMABLE = "claimable"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the cursor of the next; None: this is the last."""

    rows: Sequence[sa.RowMapping]
    next_cursor: str | None


class InvalidCursorError(ValueError):
    """The cursor was not written by a page of this list."""

    code = "invalid_cursor"

    def __init__(self, cursor: str) -> None:
        self.cursor = cursor
        super().__init__("the cursor is not one of this list; begin again without it")


_COLUMNS: tuple[Any, ...] = (
    user_task.c.id, user_task.c.instance_id, user_task.c.process_key, user_task.c.element_id, user_task.c.item_key,
    user_task.c.title_zh, user_task.c.title_en, user_task.c.role, user_task.c.organisation_id,
    user_task.c.assignee_id, user_task.c.status, user_task.c.version, user_task.c.created_at, user_task.c.due_at,
    user_task.c.sort_at, user_task.c.claimed_at, user_task.c.ended_at, instance.c.business_key, instance.c.subject,
    instance.c.organisation_id.label("applicant_id"), instance.c.status.label("instance_status"),
)  # fmt: skip


def list_tasks(
    connection: sa.Connection, actor: Actor, view: View, *, now: datetime, cursor: str | None = None, limit: int = 50,
    text: str = "",
) -> Page:  # fmt: skip
    """One page of a view, what falls due first at the top (done: the latest first).

    Args:
        cursor: the `next_cursor` of the page before.
        text: only cases whose number or subject, or steps whose title, hold this text.
    """
    key = user_task.c.ended_at if view is View.DONE else user_task.c.sort_at
    query = (
        sa.select(*_COLUMNS)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(_in_view(actor, view, now))
        .limit(limit + 1)
    )
    if text.strip():
        query = query.where(_mentions(text.strip()))
    if cursor:
        at, task_id = _read_cursor(cursor)
        after = sa.tuple_(key, user_task.c.id)
        bound = sa.tuple_(sa.bindparam("at", at, key.type), sa.bindparam("last", task_id, sa.Integer))
        query = query.where(after < bound if view is View.DONE else after > bound)
    descending = view is View.DONE
    query = query.order_by(key.desc() if descending else key, user_task.c.id.desc() if descending else user_task.c.id)
    rows = connection.execute(query).mappings().all()
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, _write_cursor(rows[-1], view) if more else None)


def count_tasks(connection: sa.Connection, actor: Actor, *, now: datetime) -> dict[View, int]:
    """How many tasks each view of the person holds; done counts what they completed at any time."""
    return {
        view: connection.execute(
            sa.select(sa.func.count())
            .select_from(user_task.join(instance, instance.c.id == user_task.c.instance_id))
            .where(_in_view(actor, view, now))
        ).scalar_one()
        for view in View
    }


def _in_view(actor: Actor, view: View, now: datetime) -> sa.ColumnElement[bool]:
    if view is View.DONE:
        return sa.and_(user_task.c.completed_by == actor.person_id, user_task.c.status == "completed")
    is_open = sa.and_(user_task.c.status == "open", instance.c.status == "running")
    mine = sa.and_(is_open, user_task.c.assignee_id == actor.person_id)
    claimable = sa.and_(is_open, user_task.c.assignee_id.is_(None), _candidate(actor))
    if view is View.MINE:
        return mine
    if view is View.CLAIMABLE:
        return claimable
    return sa.and_(sa.or_(mine, claimable), user_task.c.due_at < now)


def _candidate(actor: Actor) -> sa.ColumnElement[bool]:
    """The same as Actor.may_take, said to the database."""
    roles = sorted({grant.role for grant in actor.grants})
    own = [
        sa.and_(user_task.c.role == grant.role, user_task.c.organisation_id == grant.organisation_id)
        for grant in sorted(actor.grants, key=lambda grant: (grant.role, grant.organisation_id))
    ]
    office = sa.and_(
        user_task.c.role.in_(roles),
        user_task.c.organisation_id.is_(None),
        sa.or_(instance.c.organisation_id.is_(None), instance.c.organisation_id.not_in(sorted(actor.organisations))),
    )
    return sa.or_(office, *own)


def _mentions(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            column.icontains(text, autoescape=True)
            for column in (
                instance.c.business_key, instance.c.subject, user_task.c.title_zh, user_task.c.title_en,
            )
        )
    )  # fmt: skip


def _write_cursor(row: sa.RowMapping, view: View) -> str:
    at: datetime = row["ended_at"] if view is View.DONE else row["sort_at"]
    return f"{at.isoformat()}~{row['id']}"


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    at, _, task_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), int(task_id)
    except (ValueError, OverflowError) as error:
        raise InvalidCursorError(cursor) from error
