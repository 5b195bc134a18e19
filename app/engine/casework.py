"""One case, locked, loaded, moved and written back: what every verb of the engine has in common.

Writing costs the same number of statements whatever the size of the diagram and of the history: one for each table that
changed, none for those that did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine import history, writing
from app.engine.catalogue import Bundle
from app.engine.errors import InstanceNotRunningError, UnknownInstanceError
from app.engine.history import Event
from app.engine.kernel.durations import Duration
from app.engine.kernel.execution import Execution, OpenTask
from app.engine.runtime import CaseHost, Runtime
from app.engine.tables import instance, service_job, subscription
from app.engine.writing import Closing, Move

NOT_REMEMBERED = {"entered", "instances_entered"}
"""What the kernel reports beside; a user task's beginning is remembered as task_created."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)

CASE_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    instance.c.id.label("instance_id"),
    instance.c.bundle_id,
    instance.c.process_key.label("case_process_key"),
    instance.c.business_key,
    instance.c.organisation_id.label("applicant_id"),
    instance.c.status.label("instance_status"),
    instance.c.version.label("instance_version"),
    instance.c.state,
    instance.c.history_count,
    instance.c.history_head,
)
"""What a verb must read of a case to move it; a verb that starts from a user task adds that task's columns."""

_LOCK = sa.select(*CASE_COLUMNS).where(instance.c.id == sa.bindparam("id")).with_for_update(of=instance)


@dataclass(slots=True)
class Casework:
    """A case that this transaction has locked and may move; `write` puts it back."""

    unit: UnitOfWork
    runtime: Runtime
    bundle: Bundle
    host: CaseHost
    execution: Execution
    process_key: str
    version: int
    history_count: int
    history_head: str
    tasks: frozenset[int] = frozenset()
    """The user tasks that stood open when the case was loaded, by engine task id."""
    subscriptions: frozenset[int] = frozenset()
    services: frozenset[int] = frozenset()
    events: list[Event] = field(default_factory=list)
    """What the verb itself wants remembered, before what the diagram did because of it."""

    @property
    def instance_id(self) -> int:
        """The case."""
        return self.host.instance_id

    def write(self, closing: Closing | None = None) -> None:
        """Save the state and everything that changed with it.

        Args:
            closing: the user task that a person completes by this move.

        Raises:
            StaleVersionError, TaskNotOpenError: another writer came between.
        """
        self.unit.flush()
        open_tasks = self.execution.open_tasks()
        fresh = [task for task in open_tasks if task.engine_task_id not in self.tasks]
        completed = closing.engine_task_id if closing else None
        gone = self.tasks - {task.engine_task_id for task in open_tasks} - {completed}
        events, count, head = history.link(
            self.instance_id, self._events(fresh, completed), count=self.history_count, head=self.history_head,
            at=self.host.at,
        )  # fmt: skip
        is_over = self.execution.is_completed
        case = {
            "state": self.execution.dump(), "status": "completed" if is_over else "running",
            "due_at": self.execution.due_at(), "changed_at": self.host.at,
            "ended_at": self.host.at if is_over else None, "history_count": count, "history_head": head,
        }  # fmt: skip
        tasks = [self._task_row(task) for task in fresh]
        move = Move(self.instance_id, self.version, self.host.at, case, tasks, sorted(gone), events, closing)
        writing.write(self.unit.connection, move)
        self._write_subscriptions()
        self._write_services()

    def _events(self, fresh: Sequence[OpenTask], completed: int | None) -> list[Event]:
        """What the verb wants remembered, what the diagram did because of it, what was decided, what is to do now."""
        happened = [
            Event(one.kind, one.process_key, one.element_id, one.engine_task_id)
            for one in self.execution.events()
            if one.kind not in NOT_REMEMBERED and (completed is None or one.engine_task_id != completed)
        ]
        decided = [
            Event(one.kind, self.process_key, one.element_id, None, None, one.detail) for one in self.host.decisions
        ]
        created = [
            Event("task_created", task.element.process_key, task.element.id, task.engine_task_id) for task in fresh
        ]
        return [*self.events, *happened, *decided, *created]

    def _task_row(self, task: OpenTask) -> dict[str, Any]:
        element, evaluate = task.element, self.host.evaluate
        due_at = _due_at(task, self.host, self.runtime)
        return {
            "instance_id": self.instance_id,
            "engine_task_id": task.engine_task_id,
            "process_key": element.process_key,
            "element_id": element.id,
            "item_key": task.item_key,
            "title_zh": element.title_zh,
            "title_en": element.title_en,
            "form_hash": self.bundle.form_hash(element.process_key, element.form_key),
            "role": element.role,
            "organisation_id": _whole(evaluate(element.owner, task.data)) if element.owner else None,
            "assignee_id": _whole(evaluate(element.performer, task.data)) if element.performer else None,
            "status": "open",
            "version": 1,
            "created_at": self.host.at,
            "due_at": due_at,
            "sort_at": due_at or END_OF_TIME,
        }

    def _write_subscriptions(self) -> None:
        waiting = {one.engine_task_id: one for one in self.execution.subscriptions()}
        gone = self.subscriptions - waiting.keys()
        fresh = waiting.keys() - self.subscriptions
        if gone:
            self.unit.connection.execute(
                subscription.delete().where(
                    subscription.c.instance_id == self.instance_id, subscription.c.engine_task_id.in_(sorted(gone))
                )
            )
        if fresh:
            rows = [
                {
                    "instance_id": self.instance_id, "engine_task_id": key, "message": waiting[key].message,
                    "correlation": waiting[key].correlation or "",
                }
                for key in sorted(fresh)
            ]  # fmt: skip
            self.unit.connection.execute(subscription.insert(), rows)

    def _write_services(self) -> None:
        waiting = {one.engine_task_id: one for one in self.execution.pending_services()}
        gone = self.services - waiting.keys()
        fresh = waiting.keys() - self.services
        if gone:
            self.unit.connection.execute(
                service_job.delete().where(
                    service_job.c.instance_id == self.instance_id, service_job.c.engine_task_id.in_(sorted(gone))
                )
            )
        if fresh:
            rows = [
                {
                    "instance_id": self.instance_id, "engine_task_id": key, "element_id": waiting[key].element.id,
                    "operation": waiting[key].element.operation, "status": "waiting", "attempts": 0,
                    "run_at": self.host.at, "created_at": self.host.at,
                }
                for key in sorted(fresh)
            ]  # fmt: skip
            self.unit.connection.execute(service_job.insert(), rows)


