"""The demo with a case at every step: what the walk over every page and the screenshots look at."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account_link import LinkPurpose, issue_link
from app.domain.credit_code import with_check_digit
from app.domain.email_change import LASTS, EmailChange
from app.domain.expert import Category, Expert, PoolEntry
from app.domain.message import Message
from app.domain.notice import Notice
from app.domain.objection import ObjectionEntry, confirm_contact, raise_objection
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.person import Person, PersonEntry, register_person
from app.domain.pool_proposal import propose_expert
from app.domain.role_grant import Role, grant_role
from app.domain.saved_view import SavedView, SavedViewEntry, save_view
from app.domain.secret_hash import secret_hash
from app.domain.service_file import enter
from app.domain.shareholding import Holding, end_shareholding, record_shareholding
from app.engine import drafts, messages, user_tasks
from app.engine.tables import instance, user_task
from app.web.context import Context
from app.web.demo import PASSWORD, seed_demo
from app.web.signed_in import actor_of
from tests import answers
from tests.money_story import fill_books
from tests.walk import Walk

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""The morning on which the gallery is looked at: half past nine in Yinchuan."""
FIRMS = (
    "宁夏清禾认证服务有限公司", "银川启明财税服务有限公司", "中卫砂坡信息技术有限公司", "石嘴山恒川检测有限公司",
    "吴忠沁泉管理咨询有限公司", "银川湖畔数字科技有限公司", "吴忠塞上法务咨询有限公司", "固原六盘质量服务有限公司", "宁夏贺兰知识产权服务有限公司", "银川凤城信用管理有限公司",
)  # fmt: skip


@dataclass
class Gallery:
    """A seeded database and what stands in it."""

    parts: Context
    cast: dict[str, int] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    """The extra cases by the step at which they wait."""
    objection: str = ""
    """The secret of the link of an objection."""
    filed: int = 0
    """The organisation whose service file has entries."""

    def logins(self) -> dict[int, str]:
        """Logins by person id."""
        with reading(self.parts.database) as unit:
            return {row.id: row.login for row in unit.session.execute(sa.select(Person.id, Person.login))}

    def ask(self, query: sa.Select[Any]) -> Any:
        """The one value of a query; LookupError if there is none."""
        with reading(self.parts.database) as unit:
            found = unit.connection.execute(query.limit(1)).scalar()
        if found is None:
            raise LookupError(f"the gallery holds nothing for {query}")
        return found

    def task(self, element: str, *, login: str | None = None) -> int:
        """An open task of an element (of that person); an extra case's before the demo's."""
        query = sa.select(user_task.c.id).where(user_task.c.element_id == element, user_task.c.status == "open")
        if login is not None:
            query = query.where(user_task.c.assignee_id == self.cast[login])
        return int(self.ask(query.order_by(user_task.c.instance_id.desc(), user_task.c.id)))

    def holder(self, task_id: int) -> str:
        """The login of whoever holds a task."""
        return self.logins()[int(self.ask(sa.select(user_task.c.assignee_id).where(user_task.c.id == task_id)))]

    def claim(self, task_id: int, login: str) -> int:
        """Let somebody take a task."""
        with unit_of_work(self.parts.database) as unit:
            actor = actor_of(unit.connection, self.cast[login])
            user_tasks.claim_task(unit, self.parts.runtime, task_id, actor=actor, now=NOW)
        return task_id

    def draft(self, task_id: int, login: str, given: dict[str, Any]) -> None:
        """Let somebody fill a form and not send it yet."""
        person_id = self.cast[login]
        with unit_of_work(self.parts.database) as unit:
            found = drafts.read_draft(unit.connection, task_id, person_id)
            seen = found.version if found else 0
            drafts.save_draft(unit, task_id, person_id, given, seen_version=seen, now=NOW)

    def sent_by(self, login: str) -> int:
        """The last task that somebody completed."""
        query = sa.select(user_task.c.id).where(user_task.c.completed_by == self.cast[login])
        return int(self.ask(query.order_by(user_task.c.id.desc())))

    def message(self, login: str) -> int:
        """The last message to somebody."""
        query = sa.select(Message.id).where(Message.person_id == self.cast[login])
        return int(self.ask(query.order_by(Message.id.desc())))

    def saved_view(self, login: str) -> int:
        """A view of the inbox that somebody keeps."""
        with unit_of_work(self.parts.database) as unit:
            found = unit.session.scalar(sa.select(SavedView.id).where(SavedView.owner_id == self.cast[login]))
            entry = SavedViewEntry("待核验", "mine", "")
            return found or save_view(unit.session, self.cast[login], entry, now=NOW).id

    def invitation(self, login: str) -> str:
        """A fresh invitation's secret; links count by the real clock."""
        with unit_of_work(self.parts.database) as unit:
            link = issue_link(
                unit.session, self.cast[login], LinkPurpose.INVITATION, by=None, now=datetime.now(UTC)
            )  # fmt: skip
            return link.token

    def new_email(self, login: str) -> str:
        """The secret of a link to another address; links count by the real clock."""
        token = secrets.token_urlsafe(32)
        with unit_of_work(self.parts.database) as unit:
            asked_at = datetime.now(UTC)
            unit.session.add(
                EmailChange(
                    person_id=self.cast[login], email="new@quanliu.example", token_hash=secret_hash(token),
                    asked_at=asked_at, expires_at=asked_at + LASTS,
                )
            )  # fmt: skip
        return token


