"""The language of stories about vouchers: a certified agency with items, enterprises, a purse, and cases that go their way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.agency import Agency
from app.domain.calendar import deadline
from app.domain.certificate import give_certificate
from app.domain.certification import CertificationApplication
from app.domain.commitment import commitment_to_change
from app.domain.expert import Category
from app.domain.ledger import EntryKind, Line, Posting, balance, post
from app.domain.person import Person
from app.domain.queue_entry import QueueEntry, entry_of
from app.domain.role_grant import Role, roles_held
from app.domain.service_item import ServiceItem
from app.domain.voucher_application import VoucherApplication, application_for
from app.engine import catalogue, history, instances, user_tasks
from app.engine.actor import Actor, Grant
from app.engine.deployment import shipped_bundles
from app.engine.instances import Start
from app.engine.messages import Message, correlate_message
from app.engine.operations import operations_of
from app.engine.runtime import Runtime
from app.engine.service_jobs import run_due_jobs
from app.engine.tables import user_task
from app.engine.timers import fire_due_timers
from app.engine.user_tasks import Completion
from app.factory import handler_modules
from app.web.promotions import tell_promoted
from tests.enterprises import enterprise
from tests.people import BEGINNING, person, settle

ROOT = Path(__file__).resolve().parents[1]
ITEM_PRICE_FEN = 600_000
YEAR = 2026


def offer(
    session: Session, agency_id: int, person_id: int, categories: tuple[Category, ...] = (Category.CREDIT,)
) -> list[int]:
    """An agency certified with one item of each category at 6,000.00 yuan; the items' ids."""
    application = CertificationApplication(
        case_number=f"2025-{agency_id:05d}", organisation_id=agency_id, categories=[str(one) for one in categories],
        submitted_at=BEGINNING - timedelta(days=90), submitted_by=person_id, status="certified", reason="", article="",
    )  # fmt: skip
    session.add(application)
    session.flush()
    items = [
        ServiceItem(
            application_id=application.id, organisation_id=agency_id, place=place, name=f"企业管理咨询{place}",
            category=str(one), content="建立制度。", price_fen=ITEM_PRICE_FEN, delivery_standard="制度一套。", status="listed",
        )
        for place, one in enumerate(categories, 1)
    ]  # fmt: skip
    session.add_all(items)
    given = give_certificate(session, agency_id, application.id, years=2, now=BEGINNING - timedelta(days=60))
    session.add(
        Agency(
            organisation_id=agency_id, application_id=application.id, certificate_number=given.number,
            certified_on=given.certified_on, valid_until=given.valid_until, status="certified",
        )
    )  # fmt: skip
    session.flush()
    return [item.id for item in items]


