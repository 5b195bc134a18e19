"""Incidents: a case that stands still because the machine failed, in plain words, with a retry."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine.errors import InstanceNotRunningError
from app.engine.history import Event
from app.engine.instances import read_instance, remember
from app.engine.tables import incident, instance, service_job


def open_incident(
    unit: UnitOfWork, instance_id: int, *, engine_task_id: int, element_id: str, failure: Exception, now: datetime
) -> None:
    """Record that a step keeps failing; one open incident per step."""
    message = f"{type(failure).__name__}: {failure}"[:500]
    known = unit.connection.execute(
        incident.update()
        .where(
            incident.c.instance_id == instance_id,
            incident.c.engine_task_id == engine_task_id,
            incident.c.resolved_at.is_(None),
        )
        .values(message=message)
    )
    if known.rowcount:
        return
    unit.connection.execute(
        incident.insert().values(
            instance_id=instance_id, engine_task_id=engine_task_id, element_id=element_id, message=message,
            created_at=now,
        )
    )  # fmt: skip
    row = read_instance(unit.connection, instance_id)
    event = Event("incident_opened", row["process_key"], element_id or None, engine_task_id, None, {"message": message})
    remember(unit, instance_id, [event], at=now)


def open_incidents(connection: sa.Connection, instance_id: int | None = None) -> list[sa.RowMapping]:
    """Every open incident, or those of one case, oldest first."""
    query = sa.select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.id)
    if instance_id is not None:
        query = query.where(incident.c.instance_id == instance_id)
    return list(connection.execute(query).mappings())


def retry_instance(unit: UnitOfWork, instance_id: int, *, reason: str, now: datetime, actor_id: int | None) -> int:
    """Let every failed step of a case try again now; return how many incidents that settles."""
    row = read_instance(unit.connection, instance_id)
    if row["status"] != "running":
        raise InstanceNotRunningError(instance_id, row["status"])
    settled = unit.connection.execute(
        incident.update()
        .where(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None))
        .values(resolved_at=now, resolved_by=actor_id)
    ).rowcount
    unit.connection.execute(
        service_job.update()
        .where(service_job.c.instance_id == instance_id)
        .values(status="waiting", attempts=0, run_at=now)
    )
    unit.connection.execute(
        instance.update()
        .where(instance.c.id == instance_id, instance.c.due_at.is_not(None), instance.c.due_at > now)
        .values(due_at=now)
    )
    remember(
        unit, instance_id, [Event("retried", row["process_key"], None, None, actor_id, {"reason": reason})], at=now
    )
    return settled