def lock(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, *, now: datetime, actor_id: int | None = None
) -> Casework:
    """Lock a running case and load it."""
    row = unit.connection.execute(_LOCK, {"id": instance_id}).first()
    if row is None:
        raise UnknownInstanceError(instance_id)
    return load(unit, runtime, row, now=now, actor_id=actor_id)


def load(unit: UnitOfWork, runtime: Runtime, row: Any, *, now: datetime, actor_id: int | None) -> Casework:
    """Load the case of a locked row that has CASE_COLUMNS; raise InstanceNotRunningError unless it runs."""
    if row.instance_status != "running":
        raise InstanceNotRunningError(row.instance_id, row.instance_status)
    bundle = runtime.catalogue.bundle(unit.connection, row.bundle_id)
    host = CaseHost(unit, runtime, bundle, row.instance_id, row.business_key, now, actor_id)
    execution = Execution.load(bundle.model(row.case_process_key), row.state, host)
    return Casework(
        unit, runtime, bundle, host, execution, row.case_process_key, row.instance_version,
        row.history_count, row.history_head,
        tasks=frozenset(task.engine_task_id for task in execution.open_tasks()),
        subscriptions=frozenset(one.engine_task_id for one in execution.subscriptions()),
        services=frozenset(one.engine_task_id for one in execution.pending_services()),
    )  # fmt: skip


def _due_at(task: OpenTask, host: CaseHost, runtime: Runtime) -> datetime | None:
    element = task.element
    if element.due_working_days is not None:
        days = _whole(host.evaluate(element.due_working_days, task.data))
        return runtime.deadline(host.unit.session, host.at, days) if days is not None else None
    if element.due_duration is not None:
        return Duration.of(host.evaluate(element.due_duration, task.data)).after(host.at)
    return None


def _whole(value: Any) -> int | None:
    """A FEEL number as an int; null stays None."""
    return None if value is None else int(value)
