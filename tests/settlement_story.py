"""The settlement as its people live it: a small caller that reports the completion, and then the shipped process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.bank_statement import import_statement
from app.domain.calendar import deadline
from app.domain.case_signal import due_signals
from app.domain.certification import ItemEntry, open_application
from app.domain.contract import ContractEntry, Parties, keep_contract
from app.domain.ledger import balance
from app.domain.message import messages_of
from app.domain.organisation import OrganisationKind
from app.domain.payment import open_payments
from app.domain.purse import VoucherCase, expect_deposit, issue, reserve
from app.domain.role_grant import Role
from app.domain.service_item import items_of
from app.domain.settlement import Settlement, settlement_of
from app.domain.voucher import VoucherFacts, issue_voucher
from app.engine import catalogue, instances
from app.engine.instances import Start
from app.engine.messages import Message, correlate_message
from app.engine.operations import operations_of
from app.engine.runtime import Runtime
from handlers import settlement
from tests.books import YEAR, Bank, fill_purse
from tests.case_story import ROOT, Story
from tests.drawing import flows, form, process, task
from tests.people import BEGINNING, organisation, person, settle

NUMBER = "2026-00001"
CONTRACT_FEN, FACE_FEN = 480_000, 240_000
FILE = {"file": "0" * 64, "name": "发票.pdf"}
OWNER = (
    "<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>agency_id</bpmn:formalExpression>"
    "</bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
)
CALLER = process(
    "paying",
    '<bpmn:extensionElements><ql:variable name="case_number"/><ql:variable name="organisation_id"/>'
    '<ql:variable name="agency_id"/><ql:variable name="voucher_number"/></bpmn:extensionElements>'
    '<bpmn:startEvent id="begin"/>'
    + task("report_completion", inner=OWNER)
    + '<bpmn:callActivity id="ask_settlement" calledElement="settlement"/><bpmn:endEvent id="done"/>'
    + flows("begin report_completion", "report_completion ask_settlement", "ask_settlement done"),
    lanes={"agency": "begin report_completion ask_settlement done"},
)
REPORT = form(delivered_on={"type": "string", "format": "date"})


def evaluation(delivery: str = "yes", marks: int = 5, **more: Any) -> dict[str, Any]:
    """What the enterprise says; four equal marks."""
    marked = dict.fromkeys(("result", "speed", "attitude", "price"), marks)
    return {**marked, "delivery": delivery, "remark": "如合同所约定。", **more}


def telephone(**more: Any) -> dict[str, Any]:
    """What the reviewer hears."""
    return {"spoke_with": "马会计", "called_on": "2026-12-01", **evaluation(**more)}


def claim(*amounts_fen: int, number: str = "6400123", issued_on: str = "2026-11-03") -> dict[str, Any]:
    """A claim with so many invoices."""
    receipts = [
        {"number": f"{number}{place}", "issued_on": issued_on, "amount_fen": amount, "file": FILE}
        for place, amount in enumerate(amounts_fen or (CONTRACT_FEN - FACE_FEN,), 1)
    ]
    return {"receipts": receipts, "truthful": True}


def inspection(finding: str = "none") -> dict[str, Any]:
    """What an inspection finds."""
    return {"way": "visit", "inspected_on": "2026-11-05", "finding": finding, "report": "到企业现场核查。"}


@dataclass
class SettlementStory(Story):
    """One voucher, from the report of completion to the money."""

    number: str = NUMBER
    voucher_number: str = ""
    bank: Bank = field(default_factory=lambda: Bank(balance_fen=10_000_000))

    def issue(self, number: str = NUMBER) -> None:
        """A contract of 4,800.00 with a voucher of 2,400.00, and the case that reports the service as done."""
        self.number = number
        with unit_of_work(self.database) as unit:
            self._contract(unit.session, number)
            self.voucher_number = issue_voucher(
                unit.session, self._facts(number), valid_until=date(2026, 12, 31), by=None, now=self.now
            ).number
            self._money(unit.session, number)
            begin = Start(
                "paying", number,
                {"case_number": number, "organisation_id": self.cast["firm"], "agency_id": self.cast["agency_firm"],
                 "voucher_number": self.voucher_number},
                "稻香", self.cast["firm"],
            )  # fmt: skip
            self.case = instances.start_instance(unit, self.runtime, begin, now=self.now)
        self.act("report_completion", "agency", {"delivered_on": "2026-11-03"})
        self.expect("evaluate_service")

    def evaluate(self, *given: Any, **more: Any) -> None:
        """The enterprise evaluates."""
        self.act("evaluate_service", "owner", evaluation(*given, **more))
        self.expect("claim_settlement")

    def to_the_review(self, *given: Any, finding: str = "none", **more: Any) -> None:
        """Evaluated, claimed, and, as the month's first claim, inspected."""
        self.evaluate(*given, **more)
        self.act("claim_settlement", "agency", claim())
        self.expect("inspect_service")
        self.act("inspect_service", "reviewer_a", inspection(finding))
        self.expect("review_claim")

    def pay(self) -> None:
        """The bank pays every order of the case; the case is told as a worker tells it."""
        with unit_of_work(self.database) as unit:
            for order in open_payments(unit.session, self.number):
                self.bank.went_out(order.amount_fen, remark=order.number)
            import_statement(unit.session, self.bank.statement(), now=self.now)
            due = due_signals(unit.session, now=self.now)
        for _id, number, name in due:
            with unit_of_work(self.database) as unit:
                message = Message(name, number, {"case_number": number})
                if name == "payment_confirmed":
                    correlate_message(unit, self.runtime, message, now=self.now)

    def settlement(self) -> Settlement:
        """How it was settled."""
        with reading(self.database) as unit:
            found = settlement_of(unit.session, self.number)
            assert found is not None
            unit.session.expunge(found)
            return found

    def messages(self, login: str) -> list[str]:
        """What somebody was told, in order."""
        with reading(self.database) as unit:
            return [one.template for one in reversed(messages_of(unit.session, self.cast[login]))]

    def balances(self, *accounts: Account) -> list[int]:
        """What the accounts hold, in fen; the year's where they are kept by year."""
        with reading(self.database) as unit:
            return [balance(unit.session, account, YEAR) for account in accounts]

    def _money(self, session: Any, number: str) -> None:
        """The purse promises the face value, and the deposit has come in."""
        fill_purse(session, FACE_FEN, key=f"plan:{number}")
        case = VoucherCase(number, self.cast["firm"], self.cast["agency_firm"], "credit", YEAR, 500_000)
        assert reserve(session, case, FACE_FEN, now=self.now)
        expect_deposit(session, number, CONTRACT_FEN - FACE_FEN, now=self.now)
        self.bank.came_in(CONTRACT_FEN - FACE_FEN, remark=number, name="宁夏稻香米业有限公司")
        import_statement(session, self.bank.statement(), now=self.now)
        issue(session, number, self.voucher_number, CONTRACT_FEN - FACE_FEN, now=self.now)

    def _contract(self, session: Any, number: str) -> None:
        parties = Parties(self.cast["firm"], self.cast["agency_firm"], self.cast["item"])
        signed, ends = date(2026, 11, 1), date(2026, 12, 31)
        keep_contract(
            session,
            number,
            parties,
            ContractEntry(f"LX-{number}", signed, signed, ends, CONTRACT_FEN, f"{number:0>64}"),
        )

    def _facts(self, number: str) -> VoucherFacts:
        cast = self.cast
        return VoucherFacts(number, cast["firm"], cast["agency_firm"], cast["item"], FACE_FEN, CONTRACT_FEN)


