"""What happened in a case: one row per event, each hash covering the one before, within the case.

The chain's head stands on the instance row, so appending reads nothing and two cases never wait for each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from app.engine.errors import HistoryBrokenError, UnknownInstanceError
from app.engine.tables import history, instance

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `detail` is JSON and holds no form answers."""

    kind: str
    process_key: str
    element_id: str | None = None
    engine_task_id: int | None = None
    actor_id: int | None = None
    detail: dict[str, Any] | None = None


def link(
    instance_id: int, events: Iterable[Event], *, count: int, head: str, at: datetime
) -> tuple[list[dict[str, Any]], int, str]:
    """The rows of `events` after event number `count` whose hash is `head`; with the new count and head."""
    rows = []
    for event in events:
        count += 1
        row = {
            "instance_id": instance_id, "sequence": count, "at": at, "kind": event.kind,
            "process_key": event.process_key, "element_id": event.element_id, "engine_task_id": event.engine_task_id,
            "actor_id": event.actor_id, "detail": event.detail or {},
        }  # fmt: skip
        row["hash"] = head = _hash(head, row)
        rows.append(row)
    return rows, count, head


def append(
    connection: sa.Connection, instance_id: int, events: Iterable[Event], *, count: int, head: str, at: datetime
) -> tuple[int, str]:
    """Write `events` behind the chain and return its new count and head. One statement."""
    rows, count, head = link(instance_id, events, count=count, head=head, at=at)
    connection.execute(history.insert(), rows)
    return count, head


def verify(connection: sa.Connection, instance_id: int) -> int:
    """Recompute a case's chain and return its length; raise HistoryBrokenError at the first event that differs."""
    case = connection.execute(
        sa.select(instance.c.history_count, instance.c.history_head).where(instance.c.id == instance_id)
    ).first()
    if case is None:
        raise UnknownInstanceError(instance_id)
    head, count = BEGINNING, 0
    rows = connection.execute(
        sa.select(history).where(history.c.instance_id == instance_id).order_by(history.c.sequence)
    ).mappings()
    for row in rows:
        count += 1
        head = _hash(head, row)
        if row["sequence"] != count or row["hash"] != head:
            raise HistoryBrokenError(instance_id, count)
    if (count, head) != (case.history_count, case.history_head):
        raise HistoryBrokenError(instance_id, count)
    return count


def head(connection: sa.Connection) -> dict[str, Any]:
    """How many cases and events there are, and one hash over the heads of all their chains in the cases' order."""
    cases = events = 0
    digest = hashlib.sha256()
    for row in connection.execute(
        sa.select(instance.c.id, instance.c.history_count, instance.c.history_head).order_by(instance.c.id)
    ):
        cases += 1
        events += row.history_count
        digest.update(f"{row.id} {row.history_count} {row.history_head}\n".encode())
    return {"cases": cases, "events": events, "hash": digest.hexdigest()}


_HASHED = ("kind", "process_key", "element_id", "engine_task_id", "actor_id", "detail")


def _hash(head: str, row: Any) -> str:
    stamp = row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    event = orjson.dumps(
        (row["instance_id"], row["sequence"], stamp, *(row[name] for name in _HASHED)), option=orjson.OPT_SORT_KEYS
    )
    return hashlib.sha256(head.encode() + event).hexdigest()
