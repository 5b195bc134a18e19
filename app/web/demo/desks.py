"""The people of a programme at their desks: whatever task lies open long enough is done by somebody who may do it.

Nothing here knows a process by its course: a habit says how somebody answers a step, and after how many days. So a
diagram that is changed is lived through as it now is, and a step without a habit is an error, not a silence.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine import user_tasks
from app.engine.actor import Actor
from app.engine.errors import NotACandidateError, SeparationOfDutiesError
from app.engine.tables import instance, task_answer, user_task
from app.engine.user_tasks import Completion
from app.web.context import Context
from app.web.signed_in import actor_of


class NoHabitError(LookupError):
    """A step lies open that nobody of the demo knows how to answer."""

    def __init__(self, process_key: str, element_id: str) -> None:
        self.process_key, self.element_id = process_key, element_id
        super().__init__(f"nobody of the demo has a habit for {element_id} of {process_key}")


class NobodyMayError(LookupError):
    """A step lies open that nobody of the demo may do."""

    def __init__(self, element_id: str, role: str) -> None:
        self.element_id, self.role = element_id, role
        super().__init__(f"nobody of the demo with the role {role} may do {element_id}")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a step is answered.

    Attributes:
        answer: from the desks and the task's row to the form's answers; None: this one leaves it to the clock.
        days: the fewest and the most days that it lies before somebody takes it up.
    """

    answer: Callable[[Desks, Any], Mapping[str, Any] | None]
    days: tuple[int, int] = (0, 2)


@dataclass
class Desks:
    """Everybody who works, and the clock by which they do."""

    unit: UnitOfWork
    parts: Context
    seed: int
    habits: Mapping[str, Habit]
    now: datetime
    office: dict[str, list[int]] = field(default_factory=dict)
    """People of the operator and the bureau by role."""
    contacts: dict[int, int] = field(default_factory=dict)
    """Who acts for an organisation."""
    cases: set[int] = field(default_factory=set)
    """The cases that are theirs; others are left alone."""
    _actors: dict[int, Actor] = field(default_factory=dict)

    def chance(self, *about: object) -> random.Random:
        """Chance that is the same in every run: it hangs on what it is about and on the seed."""
        return random.Random(f"{self.seed}:{':'.join(map(str, about))}")  # noqa: S311 -- a story, no secret

    def begin(self, unit: UnitOfWork, now: datetime) -> None:
        """A new day begins, in a transaction of its own."""
        self.unit, self.now = unit, now

    def work(self) -> int:
        """Answer what has lain long enough; return how many tasks were done."""
        return sum(self._take_up(task) for task in self._open_tasks())

    def was_done(self, instance_id: int, element_id: str) -> bool:
        """Whether somebody has answered that step of a case."""
        return self._answers(instance_id, element_id) is not None

    def last_answers(self, instance_id: int, element_id: str) -> dict[str, Any]:
        """What was last answered at that step of a case; LookupError if nothing was."""
        found = self._answers(instance_id, element_id)
        if found is None:
            raise LookupError(f"nobody has answered {element_id} of case {instance_id}")
        return found

    def _answers(self, instance_id: int, element_id: str) -> dict[str, Any] | None:
        table = task_answer.c
        query = sa.select(table.answers).where(table.instance_id == instance_id, table.element_id == element_id)
        found: dict[str, Any] | None = self.unit.connection.execute(
            query.order_by(table.answered_at.desc(), table.user_task_id.desc()).limit(1)
        ).scalar()
        return found

    def actor(self, person_id: int) -> Actor:
        """A person with the roles they hold; roles do not change in the story."""
        if person_id not in self._actors:
            self._actors[person_id] = actor_of(self.unit.connection, person_id)
        return self._actors[person_id]

    def _open_tasks(self) -> Sequence[Any]:
        query = (
            sa.select(user_task, instance.c.organisation_id.label("applicant_id"), instance.c.business_key)
            .join(instance, instance.c.id == user_task.c.instance_id)
            .where(user_task.c.status == "open", instance.c.status == "running")
            .order_by(user_task.c.id)
        )
        return [row for row in self.unit.connection.execute(query).all() if row.instance_id in self.cases]

    def _take_up(self, task: Any) -> bool:
        habit = self.habits.get(task.element_id)
        if habit is None:
            raise NoHabitError(task.process_key, task.element_id)
        lies = timedelta(days=self.chance("lies", task.id).randint(*habit.days))
        if self.now - task.created_at < lies:
            return False
        answers = habit.answer(self, task)
        if answers is None:
            return False
        self._complete(task, answers)
        return True

    def _complete(self, task: Any, answers: Mapping[str, Any]) -> None:
        people = self._people_for(task)
        for person_id in people:
            try:
                with self.unit.savepoint():
                    user_tasks.complete_task(
                        self.unit,
                        self.parts.runtime,
                        task.id,
                        Completion(answers),
                        actor=self.actor(person_id),
                        now=self.now,
                    )
            except (SeparationOfDutiesError, NotACandidateError):
                continue
            return
        raise NobodyMayError(task.element_id, task.role)

    def _people_for(self, task: Any) -> list[int]:
        """Who may try: the holder, whoever acts for the organisation, or the people of the role in some order."""
        if task.assignee_id is not None:
            return [task.assignee_id]
        if task.organisation_id is not None:
            return [self.contacts[task.organisation_id]]
        people = self.office.get(task.role, [])
        return self.chance("who", task.id).sample(people, len(people))
