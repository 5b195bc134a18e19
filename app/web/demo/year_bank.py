"""The bank of the demo's year: plans arrive, deposits come in right, wrong, late or not at all, payments go out.

Each working day the bank sends its statement as a file and finance takes it in, as they would by hand.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa

from app.domain import voucher_queue
from app.domain.bank_statement import bank_balance_fen, import_statement
from app.domain.calendar import local_day
from app.domain.commitment import Commitment, CommitmentState
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.organisation import Organisation
from app.domain.payment import PaymentOrder, PaymentState
from app.domain.payment_batch import make_batch
from app.domain.reconciliation import reconcile_day
from app.web.demo.desks import Desks

HEADINGS = ("流水号", "日期", "支出", "收入", "余额", "对方户名", "对方账号", "摘要")
WRONG_SHARE, NEVER_SHARE = 0.03, 0.03
"""How many deposits first come with a wrong amount, and how many never come."""
BATCH_WEEKDAYS = frozenset({1, 3})
"""Tuesdays and Thursdays finance sends the bank a file of payments; the bank pays on the next day."""
SECOND_PLAN_FROM = (9, 1)
"""Month and day from which on the second plan arrives."""


@dataclass
class YearBank:
    """The special account and the people who pay into it."""

    desks: Desks
    policy_year: int
    first_plan_fen: int
    second_plan_fen: int
    _lines: int = 0
    _pays_on: dict[str, date | None] = field(default_factory=dict)
    """When each case's deposit comes; None: never."""
    _erred: set[str] = field(default_factory=set)
    """Cases that have paid a wrong amount once."""
    _plans: int = 0

    def day(self, today: date) -> None:
        """Money that arrives, the statement, the messages that follow from it, the day's close, and the next file."""
        self._fund(today)
        rows = [*self._paid_out(), *self._paid_in(today)]
        if rows:
            self._take_in(today, rows)
            reconcile_day(self.desks.unit.session, today, now=self.desks.now, actor_id=self._finance)
        if today.weekday() in BATCH_WEEKDAYS:
            self._send_file()

    @property
    def _finance(self) -> int:
        return self.desks.office["finance"][0]

    def _fund(self, today: date) -> None:
        """The bureau allocates, the bank shows it, finance confirms; whoever waits is promoted."""
        amount_fen = (self.first_plan_fen, self.second_plan_fen)[self._plans] if self._plans < 2 else 0
        if (
            not amount_fen
            or today.year < self.policy_year
            or (self._plans == 1 and (today.month, today.day) < SECOND_PLAN_FROM)
        ):
            return
        self._plans += 1
        session, now = self.desks.unit.session, self.desks.now
        entry = PlanEntry(today.year, amount_fen, f"{today.year} 年度第 {self._plans} 批专项资金")
        bureau_id = self.desks.office["bureau"][0]
        fund_year(
            session, entry, serial_number=self._serial(today), bureau_id=bureau_id, finance_id=self._finance, now=now
        )
        voucher_queue.promote(session, today.year, now=now, cause="A3.2")

    def _paid_in(self, today: date) -> Iterator[tuple[int, str, str, str]]:
        """Amount, payer, account and remark of the deposits that come today."""
        query = (
            sa.select(Commitment, Organisation)
            .join(Organisation, Organisation.id == Commitment.enterprise_id)
            .where(
                Commitment.state == CommitmentState.RESERVED, Commitment.deposit_fen > 0,
                Commitment.deposit_held_fen == 0,
            )
            .order_by(Commitment.case_number)
        )  # fmt: skip
        for one, payer in self.desks.unit.session.execute(query).all():
            if payer.id in self.desks.contacts and self._comes(one.case_number, today):
                amount_fen = self._amount(one)
                yield amount_fen, payer.name_zh, payer.bank_account, f"保证金 {one.case_number}"

    def _comes(self, case_number: str, today: date) -> bool:
        if case_number not in self._pays_on:
            chance = self.desks.chance("deposit", case_number)
            never = chance.random() < NEVER_SHARE
            self._pays_on[case_number] = None if never else today + timedelta(days=chance.randint(1, 9))
        planned = self._pays_on[case_number]
        return planned is not None and planned <= today

    def _amount(self, one: Commitment) -> int:
        """The deposit; some first pay a hundred yuan too much, are sent it back and pay anew."""
        is_wrong = self.desks.chance("amount", one.case_number).random() < WRONG_SHARE
        if not is_wrong or one.case_number in self._erred:
            return one.deposit_fen
        self._erred.add(one.case_number)
        self._pays_on[one.case_number] = local_day(self.desks.now) + timedelta(days=2)
        return one.deposit_fen + 10_000

    def _paid_out(self) -> Iterator[tuple[int, str, str, str]]:
        """What the bank has paid of the files that it was given."""
        query = sa.select(PaymentOrder).where(PaymentOrder.state == PaymentState.SENT).order_by(PaymentOrder.id)
        for order in self.desks.unit.session.scalars(query).all():
            yield -order.amount_fen, order.payee_name, order.payee_account, f"付款 {order.number}"

    def _send_file(self) -> None:
        query = sa.select(PaymentOrder.id).where(
            PaymentOrder.state == PaymentState.ORDERED, PaymentOrder.payee_account != ""
        )
        session = self.desks.unit.session
        if orders := session.scalars(query.order_by(PaymentOrder.id)).all():
            make_batch(session, orders, now=self.desks.now, actor_id=self._finance)

    def _take_in(self, today: date, rows: list[tuple[int, str, str, str]]) -> None:
        """Finance takes the file in; the cases hear of their money from a worker."""
        import_statement(
            self.desks.unit.session, self._statement(today, rows), now=self.desks.now, actor_id=self._finance
        )

    def _statement(self, today: date, rows: list[tuple[int, str, str, str]]) -> bytes:
        """The file that the bank sends, in its own columns."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADINGS)
        balance_fen = bank_balance_fen(self.desks.unit.session)
        for amount_fen, name, account, remark in rows:
            balance_fen += amount_fen
            paid = f"{abs(amount_fen) / 100:.2f}"
            out, into = (paid, "") if amount_fen < 0 else ("", paid)
            writer.writerow(
                (self._serial(today), today.isoformat(), out, into, f"{balance_fen / 100:.2f}", name, account, remark)
            )
        return text.getvalue().encode()

    def _serial(self, today: date) -> str:
        self._lines += 1
        return f"{today:%Y%m%d}{self._lines:06d}"