def application(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A complete application: contract of 5,000.00, 2,400.00 applied for."""
    return {
        "contract_number": f"HT-2026-{number:03d}", "signed_on": "2026-10-28", "starts_on": "2026-11-09",
        "ends_on": "2026-12-11", "contract_fen": 500_000, "contract_file": {"file": f"{number:064x}", "name": "合同.pdf"},
        "purpose": "建立应收账款管理制度，减少坏账。", "requested_fen": 240_000, "without_litigation": True, "truthful": True,
    } | changed  # fmt: skip


def review(outcome: str = "passed", **changed: Any) -> dict[str, Any]:
    """A first review that finds everything in order."""
    given: dict[str, Any] = {
        "facts_hold": "holds", "contract_holds": "holds", "category_holds": "holds", "eligibility": "confirmed",
        "remarks": "合同原件已核对，金额、日期相符。", "outcome": outcome,
    }  # fmt: skip
    if outcome == "passed":
        given["granted_fen"] = 240_000
    if outcome == "corrections":
        given["corrections"] = [{"field": "purpose", "reason": "请写明要解决的问题。"}]
    return given | changed


@dataclass
class VoucherStory:
    """Several cases on one database; the last that was begun is the one that is acted in unless another is named."""

    database: sa.Engine
    cast: dict[str, int]
    runtime: Runtime
    items: dict[str, int]
    now: Any = BEGINNING
    case: int = 0
    cases: dict[str, int] = field(default_factory=dict)
    number: str = ""

    def fill_purse(self, amount_fen: int, key: str = "plan:1") -> None:
        """Money arrives in the year's purse."""
        with unit_of_work(self.database) as unit:
            lines = [Line(Account.CASH, Account.FUND_AVAILABLE, amount_fen)]
            post(unit.session, Posting(EntryKind.PLAN_CONFIRMED, lines, YEAR, "A3.2", key), now=self.now)

    def available_fen(self) -> int:
        """What the purse can still promise."""
        with reading(self.database) as unit:
            return balance(unit.session, Account.FUND_AVAILABLE, YEAR)

    def begin(self, login: str = "enterprise", *, item: str = "credit") -> str:
        """An enterprise begins a case about an item; its number."""
        firm = self.cast[f"{login}_firm"]
        self.number = f"2026-{len(self.cases) + 1:05d}"
        with unit_of_work(self.database) as unit:
            begin = Start(
                "voucher_application", self.number, {"organisation_id": firm, "item_id": self.items[item]}, login, firm
            )
            self.case = instances.start_instance(unit, self.runtime, begin, now=self.now, actor=self.actor(login))
        self.cases[self.number] = self.case
        return self.number

    def submit(self, login: str = "enterprise", *, item: str = "credit", **changed: Any) -> str:
        """An enterprise hands an application in."""
        number = self.begin(login, item=item)
        self.act("submit_application", login, application(len(self.cases), **changed))
        return number

    def apply(self, login: str = "enterprise", *, item: str = "credit", **changed: Any) -> str:
        """An application whose contract the agency has confirmed."""
        number = self.submit(login, item=item, **changed)
        self.act("confirm_contract", "agency", {"outcome": "confirmed"})
        return number

    def pass_review(self, **changed: Any) -> None:
        """The reviewer passes it."""
        self.act("first_review", "reviewer_a", review(**changed))

    def pay_deposit(self, number: str = "") -> None:
        """The deposit is in: the books hold it, and the case is told, as the finance desk does it."""
        number = number or self.number
        with unit_of_work(self.database) as unit:
            one = commitment_to_change(unit.session, number)
            lines = [Line(Account.CASH, Account.DEPOSIT_HELD, one.deposit_fen)]
            post(
                unit.session,
                Posting(EntryKind.DEPOSIT_MATCHED, lines, YEAR, "A9.3", f"deposit:{number}", number),
                now=self.now,
            )
            one.deposit_held_fen = one.deposit_fen
            unit.flush()
            correlate_message(unit, self.runtime, Message("deposit_confirmed", number, {}), now=self.now)

    def issued(self, login: str = "enterprise", **changed: Any) -> str:
        """An application that has become a voucher."""
        number = self.apply(login, **changed)
        self.pass_review()
        self.pay_deposit()
        return number

    def choose(self, number: str) -> None:
        """Act in another case from now on."""
        self.number, self.case = number, self.cases[number]

    def record(self) -> VoucherApplication:
        """The application as it stands."""
        with reading(self.database) as unit:
            found = application_for(unit.session, self.number)
            assert found is not None
            return found

    def place(self, number: str = "") -> QueueEntry:
        """Its place in the queue."""
        with reading(self.database) as unit:
            found = entry_of(unit.session, number or self.number)
            assert found is not None
            return found

    def actor(self, login: str) -> Actor:
        """A person of the cast with the roles held now."""
        with reading(self.database) as unit:
            held = roles_held(unit.connection, self.cast[login])
        return Actor(self.cast[login], frozenset(Grant(role, where) for role, where in held))

    def tasks(self) -> list[Any]:
        """The open tasks of the case."""
        query = sa.select(user_task).where(user_task.c.instance_id == self.case, user_task.c.status == "open")
        with reading(self.database) as unit:
            return list(unit.connection.execute(query.order_by(user_task.c.id)).all())

    def expect(self, *elements: str) -> None:
        """These tasks, and no others, are to do now."""
        assert sorted(task.element_id for task in self.tasks()) == sorted(elements)

    def act(self, element: str, login: str, given: dict[str, Any]) -> None:
        """A person of the cast completes a task."""
        task = next(task for task in self.tasks() if task.element_id == element)
        with unit_of_work(self.database) as unit:
            user_tasks.complete_task(
                unit, self.runtime, task.id, Completion(given), actor=self.actor(login), now=self.now
            )

    def pass_time(self, **span: float) -> None:
        """Move the clock; the worker does what falls due."""
        self.now += timedelta(**span)
        self.work()

    def work(self) -> None:
        """What a worker does until nothing is left."""
        while (
            fire_due_timers(self.database, self.runtime, now=self.now)
            + run_due_jobs(self.database, self.runtime, now=self.now)
            + tell_promoted(self.database, self.runtime, now=self.now)
        ):
            pass

    def status(self) -> str:
        """How the case stands; its chain of history must hold whenever one asks."""
        with reading(self.database) as unit:
            history.verify(unit.connection, self.case)
            return str(instances.read_instance(unit.connection, self.case)["status"])


def vouchers_on(database: sa.Engine, *, purse_fen: int = 10_000_000, enterprises: int = 1) -> VoucherStory:
    """A story on a migrated database: everybody settled, an agency certified, enterprises declared, the purse filled."""
    runtime = Runtime(operations_of(handler_modules()), deadline)
    items: dict[str, int] = {}
    with unit_of_work(database) as unit:
        cast = settle(unit.session)
        kinds = (Category.CREDIT, Category.LEGAL, Category.OTHER)
        items = dict(zip(map(str, kinds), offer(unit.session, cast["agency_firm"], cast["agency"], kinds), strict=True))
        for place in range(enterprises):
            login = "enterprise" if place == 0 else f"enterprise_{place + 1}"
            firm = enterprise(unit.session, 500 + place, login)
            cast |= {f"{login}_firm": firm.id, login: _member(unit.session, login)}
        cast["second_supervisor"] = person(
            unit.session, "second_supervisor", "岳清和", Role.SUPERVISOR, cast["operator"]
        ).id
        for files in shipped_bundles(ROOT):
            catalogue.store_bundle(unit.connection, files, reason="test", now=BEGINNING, deployed_by=None)
    story = VoucherStory(database, cast, runtime, items)
    if purse_fen:
        story.fill_purse(purse_fen)
    return story


def _member(session: Session, login: str) -> int:

    return int(session.scalars(sa.select(Person.id).where(Person.login == login)).one())
