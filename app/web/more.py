"""What the work pane offers behind "More": putting aside, flagging, handing over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import UnitOfWork
from app.engine.actor import Actor
from app.engine.task_marks import Mark, marks_of, snoozed_until
from app.web.people import who_may_take
from app.web.visibility import Sight, Standing


@dataclass(frozen=True, slots=True)
class More:
    """What may be done with a task beside doing it; nothing of it once the task is done."""

    is_flagged: bool = False
    is_urgent: bool = False
    snoozed_until: datetime | None = None
    can_mark: bool = False
    can_snooze: bool = False
    heirs: Sequence[tuple[int, str]] = ()
    """To whom the holder may hand it over."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to offer."""
        return not (self.can_mark or self.can_snooze or self.heirs)


def more_of(unit: UnitOfWork, task: Any, actor: Actor, sight: Sight, *, now: datetime) -> More:
    """What the reader may do with a task beside doing it."""
    if task["status"] != "open":
        return More()
    marks = marks_of(unit.connection, task["id"])
    is_own = actor.holds(task["assignee_id"], task["claimed_at"])
    is_candidate = task["assignee_id"] is None and actor.may_take(
        role=task["role"], organisation_id=task["organisation_id"], applicant_id=task["applicant_id"]
    )
    return More(
        Mark.FLAG in marks,
        Mark.URGENT in marks,
        snoozed_until(unit.connection, task["id"], actor.person_id, now=now),
        can_mark=sight.standing is Standing.OFFICE,
        can_snooze=is_own or is_candidate,
        heirs=_heirs(unit, task, actor) if is_own else (),
    )


def _heirs(unit: UnitOfWork, task: Any, actor: Actor) -> list[tuple[int, str]]:
    """Everybody who may do it but its holder; nobody for what was drawn for a person."""
    if task["claimed_at"] is None or task["instance_status"] != "running":
        return []
    able = who_may_take(
        unit.connection, role=task["role"], organisation_id=task["organisation_id"], applicant_id=task["applicant_id"]
    )
    return [(person_id, name) for person_id, name in able if person_id not in (actor.person_id, task["assignee_id"])]
