"""Timers: cases whose earliest timer has fallen due, found by the index on `instance.due_at`, not by opening them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import casework
from app.engine.errors import InstanceNotRunningError
from app.engine.incidents import open_incident
from app.engine.runtime import Runtime
from app.engine.tables import instance

RETRY_AFTER = timedelta(minutes=5)
"""How long a case rests whose timer could not be fired."""


def due_instances(connection: sa.Connection, now: datetime, limit: int = 100) -> list[int]:
    """The cases whose earliest timer is due, the longest overdue first."""
    return list(
        connection.execute(
            sa.select(instance.c.id)
            .where(instance.c.due_at <= now, instance.c.status == "running")
            .order_by(instance.c.due_at, instance.c.id)
            .limit(limit)
        ).scalars()
    )


def fire_due_timers(database: sa.Engine, runtime: Runtime, *, now: datetime, limit: int = 100) -> int:
    """Fire what is due, each case in a transaction of its own; return how many cases moved.

    Several workers may sweep at once: a case that another one holds is left to it.
    """
    with reading(database) as unit:
        due = due_instances(unit.connection, now, limit)
    return sum(_fire(database, runtime, instance_id, now) for instance_id in due)


def _fire(database: sa.Engine, runtime: Runtime, instance_id: int, now: datetime) -> bool:
    try:
        with unit_of_work(database) as unit:
            if not _take(unit.connection, instance_id, now):
                return False
            work = casework.lock(unit, runtime, instance_id, now=now)
            work.execution.fire_due()
            work.execution.run()
            work.write()
    except InstanceNotRunningError:
        return False
    except Exception as failure:  # noqa: BLE001 -- whatever a handler raises becomes an incident, and the sweep goes on
        with unit_of_work(database) as unit:
            open_incident(unit, instance_id, engine_task_id=0, element_id="", failure=failure, now=now)
            unit.connection.execute(
                instance.update().where(instance.c.id == instance_id).values(due_at=now + RETRY_AFTER)
            )
        return False
    return True


def _take(connection: sa.Connection, instance_id: int, now: datetime) -> bool:
    """Lock the case unless another worker has it, or it is no longer due."""
    found = connection.execute(
        sa.select(instance.c.id)
        .where(instance.c.id == instance_id, instance.c.due_at <= now, instance.c.status == "running")
        .with_for_update(skip_locked=True)
    ).scalar()
    return found is not None
