"""Five weeks of the demo's programme, told by the verbs of the engine: never a finished row by hand. One transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, unit_of_work
from app.domain.case_number import next_case_number
from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.stored_file import PDF, FileStorage, Upload, store_file
from app.engine import casework, drafts, instances, user_tasks
from app.engine.actor import Actor
from app.engine.deployment import deploy_shipped
from app.engine.instances import Start
from app.engine.tables import user_task
from app.engine.timers import due_instances
from app.engine.user_tasks import Completion
from app.web.context import Context
from app.web.demo import answers
from app.web.demo.answers import AUTHENTICITY, COMPLIANCE, finding, scores
from app.web.demo.enterprises import ENTERPRISES, declare
from app.web.demo.pdf import small_pdf
from app.web.demo.people import AGENCIES, BUREAU, OFFICE, Cast, DemoAgency, settle
from app.web.demo.vouchers import tell_late_vouchers, tell_vouchers
from app.web.signed_in import actor_of

ROOT = Path(__file__).resolve().parents[3]
KEY = "agency_certification"


STORY_DAYS = 35
"""So long before now the story of the present begins."""


def seed_demo(parts: Context, *, now: datetime) -> bool:
    """Make the demo without a past unless it is there; say whether it was made now."""
    with unit_of_work(parts.database) as unit:
        deploy_shipped(unit, ROOT, parts.known, now=now)
        if unit.session.scalar(sa.select(sa.func.count()).select_from(Person)):
            return False
        opened = _morning(now - timedelta(days=STORY_DAYS))
        DemoStory(unit, parts, settle(unit.session, now=opened), opened).tell(until=now)
    return True


def tell_present(parts: Context, cast: Cast, *, now: datetime) -> None:
    """Tell the same five weeks where people have lived before: their enterprises say anew how large they are."""
    with unit_of_work(parts.database) as unit:
        deploy_shipped(unit, ROOT, parts.known, now=now)
        opened = _morning(now - timedelta(days=STORY_DAYS))
        logins = (login for login, *_ in ENTERPRISES)
        firms = dict(zip(logins, cast.enterprises, strict=True))
        declare(unit.session, firms, recorded_by=cast.people["reviewer1"], now=opened)
        DemoStory(unit, parts, cast, opened).tell(until=now)


def _morning(day: datetime) -> datetime:
    """Half past nine in Shanghai."""
    return day.astimezone(UTC).replace(hour=1, minute=30, second=0, microsecond=0)


def demo_people() -> list[tuple[str, str, str]]:
    """(login, name, what they are) of the people whom a visitor would try first."""
    office = [(login, name, str(role)) for login, name, _, role in (*OFFICE, *BUREAU)]
    agencies = [(login, contact, f"agency: {name}") for login, name, _, contact, _ in AGENCIES]
    enterprises = [(login, contact, f"enterprise: {name}") for login, name, _, contact in ENTERPRISES]
    return [*office, *agencies, *enterprises, ("expert1 … expert30", "", "expert")]


@dataclass
class DemoStory:
    """The verbs, with the demo's people and a clock that runs from five weeks ago to now."""

    unit: UnitOfWork
    parts: Context
    cast: Cast
    now: datetime

    def tell(self, *, until: datetime) -> None:
        """Every agency is at another stage; two that were refused have applied again."""
        one, two, three, four, five, six, seven, eight = self.cast.agencies
        first = [self._submitted(agency) for agency in (one, two)]
        self._pass(days=2)
        for case, percent in zip(first, (84, 78), strict=True):
            self._concluded(case, percent)
        third, fourth = self._submitted(three), self._submitted(four)
        self._pass(days=1)
        self._verified(third, passes=False)
        self._concluded(fourth, 62)
        self._pass(days=11)
        for case in first:
            self.complete(case, "file_certification", "bureau1", {"remarks": "同意备案。", "outcome": "filed"})
        self._pass(days=7)
        self._authentic(self._submitted(six), passes=True)
        self._pass(days=4)
        tell_vouchers(self)
        self._pass(days=2)
        scoring = self._submitted(seven)
        self._panel(scoring)
        self._experts(scoring, "declare_interests", [{"declaration": "none"}] * 5)
        self._experts(scoring, "score_application", [self._scores(scoring, percent) for percent in (80, 71)])
        self._pass(days=3)
        self._concluded(self._submitted(five), 80)
        self._pass(days=2)
        self._verified(self._submitted(four))
        self._pass(days=1)
        self._submitted(three)
        tell_late_vouchers(self)
        self._started_only(eight)
        if self.now > until:
            raise ValueError("the demo's story runs past the present")

    def _submitted(self, agency: DemoAgency) -> int:
        case = self._start(agency)
        contact = self.unit.session.get_one(Person, agency.person_id)
        files = {name: self._file(agency, name) for name in ("licence", "qualification")}
        sent = answers.application(agency.name_zh, contact.name, agency.category, files)
        self.complete(case, "submit_application", agency.person_id, sent)
        return case

    def _started_only(self, agency: DemoAgency) -> None:
        task = next(self._open(self._start(agency), "submit_application"))
        typed = {"introduction": f"{agency.name_zh}成立于 2018 年，", "staff": 9}
        drafts.save_draft(self.unit, task.id, agency.person_id, typed, seen_version=0, now=self.now)

    def _start(self, agency: DemoAgency) -> int:
        organisation = self.unit.session.get_one(Organisation, agency.organisation_id)
        start = Start(
            KEY,
            next_case_number(self.unit.session, now=self.now),
            {"organisation_id": agency.organisation_id},
            subject=organisation.name_zh,
            organisation_id=agency.organisation_id,
        )
        return instances.start_instance(
            self.unit, self.parts.runtime, start, now=self.now, actor=self.actor(agency.person_id)
        )

    def _authentic(self, case: int, *, passes: bool) -> None:
        remarks = (
            "营业执照已在登记系统核对，资质在有效期内。" if passes else "营业执照编号与登记系统不符，申请人未能说明。"
        )
        self.complete(case, "verify_authenticity", "reviewer1", finding(AUTHENTICITY, passes=passes, remarks=remarks))

    def _verified(self, case: int, *, passes: bool = True) -> None:
        self._authentic(case, passes=passes)
        self.complete(
            case, "verify_compliance", "reviewer2", finding(COMPLIANCE, passes=True, remarks="符合第四条各项要求。")
        )

    def _panel(self, case: int) -> None:
        self._verified(case)
        self.complete(case, "prepare_panel", "supervisor1", {})

    def _concluded(self, case: int, percent: int) -> None:
        """Panel, scores, and the supervisor's conclusion, if the marks let it come to one."""
        self._panel(case)
        self._experts(case, "declare_interests", [{"declaration": "none"}] * 5)
        given = [self._scores(case, percent + step) for step in (0, 3, -4, 2, 5)]
        self._experts(case, "score_application", given)
        if next(self._open(case, "conclude"), None) is not None:
            reason = "机构及服务项目达到合格线，专家意见一致。"
            self.complete(case, "conclude", "supervisor1", {"reason": reason, "outcome": "certify"})

    def _experts(self, case: int, element: str, given: list[dict[str, Any]]) -> None:
        for task, one in zip(list(self._open(case, element)), given, strict=False):
            self.now += timedelta(minutes=7)
            self._send(task.id, task.assignee_id, one)

    def _scores(self, case: int, percent: int) -> dict[str, Any]:
        agency = next(agency for agency in self.cast.agencies if agency.organisation_id == self._applicant(case))
        return scores(percent, [name for name, _, _ in answers.OFFERS[agency.category]])

    def _applicant(self, case: int) -> int:
        return int(instances.read_instance(self.unit.connection, case)["organisation_id"])

    def complete(self, case: int, element: str, who: str | int, given: dict[str, Any]) -> None:
        """A person completes a task of a case, twenty minutes after what was done before."""
        person_id = self.cast.people[who] if isinstance(who, str) else who
        self.now += timedelta(minutes=20)
        self._send(next(self._open(case, element)).id, person_id, given)

    def _send(self, task_id: int, person_id: int, given: dict[str, Any]) -> None:
        user_tasks.complete_task(
            self.unit, self.parts.runtime, task_id, Completion(given), actor=self.actor(person_id), now=self.now
        )

    def _open(self, case: int, element: str) -> Iterator[Any]:
        query = sa.select(user_task.c.id, user_task.c.assignee_id).where(
            user_task.c.instance_id == case, user_task.c.element_id == element, user_task.c.status == "open"
        )
        yield from self.unit.connection.execute(query.order_by(user_task.c.id)).all()

    def actor(self, person_id: int) -> Actor:
        """A person with the roles held now."""
        return actor_of(self.unit.connection, person_id)

    def _pass(self, *, days: int) -> None:
        """Let days go by; timers that fall due on the way fire."""
        for _ in range(days):
            self.now = _morning(self.now + timedelta(days=1))
            for case in due_instances(self.unit.connection, self.now):
                work = casework.lock(self.unit, self.parts.runtime, case, now=self.now)
                work.execution.fire_due()
                work.execution.run()
                work.write()

    def _file(self, agency: DemoAgency, name: str) -> dict[str, str]:
        title = {"licence": ("Business licence", "营业执照.pdf"), "qualification": ("Qualification", "资质证明.pdf")}[
            name
        ]
        content = small_pdf((title[0], f"Organisation {agency.organisation_id}", "Demo document"))
        upload = Upload(title[1], content, (PDF,), 20)
        storage = FileStorage(self.parts.settings.storage_url)
        record = store_file(self.unit.session, storage, upload, agency.person_id, now=self.now)
        return {"file": record.sha256, "name": title[1]}
