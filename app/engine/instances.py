"""Cases: start, read, suspend, resume, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import UnitOfWork
from app.engine import casework, catalogue, history
from app.engine.actor import Actor
from app.engine.errors import BusinessKeyTakenError, InstanceNotRunningError, MayNotStartError, UnknownInstanceError
from app.engine.history import BEGINNING, Event
from app.engine.kernel.execution import Execution
from app.engine.runtime import CaseHost, Runtime
from app.engine.tables import instance


@dataclass(frozen=True, slots=True)
class Start:
    """What a new case begins with.

    Attributes:
        business_key: the case number that people read, unique within the process.
        variables: process data: JSON of references and gateway values.
        subject: whom the case is about, as lists show it.
        organisation_id: the applicant; its members never act for the office in this case.
    """

    process_key: str
    business_key: str
    variables: Mapping[str, Any]
    subject: str = ""
    organisation_id: int | None = None


def start_instance(
    unit: UnitOfWork, runtime: Runtime, start: Start, *, now: datetime, actor: Actor | None = None
) -> int:
    """Begin a case on the newest version of its process, run it to its first waits, and return its id.

    Raises:
        UnknownProcessError, BusinessKeyTakenError, MayNotStartError, and whatever a handler refuses.
    """
    definition = catalogue.latest(unit.connection, start.process_key)
    if actor is not None and not _may_start(definition.start_role, start.organisation_id, actor):
        raise MayNotStartError(start.process_key, actor.person_id)
    actor_id = actor.person_id if actor else None
    instance_id = _insert(unit, definition, start, now, actor_id)
    bundle = runtime.catalogue.bundle(unit.connection, definition.bundle_id)
    host = CaseHost(unit, runtime, bundle, instance_id, start.business_key, now, actor_id)
    execution = Execution.start(bundle.model(start.process_key), dict(start.variables), host)
    work = casework.Casework(
        unit, runtime, bundle, host, execution, start.process_key, version=1, history_count=0, history_head=BEGINNING
    )
    work.events.append(Event("started", start.process_key, None, None, actor_id, {"version": definition.version}))
    execution.run()
    work.write()
    return instance_id


def read_instance(connection: sa.Connection, instance_id: int) -> sa.RowMapping:
    """The row of a case without its state."""
    columns = [column for column in instance.c if column.name != "state"]
    row = connection.execute(sa.select(*columns).where(instance.c.id == instance_id)).mappings().first()
    if row is None:
        raise UnknownInstanceError(instance_id)
    return row


def variables_of(unit: UnitOfWork, runtime: Runtime, instance_id: int, *, now: datetime) -> dict[str, Any]:
    """The process data of a case, running or ended."""
    return dict(_peek(unit, runtime, instance_id, now).variables())


def tokens_of(unit: UnitOfWork, runtime: Runtime, instance_id: int, *, now: datetime) -> list[str]:
    """The ids of the elements where the case waits, for the diagram."""
    return _peek(unit, runtime, instance_id, now).tokens()


def cancel_instance(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, *, reason: str, now: datetime, actor_id: int | None
) -> None:
    """End a case before its end event; its open tasks are withdrawn."""
    work = casework.lock(unit, runtime, instance_id, now=now, actor_id=actor_id)
    work.events.append(Event("cancelled", work.process_key, None, None, actor_id, {"reason": reason}))
    work.execution.cancel()
    work.write()
    unit.connection.execute(
        instance.update().where(instance.c.id == instance_id).values(status="cancelled", ended_at=now, due_at=None)
    )


def suspend_instance(unit: UnitOfWork, instance_id: int, *, reason: str, now: datetime, actor_id: int | None) -> None:
    """Stop a case: nobody can complete its tasks and its timers wait until it is resumed."""
    _switch(unit, instance_id, ("running", "suspended"), reason, now, actor_id)


def resume_instance(unit: UnitOfWork, instance_id: int, *, reason: str, now: datetime, actor_id: int | None) -> None:
    """Let a suspended case go on; timers that fell due meanwhile fire at once."""
    _switch(unit, instance_id, ("suspended", "running"), reason, now, actor_id)


def remember(unit: UnitOfWork, instance_id: int, events: list[Event], *, at: datetime) -> None:
    """Add events to a case's history without moving the case."""
    row = unit.connection.execute(
        sa.select(instance.c.history_count, instance.c.history_head)
        .where(instance.c.id == instance_id)
        .with_for_update()
    ).first()
    if row is None:
        raise UnknownInstanceError(instance_id)
    count, head = history.append(
        unit.connection, instance_id, events, count=row.history_count, head=row.history_head, at=at
    )
    unit.connection.execute(
        instance.update().where(instance.c.id == instance_id).values(history_count=count, history_head=head)
    )


def _insert(
    unit: UnitOfWork, definition: catalogue.Definition, start: Start, now: datetime, actor_id: int | None
) -> int:
    values = {
        "definition_id": definition.id, "bundle_id": definition.bundle_id, "process_key": start.process_key,
        "business_key": start.business_key, "subject": start.subject, "organisation_id": start.organisation_id,
        "status": "running", "version": 1, "state": b"", "started_at": now, "started_by": actor_id,
        "changed_at": now, "history_count": 0, "history_head": BEGINNING,
    }  # fmt: skip
    unit.flush()
    try:
        insert = instance.insert().values(values).returning(instance.c.id)
        return int(unit.connection.execute(insert).scalar_one())
    except IntegrityError as error:
        raise BusinessKeyTakenError(start.process_key, start.business_key) from error


def _may_start(role: str | None, organisation_id: int | None, actor: Actor) -> bool:
    return any(grant.role == role and organisation_id in (None, grant.organisation_id) for grant in actor.grants)


def _peek(unit: UnitOfWork, runtime: Runtime, instance_id: int, now: datetime) -> Execution:
    row = unit.connection.execute(
        sa.select(instance.c.state, instance.c.bundle_id, instance.c.process_key, instance.c.business_key)
        .where(instance.c.id == instance_id)
    ).first()  # fmt: skip
    if row is None:
        raise UnknownInstanceError(instance_id)
    bundle = runtime.catalogue.bundle(unit.connection, row.bundle_id)
    host = CaseHost(unit, runtime, bundle, instance_id, row.business_key, now, None)
    return Execution.load(bundle.model(row.process_key), row.state, host)


def _switch(
    unit: UnitOfWork, instance_id: int, change: tuple[str, str], reason: str, now: datetime, actor_id: int | None
) -> None:
    before, after = change
    row = read_instance(unit.connection, instance_id)
    done = unit.connection.execute(
        instance.update()
        .where(instance.c.id == instance_id, instance.c.status == before)
        .values(status=after, changed_at=now)
    )
    if done.rowcount != 1:
        raise InstanceNotRunningError(instance_id, row["status"])
    kind = "resumed" if after == "running" else "suspended"
    remember(unit, instance_id, [Event(kind, row["process_key"], None, None, actor_id, {"reason": reason})], at=now)
