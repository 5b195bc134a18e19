"""Lists of user tasks for one person. They page by key along an index; all counts come in one statement."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from app.engine.inbox_views import (
    OF_OTHERS,
    Condition,
    Scope,
    Upstream,
    View,
    Way,
    instant,
    instants,
    is_returned,
    joined,
    ways,
)
from app.engine.tables import (
    history,
    incident,
    instance,
    process_definition,
    task_draft,
    task_mark,
    task_snooze,
    user_task,
)

__all__ = [
    "OF_OTHERS",
    "InvalidCursorError",
    "Listing",
    "Page",
    "Scope",
    "Sort",
    "Upstream",
    "View",
    "count_tasks",
    "read_list",
]

COUNT_BOUND = 1000
"""Nobody works through more; counting stops there, and pages show it as 999+."""
KEPT_STATEMENTS = 256
"""How many statements are kept built: building one takes longer than asking it."""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in a kept statement until it is asked with the instant that counts."""


class Sort(StrEnum):
    """By what a list is ordered."""

    DUE = "due"
    CREATED = "created"
    NUMBER = "number"
    SUBJECT = "subject"
    ENDED = "ended"


_KEYS: Mapping[Sort, sa.Column[Any]] = {
    Sort.DUE: user_task.c.sort_at,
    Sort.CREATED: user_task.c.created_at,
    Sort.NUMBER: instance.c.business_key,
    Sort.SUBJECT: instance.c.subject,
    Sort.ENDED: user_task.c.ended_at,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What of a view is wanted, and in which order.

    Attributes:
        sort: None: what falls due first at the top, of what is done the latest.
        where: further conditions on `user_task` and its `instance`.
        number: only cases whose number holds this: digits, dots and dashes.
        cursor: the `next_cursor` of the page before.
        is_plain: without what only a page shows: marks, drafts, what has come back, when something last happened.
    """

    view: View
    sort: Sort | None = None
    is_descending: bool = False
    where: Sequence[Condition] = ()
    number: str | None = None
    cursor: str | None = None
    limit: int = 50
    is_plain: bool = False

    @property
    def order(self) -> tuple[Sort, bool]:
        """By what, and whether the last comes first."""
        if self.sort is not None and (self.sort is not Sort.ENDED or self.view is View.DONE):
            return self.sort, self.is_descending
        return (Sort.ENDED, True) if self.view is View.DONE else (Sort.DUE, False)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the cursor of the next; None: this is the last."""

    rows: Sequence[sa.RowMapping] = field(default_factory=tuple)
    next_cursor: str | None = None


class InvalidCursorError(ValueError):
    """The cursor was not written by a page of this list."""

    code = "invalid_cursor"

    def __init__(self, cursor: str) -> None:
        self.cursor = cursor
        super().__init__("the cursor is not one of this list; begin again without it")


def read_list(connection: sa.Connection, scope: Scope, listing: Listing) -> Page:
    """One page of a list; one statement."""
    asked: dict[str, Any] = {**instants(scope.now), "number": listing.number}
    if listing.cursor:
        asked["cursor_key"], asked["cursor_id"] = _read_cursor(listing.cursor, listing.order[0])
    shape = replace(listing, where=(), cursor=listing.cursor and "?", number=listing.number and "?")
    kept = replace(_kept(scope), upstream=scope.upstream if listing.view is View.COMING else ())
    query = _built(kept, shape) if not listing.where else _build(kept, shape, tuple(listing.where))
    if query is None:
        return Page()
    rows = connection.execute(query, asked).mappings().all()
    more = len(rows) > listing.limit
    rows = rows[: listing.limit]
    return Page(rows, _write_cursor(rows[-1], listing) if more else None)


def _kept(scope: Scope) -> Scope:
    """The reader without the instant."""
    return replace(scope, now=_ANY_TIME)


def _build(scope: Scope, shape: Listing, where: Sequence[Condition]) -> sa.Select[Any] | None:
    """The statement of a list; None: nothing can be on it. What `shape` is asked for stands in it by name."""
    found = ways(shape.view, scope)
    if not found:
        return None
    keys = sa.union_all(*(_first_of([*way, *where], shape) for way in found)).subquery("keys")
    turn = sa.desc if shape.order[1] else sa.asc
    return (
        sa.select(*_COLUMNS, *(() if shape.is_plain else _beside(scope)), keys.c.key.label("sort_key"))
        .select_from(keys)
        .join(user_task, user_task.c.id == keys.c.id)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .join(process_definition, process_definition.c.id == instance.c.definition_id)
        .order_by(turn(keys.c.key), turn(keys.c.id))
        .limit(shape.limit + 1)
    )


@lru_cache(maxsize=KEPT_STATEMENTS)
def _built(scope: Scope, shape: Listing) -> sa.Select[Any] | None:
    return _build(scope, shape, ())


def count_tasks(
    connection: sa.Connection, scope: Scope, more: Mapping[str, tuple[View, Sequence[Condition]]] | None = None
) -> dict[str, int]:
    """How many tasks each view holds, up to COUNT_BOUND; one statement.

    Args:
        more: further lists to be counted, by a name of their own: a view with conditions.
    """
    wanted, kept = dict(more or {}), _kept(scope)
    further = [
        _count(ways(view, kept), where).label(f"more_{index}") for index, (view, where) in enumerate(wanted.values())
    ]
    query = _counted(kept) if not further else _counted(kept).add_columns(*further)
    row = connection.execute(query, {**instants(scope.now), "bound": COUNT_BOUND}).one()
    return dict(zip([*map(str, View), *wanted], row, strict=True))


@lru_cache(maxsize=KEPT_STATEMENTS)
def _counted(scope: Scope) -> sa.Select[*tuple[Any, ...]]:
    """The statement that counts every view."""
    return sa.select(*(_count(ways(view, scope), ()).label(str(view)) for view in View))


def _count(found: Sequence[Way], where: Sequence[Condition]) -> sa.ScalarSelect[int] | sa.Label[int]:
    if not found:
        return sa.literal(0).label(None)
    parts = [
        joined([*way, *where], [user_task.c.id]).limit(sa.bindparam("bound", type_=sa.Integer)).subquery()
        for way in found
    ]
    every = sa.union_all(*(sa.select(part.c.id) for part in parts)).subquery()
    return sa.select(sa.func.count()).select_from(every).scalar_subquery()


def _first_of(way: Way, shape: Listing) -> sa.Select[Any]:
    """The first rows of one way, behind the cursor; sorted and bounded by itself, so that its index stops early."""
    sort, is_descending = shape.order
    key = _KEYS[sort]
    query = joined(way, [user_task.c.id, key.label("key")])
    if shape.number:
        query = query.where(instance.c.business_key.icontains(sa.bindparam("number", type_=sa.String)))
    if shape.cursor:
        bound = sa.tuple_(sa.bindparam("cursor_key", type_=key.type), sa.bindparam("cursor_id", type_=sa.Integer))
        place = sa.tuple_(key, user_task.c.id)
        query = query.where(place < bound if is_descending else place > bound)
    turn = sa.desc if is_descending else sa.asc
    query = query.order_by(turn(key), turn(user_task.c.id)).limit(shape.limit + 1)
    return sa.select(query.subquery())


_COLUMNS: tuple[Any, ...] = (
    user_task.c.id, user_task.c.instance_id, user_task.c.process_key, user_task.c.element_id, user_task.c.item_key,
    user_task.c.title_zh, user_task.c.title_en, user_task.c.role, user_task.c.organisation_id,
    user_task.c.assignee_id, user_task.c.status, user_task.c.version, user_task.c.created_at, user_task.c.due_at,
    user_task.c.sort_at, user_task.c.claimed_at, user_task.c.ended_at, user_task.c.completed_by,
    user_task.c.completed_for, instance.c.business_key, instance.c.subject,
    instance.c.organisation_id.label("applicant_id"), instance.c.status.label("instance_status"),
    process_definition.c.version.label("process_version"),
)  # fmt: skip


def _beside(scope: Scope) -> tuple[Any, ...]:
    """What a page shows beside the row; each figure is one look into an index."""
    latest = history.alias("latest")
    last_at = (
        sa.select(latest.c.at)
        .where(latest.c.instance_id == instance.c.id, latest.c.sequence == instance.c.history_count)
        .scalar_subquery()
    )
    return (
        is_returned().label("is_returned"), is_marked("flag").label("is_flagged"),
        is_marked("urgent").label("is_urgent"), is_in_error().label("is_in_error"),
        draft_at(scope.actor.person_id).label("draft_at"), _snoozed_until(scope).label("snoozed_until"),
        last_at.label("last_at"),
    )  # fmt: skip


def is_marked(kind: str) -> Condition:
    """Whether the task has a mark, `flag` or `urgent`."""
    return sa.exists().where(task_mark.c.user_task_id == user_task.c.id, task_mark.c.kind == kind)


def is_in_error() -> Condition:
    """Whether the case has an incident that nobody has resolved."""
    return sa.exists().where(incident.c.instance_id == user_task.c.instance_id, incident.c.resolved_at.is_(None))


def draft_at(person_id: int) -> sa.ScalarSelect[datetime]:
    """When the person last saved a draft of the task; NULL: never."""
    return (
        sa.select(task_draft.c.saved_at)
        .where(task_draft.c.user_task_id == user_task.c.id, task_draft.c.person_id == person_id)
        .scalar_subquery()
    )


def _snoozed_until(scope: Scope) -> sa.ScalarSelect[datetime]:
    mine = sa.and_(task_snooze.c.user_task_id == user_task.c.id, task_snooze.c.person_id == scope.actor.person_id)
    is_asleep = task_snooze.c.until_at > instant("now", scope.now)
    return sa.select(task_snooze.c.until_at).where(mine, is_asleep).scalar_subquery()


def _write_cursor(row: sa.RowMapping, listing: Listing) -> str:
    key = row["sort_key"]
    value = key.isoformat() if isinstance(key, datetime) else key
    return base64.urlsafe_b64encode(orjson.dumps([listing.order[0], value, row["id"]])).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> tuple[Any, int]:
    try:
        named, value, task_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if named != sort or type(task_id) is not int or not 0 < task_id < 2**31:
            raise InvalidCursorError(cursor)
        is_text = isinstance(_KEYS[sort].type, sa.String)
        return (str(value) if is_text else datetime.fromisoformat(value).astimezone(UTC)), task_id
    except (ValueError, TypeError, OverflowError, binascii.Error, orjson.JSONDecodeError) as error:
        raise InvalidCursorError(cursor) from error
