"""Messages: a named event from outside, told to the case that waits for it by its correlation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine import casework
from app.engine.errors import MessageNotAwaitedError
from app.engine.history import Event
from app.engine.runtime import Runtime
from app.engine.tables import instance, subscription


@dataclass(frozen=True, slots=True)
class Message:
    """A named event; `correlation` is the value by which a case recognises that it is meant, "" for any."""

    name: str
    correlation: str
    payload: Mapping[str, Any]


def correlate_message(
    unit: UnitOfWork, runtime: Runtime, message: Message, *, now: datetime, actor_id: int | None = None
) -> list[int]:
    """Deliver a message to every running case that waits for it with this correlation; return the cases' ids.

    Raises:
        MessageNotAwaitedError: no case waits for it; nothing is kept for later.
    """
    waiting = unit.connection.execute(
        sa.select(subscription.c.instance_id)
        .join(instance, instance.c.id == subscription.c.instance_id)
        .where(
            subscription.c.message == message.name,
            subscription.c.correlation == message.correlation,
            instance.c.status == "running",
        )
        .distinct()
        .order_by(subscription.c.instance_id)
    ).scalars()
    reached = [key for key in waiting.all() if _deliver(unit, runtime, key, message, now=now, actor_id=actor_id)]
    if not reached:
        raise MessageNotAwaitedError(message.name, message.correlation)
    return reached


def _deliver(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, message: Message, *, now: datetime, actor_id: int | None
) -> bool:
    work = casework.lock(unit, runtime, instance_id, now=now, actor_id=actor_id)
    if not work.execution.deliver(message.name, message.correlation or None, message.payload):
        return False
    detail = {"message": message.name, "correlation": message.correlation}
    work.events.append(Event("message_delivered", work.process_key, None, None, actor_id, detail))
    work.execution.run()
    work.write()
    return True
