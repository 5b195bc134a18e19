"""Brings a certification to a stage through the engine, for tests of what pages then show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.case_number import next_case_number
from app.domain.role_grant import Role
from app.domain.stored_file import FileStorage, Upload, store_file
from app.engine import instances, user_tasks
from app.engine.instances import Start
from app.engine.service_jobs import run_due_jobs
from app.engine.tables import user_task
from app.engine.timers import fire_due_timers
from app.engine.user_tasks import Completion
from app.web.context import Context
from app.web.demo.pdf import small_pdf
from app.web.signed_in import actor_of
from tests import answers
from tests.people import BEGINNING, person

SUBJECT = "宁夏砺信信用服务有限公司"


@dataclass
class Walk:
    """One case, led step by step by its people."""

    parts: Context
    cast: dict[str, int]
    now: datetime = BEGINNING
    case: int = 0
    licence: dict[str, str] = field(default_factory=dict)

    def set_clock(self) -> None:
        """Let pages see the walk's own time."""
        with unit_of_work(self.parts.database) as unit:
            self.parts.clock.set(unit, self.now)

    def start(self) -> int:
        """The agency begins a case."""
        self.set_clock()
        firm = self.cast["agency_firm"]
        with unit_of_work(self.parts.database) as unit:
            number = next_case_number(unit.session, now=self.now)
            unit.flush()
            begin = Start("agency_certification", number, {"organisation_id": firm}, SUBJECT, firm)
            actor = actor_of(unit.connection, self.cast["agency"])
            self.case = instances.start_instance(unit, self.parts.runtime, begin, now=self.now, actor=actor)
        return self.case

    def submitted(self, items: int = 1) -> int:
        """A case whose application has been handed in, with a real file."""
        self.start()
        self.act("submit_application", "agency", answers.application(items) | self.store_licence())
        return self.case

    def store_licence(self) -> dict[str, Any]:
        """The agency has uploaded its licence: the answers that it stands in."""
        with unit_of_work(self.parts.database) as unit:
            storage = FileStorage(self.parts.settings.storage_url)
            upload = Upload("营业执照.pdf", small_pdf(["Business licence"]), ("application/pdf",))
            record = store_file(unit.session, storage, upload, self.cast["agency"], now=self.now)
            self.licence = {"file": record.sha256, "name": "营业执照.pdf"}
        return {"licence": self.licence, "qualifications": [self.licence]}

    def under_correction(self) -> int:
        """A case whose applicant has been asked for another licence."""
        self.submitted()
        self.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
        self.act("verify_compliance", "reviewer_b", answers.compliance())
        return self.case

    def verified(self, items: int = 1) -> int:
        """A case that both reviewers have passed."""
        self.submitted(items)
        self.act("verify_authenticity", "reviewer_a", answers.authenticity())
        self.act("verify_compliance", "reviewer_b", answers.compliance())
        return self.case

    def drawn(self, items: int = 1) -> int:
        """A case whose panel has been drawn."""
        self.verified(items)
        self.act("prepare_panel", "supervisor", {})
        return self.case

    def declared(self, items: int = 1) -> int:
        """A case whose five experts have declared no interest."""
        self.drawn(items)
        for task in self.open("declare_interests"):
            self.complete(task.id, task.assignee_id, {"declaration": "none"})
        return self.case

    def scored(self, agency_points: int = 80, *item_points: int) -> int:
        """A case that every expert has scored alike."""
        points = item_points or (80,)
        self.declared(len(points))
        for task in self.open("score_application"):
            self.complete(task.id, task.assignee_id, answers.scores(agency_points, *points))
        return self.case

    def divergent(self) -> int:
        """A case whose experts scored the agency from 59 to 90: the supervisor is asked to call a discussion."""
        self.declared()
        for task, points in zip(self.open("score_application"), (59, 75, 75, 75, 90), strict=True):
            self.complete(task.id, task.assignee_id, answers.scores(points, 80))
        return self.case

    def discussed(self) -> int:
        """A case whose experts have been asked to think again."""
        self.divergent()
        self.act("call_discussion", "supervisor", {"question": "服务业绩是否有回访记录？"})
        return self.case

    def announced(self) -> int:
        """A case whose notice stands."""
        self.scored()
        self.act("conclude", "supervisor", {"reason": "达标。", "outcome": "certify"})
        return self.case

    def certified(self) -> int:
        """A case that the bureau has filed."""
        self.announced()
        self.pass_time(days=10)
        task = self.open("file_certification")[0]
        with reading(self.parts.database) as unit:
            form = self.parts.runtime.catalogue.form(unit.connection, task.form_hash)
        outcome = form.outcome
        assert outcome is not None
        agreed = next(option.value for option in outcome.options if option.tone == "primary")
        self.act("file_certification", "bureau", {"remarks": "准予备案。", outcome.name: agreed})
        return self.case

    def second_supervisor(self) -> None:
        """A second supervisor joins the operator."""
        with unit_of_work(self.parts.database) as unit:
            joined = person(unit.session, "second_supervisor", "岳清和", Role.SUPERVISOR, self.cast["operator"])
            self.cast["second_supervisor"] = joined.id

    def open(self, element: str) -> list[Any]:
        """The open tasks of an element in this case."""
        query = sa.select(user_task).where(
            user_task.c.instance_id == self.case, user_task.c.element_id == element, user_task.c.status == "open"
        )
        with reading(self.parts.database) as unit:
            return list(unit.connection.execute(query.order_by(user_task.c.id)).all())

    def ended(self, element: str) -> list[Any]:
        """The completed tasks of an element in this case, oldest first."""
        query = sa.select(user_task).where(
            user_task.c.instance_id == self.case, user_task.c.element_id == element, user_task.c.status == "completed"
        )
        with reading(self.parts.database) as unit:
            return list(unit.connection.execute(query.order_by(user_task.c.id)).all())

    def task(self, element: str) -> int:
        """The id of the one open task of an element."""
        return int(self.open(element)[0].id)

    def act(self, element: str, login: str, given: dict[str, Any]) -> None:
        """A person of the cast completes a task."""
        self.complete(self.task(element), self.cast[login], given)

    def complete(self, task_id: int, person_id: int, given: dict[str, Any]) -> None:
        """A person completes a task."""
        with unit_of_work(self.parts.database) as unit:
            actor = actor_of(unit.connection, person_id)
            user_tasks.complete_task(unit, self.parts.runtime, task_id, Completion(given), actor=actor, now=self.now)

    def pass_time(self, **span: float) -> None:
        """Move the clock and do what falls due."""
        self.now += timedelta(**span)
        self.set_clock()
        while fire_due_timers(self.parts.database, self.parts.runtime, now=self.now) + run_due_jobs(
            self.parts.database, self.parts.runtime, now=self.now
        ):
            pass

    def login_of(self, person_id: int) -> str:
        """The login of a person of the cast."""
        return next(login for login, one in self.cast.items() if one == person_id and login.startswith("expert"))
