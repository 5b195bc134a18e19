"""How a moved case is written back: step by step on SQLite, in one statement on PostgreSQL.

Each trip to a server costs a context switch on both sides, more than the engine itself: so PostgreSQL gets one
statement of data-modifying CTEs, whose text never changes and is prepared once. What it does is what the steps do, row
for row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from app.db import Json
from app.engine.errors import StaleVersionError, TaskNotOpenError
from app.engine.tables import history, instance, task_answer, task_draft, user_task

Row = Mapping[str, Any]

NOT_BORN_WITH = {"id", "claimed_at", "ended_at", "completed_by", "completed_for", "completed_key"}
TASK_COLUMNS = tuple(column.name for column in user_task.c if column.name not in NOT_BORN_WITH)
HISTORY_COLUMNS = tuple(column.name for column in history.c)
ANSWER_COLUMNS = tuple(column.name for column in task_answer.c)
CASE_COLUMNS = ("state", "status", "due_at", "changed_at", "ended_at", "history_count", "history_head")


@dataclass(frozen=True, slots=True)
class Closing:
    """The user task that a person completes by this move, and what they answered."""

    task_id: int
    engine_task_id: int
    completed_by: int
    completed_key: str | None
    answer: Row
    has_drafts: bool
    completed_for: int | None = None
    """The absent person for whom it is done."""


@dataclass(frozen=True, slots=True)
class Move:
    """Everything that one move of a case changes, apart from what handlers write."""

    instance_id: int
    version: int
    """The version that was read; the move makes it one more."""
    at: datetime
    case: Row
    tasks: Sequence[Row]
    withdrawn: Sequence[int]
    """Engine task ids of user tasks that are open no longer."""
    events: Sequence[Row]
    closing: Closing | None


def write(connection: sa.Connection, move: Move) -> None:
    """Write a move.

    Raises:
        StaleVersionError, TaskNotOpenError: another writer came between; nothing of it may be committed.
    """
    if connection.dialect.name == "postgresql":
        _write_at_once(connection, move)
    else:
        _write_in_steps(connection, move)


_CLOSE = (
    user_task.update()
    .where(user_task.c.id == sa.bindparam("b_id"), user_task.c.status == "open")
    .values(
        status="completed",
        completed_by=sa.bindparam("completed_by"),
        completed_for=sa.bindparam("completed_for"),
        completed_key=sa.bindparam("completed_key"),
        ended_at=sa.bindparam("ended_at"),
        version=user_task.c.version + 1,
    )
)
_ANSWER = task_answer.insert()
_DROP_DRAFTS = task_draft.delete().where(task_draft.c.user_task_id == sa.bindparam("b_id"))
_CREATE = user_task.insert()
_WITHDRAW = (
    user_task.update()
    .where(
        user_task.c.instance_id == sa.bindparam("b_instance"),
        user_task.c.engine_task_id.in_(sa.bindparam("withdrawn", expanding=True)),
        user_task.c.status == "open",
    )
    .values(status="cancelled", ended_at=sa.bindparam("at"))
)
_REMEMBER = history.insert()
_SAVE = (
    instance.update()
    .where(instance.c.id == sa.bindparam("b_id"), instance.c.version == sa.bindparam("b_version"))
    .values({name: sa.bindparam(name) for name in ("version", *CASE_COLUMNS)})
)


def _write_in_steps(connection: sa.Connection, move: Move) -> None:
    closing = move.closing
    if closing is not None:
        _close(connection, closing, move.at)
    if move.tasks:
        connection.execute(_CREATE, move.tasks)
    if move.withdrawn:
        connection.execute(_WITHDRAW, {"b_instance": move.instance_id, "withdrawn": move.withdrawn, "at": move.at})
    if move.events:
        connection.execute(_REMEMBER, move.events)
    case = {**move.case, "b_id": move.instance_id, "b_version": move.version, "version": move.version + 1}
    if connection.execute(_SAVE, case).rowcount != 1:
        raise StaleVersionError("instance", move.version, None)


def _close(connection: sa.Connection, closing: Closing, at: datetime) -> None:
    closed = connection.execute(
        _CLOSE,
        {
            "b_id": closing.task_id, "completed_by": closing.completed_by, "completed_for": closing.completed_for,
            "completed_key": closing.completed_key, "ended_at": at,
        },
    )  # fmt: skip
    if closed.rowcount != 1:
        raise TaskNotOpenError(closing.task_id, "completed")
    connection.execute(_ANSWER, closing.answer)
    if closing.has_drafts:
        connection.execute(_DROP_DRAFTS, {"b_id": closing.task_id})


def _insert_from_json(table: sa.Table, columns: Sequence[str], parameter: str) -> str:
    """Names come from our own table definitions, never from a value."""
    names = ", ".join(columns)
    rows = f"json_populate_recordset(NULL::{table.name}, CAST(:{parameter} AS json))"
    return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {rows}"  # noqa: S608


_AT_ONCE = sa.text(
    f"""
    WITH closed AS (
      UPDATE user_task SET status = 'completed', completed_by = :completed_by, completed_for = :completed_for,
        completed_key = :completed_key, ended_at = :at, version = version + 1
      WHERE id = CAST(:task_id AS integer) AND status = 'open' RETURNING id),
    answered AS ({_insert_from_json(task_answer, ANSWER_COLUMNS, "answers")}),
    dropped AS (DELETE FROM task_draft WHERE user_task_id = CAST(:task_id AS integer)),
    created AS ({_insert_from_json(user_task, TASK_COLUMNS, "tasks")}),
    withdrawn AS (
      UPDATE user_task SET status = 'cancelled', ended_at = :at
      WHERE instance_id = :instance_id AND engine_task_id = ANY(CAST(:withdrawn AS integer[])) AND status = 'open'),
    remembered AS ({_insert_from_json(history, HISTORY_COLUMNS, "events")})
    UPDATE instance SET version = version + 1, {", ".join(f"{name} = :{name}" for name in CASE_COLUMNS)}
    WHERE id = :instance_id AND version = :version
    RETURNING (SELECT count(*) FROM closed) AS closed
    """  # noqa: S608
)


def _write_at_once(connection: sa.Connection, move: Move) -> None:
    closing = move.closing
    values = {
        **move.case,
        "instance_id": move.instance_id,
        "version": move.version,
        "at": move.at,
        "task_id": closing.task_id if closing else None,
        "completed_by": closing.completed_by if closing else None,
        "completed_for": closing.completed_for if closing else None,
        "completed_key": closing.completed_key if closing else None,
        "answers": _json(task_answer, [closing.answer] if closing else []),
        "tasks": _json(user_task, move.tasks),
        "withdrawn": list(move.withdrawn),
        "events": _json(history, move.events),
    }
    closed = connection.execute(_AT_ONCE, values).scalar()
    if closed is None:
        raise StaleVersionError("instance", move.version, None)
    if closing is not None and closed != 1:
        raise TaskNotOpenError(closing.task_id, "completed")


def _json(table: sa.Table, rows: Sequence[Row]) -> str:
    """The rows as one JSON array; a column that holds JSON as text stays text."""
    nested = [column.name for column in table.c if isinstance(column.type, Json)]
    if nested:
        rows = [{**row, **{name: orjson.dumps(row[name]).decode() for name in nested}} for row in rows]
    return orjson.dumps(rows).decode()