def build_gallery(parts: Context) -> Gallery:
    """Seed the demo as of NOW, lead further cases to the other steps, and set the clock."""
    seed_demo(parts, now=NOW)
    gallery = Gallery(parts)
    gallery.cast = {login: person_id for person_id, login in gallery.logins().items()}
    for (name, steps), firm in zip(STAGES.items(), FIRMS, strict=True):
        walk = _walk(gallery, firm, len(gallery.cases))
        kept = steps(walk)
        gallery.objection = kept if isinstance(kept, str) else gallery.objection
        gallery.cases[name] = walk.case
        _call(gallery, walk.case, firm)
    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, NOW)
    gallery.saved_view("reviewer3")
    _propose(gallery)
    _hold(gallery)
    with unit_of_work(parts.database) as unit:
        fill_books(unit.session, bureau=gallery.cast["bureau1"], finance=gallery.cast["finance1"])
    _file(gallery)
    return gallery


def _file(gallery: Gallery) -> None:
    """The service file of an agency has an entry of each kind."""
    figures: dict[str, dict[str, Any]] = {
        "evaluation": {"satisfaction_hundredths": 425, "done_percent": 60, "is_by_telephone": False},
        "inspection": {"finding": "minor", "cause": "random"},
        "settlement": {"share_percent": 60, "agency_fen": 273_600, "fee_fen": 14_400},
    }
    with unit_of_work(gallery.parts.database) as unit:
        agency = unit.session.scalars(sa.select(Organisation.id).where(Organisation.kind == "agency")).first()
        gallery.filed = agency or 0
        for kind, said in figures.items():
            enter(unit.session, "2026-00001", kind, said, parties=(gallery.filed, gallery.filed), now=NOW)


def _hold(gallery: Gallery) -> None:
    """One share is held, another was."""
    with unit_of_work(gallery.parts.database) as unit:
        employers = sorted({one.employer_id for one in unit.session.scalars(sa.select(Expert))})
        holder = gallery.cast["finance1"]
        for holding in (
            Holding(employers[0], 1_250, NOW.date(), holder_person_id=holder, source="国家企业信用信息公示系统"),
            Holding(employers[1], 10_000, NOW.date(), employers[2], source="国家企业信用信息公示系统"),
        ):
            kept = record_shareholding(unit.session, holding, by=gallery.cast["reviewer1"], now=NOW)
            if kept.holder_person_id:
                by = gallery.cast["supervisor1"]
                end_shareholding(kept, until_on=NOW.date(), by=by, reason="已转让。", now=NOW)


def _propose(gallery: Gallery) -> None:
    """Somebody is proposed for the pool and waits for a second person."""
    with unit_of_work(gallery.parts.database) as unit:
        known = unit.session.get_one(Expert, gallery.cast["expert1"])
        entry = PoolEntry(known.person_id, known.employer_id, frozenset({Category.CREDIT, Category.LEGAL}))
        propose_expert(unit.session, entry, reason="新增法律领域。", by=gallery.cast["supervisor1"], now=NOW)