def told_settlement(
    database: sa.Engine, *, settled: Mapping[str, int] | None = None, runtime: Runtime | None = None
) -> SettlementStory:
    """A story on a migrated database: the caller and the settlement deployed, everybody settled.

    Args:
        settled: who is there already, on a running site.
        runtime: the site's own; None: one that knows the settlement's operations.
    """
    runtime = runtime or Runtime(operations_of({"settlement": settlement}), deadline)
    with unit_of_work(database) as unit:
        cast = dict(settled) if settled else settle(unit.session, experts=0)
        firm = organisation(unit.session, 40, OrganisationKind.ENTERPRISE, "宁夏稻香米业有限公司")
        cast |= {"firm": firm.id, "owner": person(unit.session, "owner", "米成川", Role.ENTERPRISE, firm.id).id}
        cast["second_supervisor"] = person(
            unit.session, "second_supervisor", "岳清和", Role.SUPERVISOR, cast["operator"]
        ).id
        cast["item"] = _item(unit.session, cast)
        catalogue.store_bundle(unit.connection, _files(), reason="test", now=BEGINNING, deployed_by=None)
    return SettlementStory(database, cast, runtime, now=BEGINNING + timedelta(days=1))


def _files() -> dict[str, bytes]:
    """The shipped settlement and its caller."""
    shipped = [*ROOT.glob("processes/settlement/*"), *ROOT.glob("forms/settlement/*")]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in shipped} | {
        "processes/paying/paying.bpmn": CALLER,
        "forms/paying/report_completion.json": REPORT,
    }


def _item(session: Any, cast: dict[str, int]) -> int:
    """A service item that the agency offers."""
    entry = ItemEntry("企业信用管理咨询", "credit", "建立信用档案。", 480_000, "交付报告一份。")
    application = open_application(
        session, cast["agency_firm"], case_number="2026-09999", categories=("credit",), items=[entry],
        submitted_by=cast["agency"], now=BEGINNING,
    )  # fmt: skip
    return items_of(session, application.id)[0].id
