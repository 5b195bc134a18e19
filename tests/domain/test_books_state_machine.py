"""Random verbs on random cases, valid and invalid, on both databases: after each step the five invariants hold.

What is refused leaves nothing behind; what is repeated changes nothing. `make soak` takes a hundred thousand steps.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.db import rehearsing
from app.domain.bank_line import BankLine
from app.domain.bank_statement import import_statement
from app.domain.book_check import check_books
from app.domain.book_errors import BooksError
from app.domain.commitment import Commitment, CommitmentState
from app.domain.deposit import match_deposit_by_hand, return_line
from app.domain.fund_plan import FundPlan, PlanEntry, allocate, confirm_plan, undo_confirmation
from app.domain.interest import post_interest
from app.domain.ledger import AccountBalance, LedgerEntry
from app.domain.payment import PaymentOrder
from app.domain.payment_batch import make_batch
from app.domain.payment_match import confirm_payment
from app.domain.purse import (
    DepositGoes,
    Payable,
    expect_deposit,
    give_back,
    issue,
    lower_reserve,
    release,
    reserve,
    settle,
)
from app.domain.reconciliation import reconcile_day
from tests.books import NOON, YEAR, Bank, firms, voucher_case
from tests.people import person

STEPS = int(os.environ.get("BOOK_STEPS", "1200"))
"""On each database."""
PER_RUN = 60
CASES, FIRMS = 6, 2
CATEGORIES = ("credit", "legal")
FIRST_DAY = date(2026, 11, 3)

cases = st.integers(1, CASES)
amounts = st.sampled_from([0, 1, 99_999, 100_000, 240_000, 300_000, 500_001])
near = st.sampled_from([0, 0, 0, 0, -1, 1])
"""Mostly to the fen, at times one off."""
places = st.integers(0, 7)
percents = st.sampled_from([100, 100, 80, 33, 0, 101, -1])


class Books(RuleBasedStateMachine):
    """A purse, five cases of two enterprises, and a bank; one transaction, of which nothing is kept."""

    database: ClassVar[sa.Engine]
    steps: ClassVar[int] = 0
    done: ClassVar[set[str]] = set()

    @initialize()
    def settle_down(self) -> None:
        self.stack = ExitStack()
        self.unit = self.stack.enter_context(rehearsing(self.database))
        self.session = self.unit.session
        self.agency, self.enterprises = firms(self.session, enterprises=FIRMS)
        self.finance, self.bureau = (person(self.session, one, "丁若川").id for one in ("finance", "bureau"))
        self.bank, self.day, self.last = Bank(), FIRST_DAY, None
        self.fund(1_000_000, 0, 0)

    @rule(amount_fen=amounts, share=st.integers(0, 2), off=near)
    def fund(self, amount_fen: int, share: int, off: int) -> None:
        shares = {CATEGORIES[0]: amount_fen // share} if share else {}

        def verb() -> None:
            plan = allocate(self.session, PlanEntry(YEAR, amount_fen, "", shares), now=NOON, actor_id=self.bureau)
            serial = self.bank.came_in(max(1, amount_fen + off), on=self.day.isoformat())
            self.take()
            line = self.session.scalars(sa.select(BankLine.id).where(BankLine.serial_number == serial)).one()
            confirm_plan(self.session, plan.id, line, now=NOON, actor_id=self.finance)

        self.act("fund", verb)

    @rule(
        number=cases, firm=st.integers(0, FIRMS - 1), amount_fen=amounts, limit_fen=st.sampled_from([500_000, 300_000])
    )
    def reserve(self, number: int, firm: int, amount_fen: int, limit_fen: int) -> None:
        category = CATEGORIES[number % 2]
        case = voucher_case(number, self.agency, self.enterprises[firm], category=category, limit_fen=limit_fen)
        self.act("reserve", lambda: reserve(self.session, case, amount_fen, now=NOON))

    @rule(number=cases, firm=st.integers(0, FIRMS - 1), stage=st.integers(2, 4))
    def walk(self, number: int, firm: int, stage: int) -> None:
        """What a case does when nothing goes wrong, so that the late verbs find something to work on."""
        steps: list[Callable[[], None]] = [
            lambda: self.reserve(number, firm, 100_000, 500_000),
            lambda: self.expect(number, 250_000),
            lambda: self.pay_in(number, 0, says=True),
            lambda: self.issue(number, 0),
        ]
        for step in steps[:stage]:
            step()

    @rule(number=cases, to_fen=amounts)
    def lower(self, number: int, to_fen: int) -> None:
        self.act("lower", lambda: lower_reserve(self.session, name(number), to_fen, now=NOON))

    @rule(number=cases, deposit_fen=st.sampled_from([0, 250_000, 250_000, 250_001]))
    def expect(self, number: int, deposit_fen: int) -> None:
        self.act("expect", lambda: expect_deposit(self.session, name(number), deposit_fen, now=NOON))

    @rule(number=cases, off=near, says=st.booleans())
    def pay_in(self, number: int, off: int, says: bool) -> None:
        remark, payer = (name(number), "") if says else ("", f"宁夏第{number % FIRMS}企业")

        def verb() -> None:
            self.bank.came_in(250_000 + off, remark=remark, name=payer, account="64", on=self.day.isoformat())
            self.take()

        self.act("pay_in", verb, repeats=False)

    @rule()
    def import_everything_again(self) -> None:
        before = self.seen()
        import_statement(self.session, self.bank.statement(whole=True), now=NOON, actor_id=self.finance)
        assert self.seen() == before

    @rule(place=places, number=cases)
    def match_by_hand(self, place: int, number: int) -> None:
        self.act("match_by_hand", lambda: match_deposit_by_hand(
            self.session, self.pick(BankLine, place), name(number), now=NOON, actor_id=self.finance
        ))  # fmt: skip

    @rule(place=places)
    def send_back(self, place: int) -> None:
        self.act("send_back", lambda: return_line(
            self.session, self.pick(BankLine, place), "退回", now=NOON, actor_id=self.finance
        ))  # fmt: skip

    @rule(place=places, year=st.sampled_from([YEAR, YEAR + 1]))
    def interest(self, place: int, year: int) -> None:
        line = self.pick(BankLine, place)
        self.act("interest", lambda: post_interest(self.session, line, year, now=NOON, actor_id=self.finance))

    @rule(number=cases, off=near)
    def issue(self, number: int, off: int) -> None:
        self.act("issue", lambda: issue(self.session, name(number), f"NXQ-{number}", 250_000 + off, now=NOON))

    @rule(number=cases, deposit=st.sampled_from(DepositGoes))
    def release(self, number: int, deposit: DepositGoes) -> None:
        self.act("release", lambda: release(self.session, name(number), "withdrawn", now=NOON, deposit=deposit))

    @rule(
        number=cases, why=st.sampled_from(CommitmentState), deposit=st.sampled_from(DepositGoes), counts=st.booleans()
    )
    def give_back(self, number: int, why: CommitmentState, deposit: DepositGoes, counts: bool) -> None:
        self.act("give_back", lambda: give_back(
            self.session, name(number), why, now=NOON, deposit=deposit, still_counts=counts
        ))  # fmt: skip

    @rule(number=cases, voucher=percents, deposit=percents, fee_fen=st.sampled_from([0, 14_700, 999_999]))
    def settle(self, number: int, voucher: int, deposit: int, fee_fen: int) -> None:
        one = self.session.get(Commitment, name(number))
        face_fen, deposit_fen = (one.amount_fen, one.deposit_fen) if one else (1, 1)
        payable = Payable(face_fen * voucher // 100, deposit_fen * deposit // 100, fee_fen)
        self.act("settle", lambda: settle(self.session, name(number), payable, now=NOON))

    @rule(place=places)
    def batch(self, place: int) -> None:
        order = self.pick(PaymentOrder, place)
        self.act("batch", lambda: make_batch(self.session, [order], now=NOON, actor_id=self.finance))

    @rule(place=places, off=near, says=st.booleans())
    def pay_out(self, place: int, off: int, says: bool) -> None:
        order = self.session.get(PaymentOrder, self.pick(PaymentOrder, place))
        if order is None or order.amount_fen + off < 1:
            return
        paid = {"remark": order.number} if says else {"account": order.payee_account}

        def verb() -> None:
            self.bank.went_out(order.amount_fen + off, on=self.day.isoformat(), **paid)
            self.take()

        self.act("pay_out", verb, repeats=False)

    @rule(place=places, line=places)
    def confirm_by_hand(self, place: int, line: int) -> None:
        order, found = self.pick(PaymentOrder, place), self.pick(BankLine, line)
        self.act("confirm", lambda: confirm_payment(self.session, order, found, now=NOON, actor_id=self.finance))

    @rule(place=places)
    def undo_plan(self, place: int) -> None:
        plan = self.pick(FundPlan, place)
        self.act("undo_plan", lambda: undo_confirmation(self.session, plan, "误选", now=NOON, actor_id=self.finance))

    @rule()
    def close_day(self) -> None:
        then = NOON + timedelta(days=400)

        def verb() -> None:
            reconcile_day(self.session, self.day, now=then, actor_id=self.finance)
            self.day += timedelta(days=1)

        self.act("close_day", verb, repeats=False)

    @rule()
    def come_late(self) -> None:
        """A line of a day that is closed."""
        if self.day == FIRST_DAY:
            return
        yesterday = self.day - timedelta(days=1)

        def verb() -> None:
            self.bank.came_in(1, on=yesterday.isoformat())
            self.take()

        self.act("come_late", verb, repeats=False)

    @rule()
    def do_the_last_again(self) -> None:
        """Whatever was done last, once more: refused, or without effect."""
        if self.last is not None:
            before = self.seen()
            try:
                with self.unit.savepoint():
                    self.last()
            except BooksError:
                pass
            assert self.seen() == before

    @invariant()
    def the_books_hold(self) -> None:
        type(self).steps += 1
        found = check_books(self.session)
        assert [one for one in found if not one.holds] == []

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def act(self, what: str, verb: Callable[[], object], *, repeats: bool = True) -> None:
        """Do it; if the books refuse, all is as before."""
        before, bank, day = self.seen(), copy.deepcopy(self.bank), self.day
        try:
            with self.unit.savepoint():
                verb()
        except BooksError:
            self.bank, self.day = bank, day
            assert self.seen() == before
            return
        type(self).done.add(what)
        self.last = verb if repeats and what != "fund" else None

    def take(self) -> None:
        import_statement(self.session, self.bank.statement(), now=NOON, actor_id=self.finance)

    def pick(self, table: Any, place: int) -> int:
        """The id of one of the last rows; 0 where there is none."""
        ids = self.session.scalars(sa.select(table.id).order_by(table.id.desc()).limit(8)).all()
        return ids[place % len(ids)] if ids else 0

    def seen(self) -> list[Any]:
        """All that a refusal must leave as it was."""
        return [
            [tuple(row) for row in self.session.execute(query)]
            for query in (
                sa.select(AccountBalance.account, AccountBalance.policy_year, AccountBalance.balance_fen).order_by(
                    AccountBalance.account, AccountBalance.policy_year
                ),
                sa.select(sa.func.count()).select_from(LedgerEntry),
                sa.select(Commitment.case_number, Commitment.state, Commitment.amount_fen, Commitment.deposit_held_fen)
                .order_by(Commitment.case_number),
                sa.select(BankLine.id, BankLine.state).order_by(BankLine.id),
                sa.select(PaymentOrder.id, PaymentOrder.state).order_by(PaymentOrder.id),
            )
        ]  # fmt: skip


def name(number: int) -> str:
    return f"2026-{number:05d}"


def test_the_books_hold_whatever_is_tried(database: sa.Engine) -> None:
    machine = type("Books", (Books,), {"database": database, "steps": 0, "done": set()})
    is_soaking = "BOOK_STEPS" in os.environ
    config = settings(
        max_examples=STEPS // PER_RUN, stateful_step_count=PER_RUN, deadline=None, database=None,
        derandomize=not is_soaking, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if is_soaking else [Phase.generate],
    )  # fmt: skip

    run_state_machine_as_test(machine, settings=config)

    assert machine.steps >= STEPS * 0.8
    assert machine.done >= {"fund", "reserve", "expect", "pay_in", "issue", "settle", "release", "pay_out", "close_day"}