def _call(gallery: Gallery, case: int, firm: str) -> None:
    """A walk begins every case under one name; here each is its own firm's."""
    with unit_of_work(gallery.parts.database) as unit:
        unit.connection.execute(sa.update(instance).where(instance.c.id == case).values(subject=firm))


def _walk(gallery: Gallery, firm: str, place: int) -> Walk:
    """The demo's people under the names that a walk knows, with an agency of their own."""
    code = with_check_digit(f"91640100MA79{place:05d}")
    with unit_of_work(gallery.parts.database) as unit:
        entry = OrganisationEntry(
            name_zh=firm, credit_code=code, kind=OrganisationKind.AGENCY, responsible_person=f"负责人{place}",
            address=f"银川市第{place}路", phone=f"0951-66{place:05d}",
        )  # fmt: skip
        made = register_organisation(unit.session, entry, now=NOW - timedelta(days=30))
        person = register_person(
            unit.session, PersonEntry(login=f"firm{place}", name="经办人", password=PASSWORD),
            now=NOW - timedelta(days=30), is_cheap=True,
        )  # fmt: skip
        unit.session.flush()
        grant_role(unit.session, person.id, Role.AGENCY, made.id, by=None, now=NOW - timedelta(days=30))
        gallery.cast |= {f"firm{place}": person.id}
        own = {"agency_firm": made.id, "agency": person.id}
    people = gallery.cast | {
        "reviewer_a": gallery.cast["reviewer1"], "reviewer_b": gallery.cast["reviewer2"],
        "supervisor": gallery.cast["supervisor1"], "bureau": gallery.cast["bureau1"],
    }  # fmt: skip
    return Walk(gallery.parts, people | own, now=NOW - timedelta(days=1))


def _asked(walk: Walk) -> None:
    """Corrections are out."""
    walk.submitted(2)
    given = answers.asks(("licence", None), ("item", 2))
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity() | given)
    walk.act("verify_compliance", "reviewer_b", answers.compliance())


def _asked_again(walk: Walk) -> None:
    """A second request for what could be seen the first time waits for a supervisor."""
    _asked(walk)
    walk.act(
        "mend_application",
        "agency",
        answers.application(2) | {"licence": walk.licence, "qualifications": [walk.licence]},
    )
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("staff", None)))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())


def _objected(walk: Walk) -> str:
    """An objection to the notice is being examined; return the secret of its link."""
    walk.announced()
    with unit_of_work(walk.parts.database) as unit:
        notice = unit.session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first()
        assert notice is not None
        entry = ObjectionEntry("周正", "zhou@example.test", "其案例系冒用。")
        _, secret = raise_objection(unit.session, notice.id, entry, now=walk.now)
        confirm_contact(unit.session, secret, now=walk.now)
        message = messages.Message("objection_received", str(notice.id), {})
        messages.correlate_message(unit, walk.parts.runtime, message, now=walk.now)
    return secret


def _refused(walk: Walk) -> None:
    """A refusal waits for the agency to accept it or to ask for a review."""
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    walk.act("verify_compliance", "reviewer_b", answers.compliance())


def _reviewed(walk: Walk) -> None:
    """The agency has asked for a review."""
    _refused(walk)
    walk.act("request_review", "agency", {"grounds": "营业执照登记信息已于上月更新。", "outcome": "ask"})


def _noticed(walk: Walk) -> None:
    """The notice is over and the bureau is to file; told from twelve days ago."""
    walk.now -= timedelta(days=12)
    walk.announced()
    walk.pass_time(days=12)


STAGES: dict[str, Callable[[Walk], object]] = {
    "file_certification": _noticed,
    "mend_application": _asked,
    "allow_corrections": _asked_again,
    "declare_interests": Walk.drawn,
    "revise_scores": Walk.discussed,
    "call_discussion": Walk.divergent,
    "conclude": Walk.scored,
    "examine_objection": _objected,
    "request_review": _refused,
    "examine_review": _reviewed,
}
