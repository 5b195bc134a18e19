"""What of a case is done, by whom and with which answers: the rows that materials, course and diagram are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.engine.tables import history, task_answer, user_task


def tasks_of(connection: sa.Connection, instance_id: int) -> Sequence[sa.RowMapping]:
    """Every user task of a case, oldest first."""
    query = sa.select(user_task).where(user_task.c.instance_id == instance_id).order_by(user_task.c.id)
    return connection.execute(query).mappings().all()


def answers_of(connection: sa.Connection, instance_id: int) -> Mapping[int, sa.RowMapping]:
    """Every answer of a case by the user task that it was given in."""
    query = sa.select(task_answer).where(task_answer.c.instance_id == instance_id)
    return {row["user_task_id"]: row for row in connection.execute(query).mappings()}


def events_of(connection: sa.Connection, instance_id: int) -> Sequence[sa.RowMapping]:
    """Everything that happened in a case, in order."""
    query = sa.select(history).where(history.c.instance_id == instance_id).order_by(history.c.sequence)
    return connection.execute(query).mappings().all()


@dataclass(frozen=True, slots=True)
class Passed:
    """The elements that a case has completed, by process."""

    by_process: Mapping[str, frozenset[str]]

    def of(self, process_key: str) -> list[str]:
        """Those of one process."""
        return sorted(self.by_process.get(process_key, frozenset()))


COMPLETING = frozenset({"completed", "task_completed", "instances_completed", "timer_fired", "message_received"})


def passed(events: Sequence[sa.RowMapping]) -> Passed:
    """What was passed, from the history."""
    found: dict[str, set[str]] = {}
    for event in events:
        if event["element_id"] and event["kind"] in COMPLETING:
            found.setdefault(event["process_key"], set()).add(event["element_id"])
    return Passed({key: frozenset(ids) for key, ids in found.items()})
