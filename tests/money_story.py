"""A year's money as it really goes: plans, statements of the bank, vouchers, payments; what the pages of purse and books show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.bank_line import BankLine
from app.domain.bank_statement import Imported, bank_balance_fen, import_statement
from app.domain.book_check_result import check_and_keep
from app.domain.commitment import CommitmentState
from app.domain.fund_plan import PlanEntry, allocate, confirm_plan
from app.domain.interest import post_interest
from app.domain.payment import PaymentOrder
from app.domain.payment_batch import make_batch
from app.domain.purse import Payable, VoucherCase, expect_deposit, give_back, issue, reserve, settle
from app.domain.reconciliation import reconcile_day
from tests.books import LIMIT_FEN, YEAR, Bank, firms

CATEGORIES = ("credit", "legal", "management")
FACES_FEN = (240_000, 180_000, 300_000, 96_550, 212_340, 120_000)
BEGINNING = datetime(YEAR, 1, 2, 3, tzinfo=UTC)
END = datetime(YEAR, 11, 23, 3, tzinfo=UTC)
PLAN_FEN, INTEREST_FEN = 15_000_000, 48_136

Event = tuple[datetime, Callable[[], None]]


@dataclass
class MoneyStory:
    """The operator's finance, the bureau, and the bank."""

    session: Session
    bureau: int
    finance: int
    bank: Bank = field(default_factory=Bank)

    def came_in(self, fen: int, at: datetime, *, remark: str = "", name: str = "", account: str = "") -> BankLine:
        """A line of the bank, imported at once."""
        return self._line(self.bank.came_in(fen, remark=remark, name=name, account=account, on=_day(at)), at)

    def went_out(self, fen: int, at: datetime, *, remark: str = "", name: str = "") -> BankLine:
        """The same for money that leaves."""
        return self._line(self.bank.went_out(fen, remark=remark, name=name, on=_day(at)), at)

    def take(self, at: datetime) -> Imported:
        """Import what the bank has booked since."""
        return import_statement(self.session, self.bank.statement(), now=at, actor_id=self.finance)

    def plan(self, fen: int, at: datetime, *, is_confirmed: bool = True) -> None:
        """The bureau allocates; the money comes in; finance confirms, or has not yet."""
        plan = allocate(self.session, PlanEntry(YEAR, fen, "年度预算"), now=at, actor_id=self.bureau)
        line = self.came_in(fen, at, remark=plan.number, name="宁夏财政专户", account="6400000000000001")
        if is_confirmed:
            confirm_plan(self.session, plan.id, line.id, now=at, actor_id=self.finance)

    def _line(self, serial: str, at: datetime) -> BankLine:
        self.take(at)
        return self.session.scalars(sa.select(BankLine).where(BankLine.serial_number == serial)).one()


def fill_books(session: Session, *, bureau: int, finance: int, months: int = 11) -> MoneyStory:
    """A purse of 150,000.00 and interest; three cases a month, of which every third goes another way; open ends in November."""
    story = MoneyStory(session, bureau, finance, Bank(bank_balance_fen(session)))
    agency, enterprises = firms(session, enterprises=months * 3)
    story.plan(PLAN_FEN, BEGINNING)
    events: list[Event] = [(BEGINNING + timedelta(days=80), lambda: _interest(story))]
    for number, enterprise in enumerate(enterprises, 1):
        begins = datetime(YEAR, (number - 1) // 3 + 1, 3 + number % 3 * 4, 3, tzinfo=UTC)
        case = VoucherCase(f"{YEAR}-9{number:04d}", enterprise, agency, CATEGORIES[number % 3], YEAR, LIMIT_FEN)
        events += _life(story, case, number, begins)
    for _, happen in sorted((one for one in events if one[0] <= END), key=lambda one: one[0]):
        happen()
    _open_ends(story)
    return story


def _life(story: MoneyStory, case: VoucherCase, number: int, begins: datetime) -> list[Event]:
    """One case: reserved, deposit, issued; settled after four weeks, or expired."""
    face_fen = FACES_FEN[number % len(FACES_FEN)]
    deposit_fen, session = face_fen + 10_000, story.session

    def ask(at: datetime) -> None:
        reserve(session, case, face_fen, now=at)
        expect_deposit(session, case.case_number, deposit_fen, now=at)

    def pay_deposit(at: datetime) -> None:
        story.came_in(
            deposit_fen,
            at,
            remark=f"保证金 {case.case_number}",
            name=f"宁夏第{number - 1}企业",
            account="6217000000000001",
        )
        issue(session, case.case_number, f"Q{YEAR}-{number:05d}", deposit_fen, now=at)

    def end(at: datetime) -> None:
        if number % 7 == 0:
            give_back(session, case.case_number, CommitmentState.EXPIRED, now=at)
        else:
            fee_fen = (face_fen + deposit_fen) * 3 // 100
            settle(session, case.case_number, Payable(face_fen, deposit_fen, fee_fen), now=at)

    later = [begins + timedelta(days=days, hours=number % 5) for days in (0, 3, 28)]
    steps = (ask, pay_deposit, end) if number % 11 else (ask,)
    return [(at, lambda step=step, at=at: step(at)) for step, at in zip(steps, later, strict=False)]  # type: ignore[misc]


def _interest(story: MoneyStory) -> None:
    at = BEGINNING + timedelta(days=80)
    line = story.came_in(INTEREST_FEN, at, remark="结息", name="专户开户行")
    post_interest(story.session, line.id, YEAR, now=at, actor_id=story.finance)


def _open_ends(story: MoneyStory) -> None:
    """What lies on the desk: payments at the bank and to be sent, money that nothing expects, a plan to confirm."""
    session = story.session
    orders = session.scalars(sa.select(PaymentOrder).order_by(PaymentOrder.id)).all()
    done = orders[: len(orders) - 6]
    make_batch(session, [one.id for one in done], now=END, actor_id=story.finance)
    for order in done[:-2]:
        story.went_out(order.amount_fen, END, remark=order.number, name=order.payee_name)
    reconcile_day(session, date(YEAR, 11, 20), now=END, actor_id=story.finance)
    story.went_out(done[-1].amount_fen, END, remark="手工付款", name="未知")
    story.plan(5_000_000, END, is_confirmed=False)
    story.came_in(123_456, END, remark="货款", name="宁夏无名商贸有限公司", account="6217000000009999")
    story.came_in(1_000, END, remark=f"保证金 {YEAR}-90033", name="宁夏第32企业", account="6217000000000033")
    check_and_keep(session, now=END)


def _day(at: datetime) -> str:
    return at.date().isoformat()
