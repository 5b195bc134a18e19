"""The language of process tests: start, act as a person, expect the next task, let time pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.calendar import deadline
from app.domain.person import Person
from app.domain.role_grant import Role, grant_role, roles_held
from app.engine import catalogue, history, instances, user_tasks
from app.engine.actor import Actor, Grant
from app.engine.deployment import shipped_bundles
from app.engine.instances import Start
from app.engine.operations import operations_of
from app.engine.runtime import Runtime
from app.engine.service_jobs import run_due_jobs
from app.engine.tables import user_task
from app.engine.timers import fire_due_timers
from app.engine.user_tasks import Completion
from handlers import agency_certification, expert_review
from tests import answers
from tests.people import BEGINNING, person, settle

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Story:
    """One case told step by step on one database."""

    database: sa.Engine
    cast: dict[str, int]
    runtime: Runtime
    now: datetime = BEGINNING
    case: int = 0
    told: list[str] = field(default_factory=list)

    def start(self, process: str, *, organisation: str, number: str = "2026-00001") -> None:
        """Begin the case as the agency."""
        with unit_of_work(self.database) as unit:
            begin = Start(
                process, number, {"organisation_id": self.cast[organisation]}, "砺信", self.cast[organisation]
            )
            self.case = instances.start_instance(unit, self.runtime, begin, now=self.now, actor=self.actor("agency"))

    def submit(self, items: int = 2, *, number: str = "2026-00001") -> None:
        """The agency's application is in."""
        self.start("agency_certification", organisation="agency_firm", number=number)
        self.expect("submit_application")
        self.act("submit_application", "agency", answers.application(items))
        self.expect("verify_authenticity", "verify_compliance")

    def verify(self) -> None:
        """Both reviewers pass it."""
        self.act("verify_authenticity", "reviewer_a", answers.authenticity())
        self.act("verify_compliance", "reviewer_b", answers.compliance())
        self.expect("prepare_panel")

    def to_the_panel(self, items: int = 2) -> None:
        """Five experts are drawn and asked for their interests."""
        self.submit(items)
        self.verify()
        self.act("prepare_panel", "supervisor", {})
        self.expect(*["declare_interests"] * 5)

    def holder(self, element: str, item_key: str | None = None) -> str:
        """The login of whoever holds the first such task (of that seat)."""
        task = next(task for task in self.tasks() if task.element_id == element and item_key in (None, task.item_key))
        with reading(self.database) as unit:
            return unit.session.get_one(Person, task.assignee_id).login

    def grant(self, login: str, role: str) -> None:
        """A person of the cast holds one more role, with the operator."""
        with unit_of_work(self.database) as unit:
            grant_role(unit.session, self.cast[login], Role(role), self.cast["operator"], by=None, now=self.now)

    def settle_supervisor(self) -> None:
        """A second supervisor joins the operator."""
        with unit_of_work(self.database) as unit:
            joined = person(unit.session, "second_supervisor", "岳清和", Role.SUPERVISOR, self.cast["operator"])
            self.cast["second_supervisor"] = joined.id

    def actor(self, login: str) -> Actor:
        """A person of the cast with the roles held now."""
        with reading(self.database) as unit:
            return self.actor_of(unit.connection, self.cast[login])

    @staticmethod
    def actor_of(connection: sa.Connection, person_id: int) -> Actor:
        """A person by id."""
        return Actor(person_id, frozenset(Grant(role, where) for role, where in roles_held(connection, person_id)))

    def tasks(self) -> list[Any]:
        """The open tasks of the case."""
        with reading(self.database) as unit:
            query = sa.select(user_task).where(user_task.c.instance_id == self.case, user_task.c.status == "open")
            return list(unit.connection.execute(query.order_by(user_task.c.id)).all())

    def expect(self, *elements: str) -> None:
        """These tasks, and no others, are to do now."""
        assert sorted(task.element_id for task in self.tasks()) == sorted(elements)

    def act(self, element: str, login: str, answers: dict[str, Any]) -> None:
        """A person of the cast completes a task."""
        named = [task for task in self.tasks() if task.element_id == element]
        task = next((task for task in named if task.assignee_id == self.cast[login]), None) or next(iter(named))
        self.complete(task.id, self.actor(login), answers)

    def every_expert(self, element: str, *answers: dict[str, Any]) -> None:
        """Every expert who holds such a task completes it, in the order of the seats."""
        held = [task for task in self.tasks() if task.element_id == element]
        given = answers if len(answers) > 1 else answers * len(held)
        for task, one in zip(held, given, strict=True):
            with reading(self.database) as unit:
                who = self.actor_of(unit.connection, task.assignee_id)
            self.complete(task.id, who, one)

    def pass_time(self, **span: float) -> None:
        """Move the clock; the worker does what falls due."""
        self.now += timedelta(**span)
        self.work()

    def work(self) -> None:
        """What a worker does until nothing is left."""
        while fire_due_timers(self.database, self.runtime, now=self.now) + run_due_jobs(
            self.database, self.runtime, now=self.now
        ):
            pass

    def status(self) -> str:
        """How the case stands; its chain of history must hold whenever one asks."""
        with reading(self.database) as unit:
            history.verify(unit.connection, self.case)
            return str(instances.read_instance(unit.connection, self.case)["status"])

    def variables(self) -> dict[str, Any]:
        """The process data."""
        with reading(self.database) as unit:
            return instances.variables_of(unit, self.runtime, self.case, now=self.now)

    def complete(self, task_id: int, who: Actor | int, answers: dict[str, Any]) -> None:
        """Somebody, or the person of that id, completes a task."""
        if isinstance(who, int):
            with reading(self.database) as unit:
                who = self.actor_of(unit.connection, who)
        with unit_of_work(self.database) as unit:
            user_tasks.complete_task(unit, self.runtime, task_id, Completion(answers), actor=who, now=self.now)


def told_on(database: sa.Engine) -> Story:
    """A story on a migrated database: the shipped processes deployed, and everybody settled."""
    modules = {"agency_certification": agency_certification, "expert_review": expert_review}
    runtime = Runtime(operations_of(modules), deadline)
    with unit_of_work(database) as unit:
        cast = settle(unit.session)
        for files in shipped_bundles(ROOT):
            catalogue.store_bundle(unit.connection, files, reason="test", now=BEGINNING, deployed_by=None)
    return Story(database, cast, runtime)
