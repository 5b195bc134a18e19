"""Bank lines, deposits, plans, payments, reconciliation and the check, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.domain.account import Account
from app.domain.bank_csv import StatementLine, read_statement
from app.domain.bank_errors import (
    AmountDiffersError,
    BankLineTakenError,
    CashDiffersError,
    DayReconciledError,
    DayToComeError,
    DepositNotExpectedError,
    NoStatementError,
    NothingToPayError,
    PayeeAccountMissingError,
    PaymentStateError,
    PlanStateError,
    SerialDiffersError,
    ShareInUseError,
    SharesAbovePlanError,
    StatementUnreadableError,
    UnknownBankLineError,
    UnknownPaymentError,
    UnknownPlanError,
)
from app.domain.bank_line import BankLine
from app.domain.bank_statement import Imported, enter_line, import_statement
from app.domain.book_check import check_books
from app.domain.book_check_result import check_and_keep, is_check_due, last_check
from app.domain.book_check_words import FIGURES, FINDINGS
from app.domain.book_errors import BalanceTooLowError
from app.domain.case_signal import due_signals, mark_delivered, try_later
from app.domain.deposit import match_deposit_by_hand, return_line
from app.domain.fund_plan import PlanEntry, allocate, confirm_plan, fund_year, undo_confirmation, withdraw_plan
from app.domain.interest import post_interest
from app.domain.ledger import balance
from app.domain.organisation import Organisation
from app.domain.payment import PaymentOrder, payments_of
from app.domain.payment_batch import batch_csv, make_batch
from app.domain.payment_match import confirm_payment
from app.domain.purse import Payable, available_fen, expect_deposit, issue, release, reserve, settle
from app.domain.reconciliation import day_balance, reconcile_day
from tests.books import HEADING, NOON, YEAR, Bank, firms, voucher_case
from tests.people import person

FACE_FEN, DEPOSIT_FEN = 240_000, 250_000
CASE = "2026-00001"
TODAY = date(2026, 11, 3)


@dataclass
class Desk:
    """The finance desk with its bank; a purse of 10,000.00 yuan."""

    session: Session
    finance: int
    bureau: int
    agency: int
    enterprises: list[int]
    bank: Bank = field(default_factory=Bank)

    def take(self) -> Imported:
        return import_statement(self.session, self.bank.statement(), now=NOON, actor_id=self.finance)

    def line(self, serial: str) -> BankLine:
        return self.session.scalars(sa.select(BankLine).where(BankLine.serial_number == serial)).one()

    def fund(self, amount_fen: int = 1_000_000, shares: dict[str, int] | None = None) -> int:
        plan = allocate(self.session, PlanEntry(YEAR, amount_fen, "", shares or {}), now=NOON, actor_id=self.bureau)
        serial = self.bank.came_in(amount_fen)
        self.take()
        confirm_plan(self.session, plan.id, self.line(serial).id, now=NOON, actor_id=self.finance)
        return plan.id

    def case(self, number: int = 1, *, firm: int = 0) -> str:
        """A case that waits for its deposit."""
        case = voucher_case(number, self.agency, self.enterprises[firm])
        assert reserve(self.session, case, FACE_FEN, now=NOON)
        expect_deposit(self.session, case.case_number, DEPOSIT_FEN, now=NOON)
        return case.case_number

    def settled(self) -> list[PaymentOrder]:
        """A case that is settled, with what is to be paid."""
        case_number = self.case()
        self.bank.came_in(DEPOSIT_FEN, remark=f"保证金 {case_number}")
        self.take()
        issue(self.session, case_number, "NXQ-1", DEPOSIT_FEN, now=NOON)
        settle(self.session, case_number, Payable(192_000, 200_000, 14_700), now=NOON)
        return list(payments_of(self.session, case_number))

    def balances(self, *accounts: Account) -> list[int]:
        return [balance(self.session, account, YEAR) for account in accounts]

    def hold(self) -> bool:
        return all(one.holds for one in check_books(self.session))


@pytest.fixture
def desk(database: sa.Engine) -> Iterator[Desk]:
    with unit_of_work(database) as unit:
        agency, enterprises = firms(unit.session, enterprises=3)
        finance = person(unit.session, "finance", "丁若川").id
        bureau = person(unit.session, "bureau", "白见山").id
        made = Desk(unit.session, finance, bureau, agency, enterprises)
        yield made
        assert made.hold()


def test_what_comes_in_lies_in_suspense_first(desk: Desk) -> None:
    desk.bank.came_in(100)

    imported = desk.take()

    assert (imported.new, imported.known, imported.parked) == (1, 0, 1)
    assert desk.balances(Account.CASH, Account.SUSPENSE) == [100, 100]


def test_a_statement_that_is_imported_again_changes_nothing(desk: Desk) -> None:
    desk.bank.came_in(100)
    desk.take()
    desk.bank.came_in(50)

    again = import_statement(desk.session, desk.bank.statement(whole=True), now=NOON, actor_id=desk.finance)

    assert (again.new, again.known) == (1, 1)
    assert desk.balances(Account.CASH) == [150]


def test_the_same_serial_number_with_another_amount_is_refused(desk: Desk) -> None:
    desk.bank.came_in(100)
    desk.take()

    with pytest.raises(SerialDiffersError):
        import_statement(desk.session, f"{HEADING}\nNX00000001,2026-11-03,,1.01,1.01,,,\n".encode(), now=NOON)


def test_a_line_of_a_slip_is_the_same_line_when_the_statement_comes(desk: Desk) -> None:
    desk.bank.came_in(100)
    enter_line(desk.session, StatementLine("NX00000001", TODAY, 100, None), now=NOON, actor_id=desk.finance)

    imported = desk.take()

    assert (imported.new, imported.known) == (0, 1)
    assert desk.line("NX00000001").balance_fen == 100


def test_an_exact_deposit_is_matched_by_its_case_number(desk: Desk) -> None:
    desk.fund()
    case_number = desk.case()
    desk.bank.came_in(DEPOSIT_FEN, remark=f"保证金{case_number}号")

    assert desk.take().deposits == (case_number,)

    assert desk.balances(Account.SUSPENSE, Account.DEPOSIT_HELD) == [0, DEPOSIT_FEN]
    assert [(case, message) for _, case, message in due_signals(desk.session, now=NOON)] == [
        (case_number, "deposit_confirmed")
    ]


@pytest.mark.parametrize("paid_fen", [DEPOSIT_FEN - 1, DEPOSIT_FEN + 1])
def test_a_wrong_amount_is_parked_and_sent_back(desk: Desk, paid_fen: int) -> None:
    desk.fund()
    serial = desk.bank.came_in(paid_fen, remark=desk.case(), name="宁夏第0企业", account="64")

    assert desk.take().deposits == ()

    assert desk.balances(Account.SUSPENSE, Account.DEPOSIT_HELD) == [paid_fen, 0]
    assert (desk.line(serial).state, desk.line(serial).reason) == ("returning", "amount_differs")
    (order,) = payments_of(desk.session, CASE)
    assert (order.purpose, order.amount_fen, order.payee_account) == ("suspense_return", paid_fen, "64")


def test_a_deposit_that_comes_twice_or_late_is_sent_back(desk: Desk) -> None:
    desk.fund()
    case_number = desk.case()
    late = desk.case(2, firm=1)
    release(desk.session, late, "lapsed", now=NOON)
    for remark in (case_number, case_number, late):
        desk.bank.came_in(DEPOSIT_FEN, remark=remark)

    assert desk.take().deposits == (case_number,)

    assert [desk.line(f"NX0000000{number}").state for number in (2, 3, 4)] == ["deposit", "returning", "returning"]


def test_a_payer_with_one_case_of_this_amount_needs_no_case_number(desk: Desk) -> None:
    desk.fund()
    case_number = desk.case()
    desk.case(2, firm=1)
    desk.bank.came_in(DEPOSIT_FEN, name="宁夏第0企业")

    assert desk.take().deposits == (case_number,)


def test_nobody_guesses_between_two_cases(desk: Desk) -> None:
    desk.fund()
    desk.case(1)
    desk.case(2)
    desk.bank.came_in(DEPOSIT_FEN, name="宁夏第0企业")

    assert desk.take().deposits == ()


def test_finance_matches_by_hand_to_the_fen(desk: Desk) -> None:
    desk.fund()
    case_number = desk.case()
    short, exact = desk.bank.came_in(DEPOSIT_FEN - 1), desk.bank.came_in(DEPOSIT_FEN)
    desk.take()

    with pytest.raises(AmountDiffersError):
        match_deposit_by_hand(desk.session, desk.line(short).id, case_number, now=NOON, actor_id=desk.finance)
    match_deposit_by_hand(desk.session, desk.line(exact).id, case_number, now=NOON, actor_id=desk.finance)

    assert desk.balances(Account.DEPOSIT_HELD) == [DEPOSIT_FEN]
    with pytest.raises(BankLineTakenError):
        match_deposit_by_hand(desk.session, desk.line(exact).id, case_number, now=NOON, actor_id=desk.finance)
    with pytest.raises(DepositNotExpectedError):
        match_deposit_by_hand(desk.session, desk.line(short).id, case_number, now=NOON, actor_id=desk.finance)
    with pytest.raises(UnknownBankLineError):
        match_deposit_by_hand(desk.session, 999, case_number, now=NOON, actor_id=desk.finance)


def test_money_that_is_sent_back_leaves_suspense_when_the_bank_shows_it(desk: Desk) -> None:
    serial = desk.bank.came_in(100, name="某公司", account="64")
    desk.take()
    order = return_line(desk.session, desk.line(serial).id, "无此案件", now=NOON, actor_id=desk.finance)
    desk.bank.went_out(100, remark=order.number)

    assert desk.take().payments == (order.number,)

    assert desk.balances(Account.CASH, Account.SUSPENSE) == [0, 0]
    assert desk.line(serial).state == "returned"


def test_only_confirmed_money_can_be_promised(desk: Desk) -> None:
    plan = allocate(desk.session, PlanEntry(YEAR, 1_000), now=NOON, actor_id=desk.bureau)
    serial, other = desk.bank.came_in(1_000), desk.bank.came_in(999)
    desk.take()

    assert available_fen(desk.session, YEAR) == 0
    with pytest.raises(AmountDiffersError):
        confirm_plan(desk.session, plan.id, desk.line(other).id, now=NOON, actor_id=desk.finance)
    for _ in range(2):
        confirm_plan(desk.session, plan.id, desk.line(serial).id, now=NOON, actor_id=desk.finance)

    assert available_fen(desk.session, YEAR) == 1_000
    with pytest.raises(PlanStateError):
        confirm_plan(desk.session, plan.id, desk.line(other).id, now=NOON, actor_id=desk.finance)
    with pytest.raises(PlanStateError):
        withdraw_plan(desk.session, plan.id, actor_id=desk.bureau)
    with pytest.raises(UnknownPlanError):
        withdraw_plan(desk.session, 999, actor_id=desk.bureau)


def test_a_wrong_confirmation_is_reversed_and_made_again(desk: Desk) -> None:
    plan_id = desk.fund(1_000)

    undo_confirmation(desk.session, plan_id, "误选", now=NOON, actor_id=desk.finance)
    assert desk.balances(Account.FUND_AVAILABLE, Account.SUSPENSE) == [0, 1_000]
    confirm_plan(desk.session, plan_id, desk.line("NX00000001").id, now=NOON, actor_id=desk.finance)

    assert desk.balances(Account.FUND_AVAILABLE, Account.SUSPENSE) == [1_000, 0]


def test_a_confirmation_stays_once_its_money_is_promised(desk: Desk) -> None:
    plan_id = desk.fund(300_000)
    desk.case()

    with pytest.raises(BalanceTooLowError):
        undo_confirmation(desk.session, plan_id, "误选", now=NOON, actor_id=desk.finance)


def test_a_share_covers_what_is_used(desk: Desk) -> None:
    desk.fund(1_000_000)
    desk.case()

    with pytest.raises(ShareInUseError) as refused:
        desk.fund(FACE_FEN, {"credit": FACE_FEN - 1})
    assert (refused.value.share_fen, refused.value.used_fen) == (FACE_FEN - 1, FACE_FEN)
    desk.fund(FACE_FEN, {"credit": FACE_FEN})
    plan_id = desk.fund(1, {"credit": 1})

    undo_confirmation(desk.session, plan_id, "误选", now=NOON, actor_id=desk.finance)
    assert available_fen(desk.session, YEAR, "credit") == 0


def test_a_category_without_a_share_has_the_whole_purse_again(desk: Desk) -> None:
    desk.fund(1_000)
    plan_id = desk.fund(10, {"credit": 10})
    assert available_fen(desk.session, YEAR, "credit") == 10

    undo_confirmation(desk.session, plan_id, "误选", now=NOON, actor_id=desk.finance)

    assert available_fen(desk.session, YEAR, "credit") == 1_000


@pytest.mark.parametrize(("legal_fen", "fits"), [(399, True), (400, True), (401, False)])
def test_shares_fit_into_their_plan(desk: Desk, legal_fen: int, fits: bool) -> None:
    entry = PlanEntry(YEAR, 1_000, "", {"credit": 600, "legal": legal_fen})

    if fits:
        assert len(allocate(desk.session, entry, now=NOON, actor_id=desk.bureau).shares) == 2
    else:
        with pytest.raises(SharesAbovePlanError):
            allocate(desk.session, entry, now=NOON, actor_id=desk.bureau)


def test_a_year_is_funded_in_one_call(desk: Desk) -> None:
    people = {"bureau_id": desk.bureau, "finance_id": desk.finance}

    plan = fund_year(desk.session, PlanEntry(YEAR, 5_000), serial_number="DEMO-1", now=NOON, **people)

    assert (plan.state, available_fen(desk.session, YEAR)) == ("confirmed", 5_000)
    assert day_balance(desk.session, TODAY).difference_fen == 0


def test_interest_goes_into_the_purse(desk: Desk) -> None:
    serial = desk.bank.came_in(77, remark="利息")
    desk.take()

    post_interest(desk.session, desk.line(serial).id, YEAR, now=NOON, actor_id=desk.finance)

    assert available_fen(desk.session, YEAR) == 77
    with pytest.raises(BankLineTakenError):
        post_interest(desk.session, desk.line(serial).id, YEAR, now=NOON, actor_id=desk.finance)


def test_a_settled_case_orders_what_it_owes_once(desk: Desk) -> None:
    desk.fund()

    orders = desk.settled()
    settle(desk.session, CASE, Payable(192_000, 200_000, 14_700), now=NOON)

    assert [(one.account, one.amount_fen, one.payee_id) for one in orders] == [
        ("payable_agency", 392_000 - 14_700, desk.agency), ("payable_enterprise", 50_000, desk.enterprises[0]),
    ]  # fmt: skip
    assert len(payments_of(desk.session, CASE)) == 2


def test_the_case_hears_of_its_payments_when_the_last_is_made(desk: Desk) -> None:
    desk.fund()
    agency, enterprise = desk.settled()
    desk.bank.went_out(agency.amount_fen, remark=f"{agency.number} 结算")
    desk.take()
    assert "payment_confirmed" not in [message for *_, message in due_signals(desk.session, now=NOON)]

    desk.bank.went_out(enterprise.amount_fen, account=enterprise.payee_account)
    desk.take()

    assert "payment_confirmed" in [message for *_, message in due_signals(desk.session, now=NOON)]
    assert desk.balances(Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE) == [0, 0]


def test_a_payment_of_another_amount_is_not_matched(desk: Desk) -> None:
    desk.fund()
    agency, _ = desk.settled()
    serial = desk.bank.went_out(agency.amount_fen - 1, remark=agency.number)

    assert desk.take().payments == ()
    with pytest.raises(AmountDiffersError):
        confirm_payment(desk.session, agency.id, desk.line(serial).id, now=NOON, actor_id=desk.finance)


def test_finance_confirms_a_payment_by_hand_once(desk: Desk) -> None:
    desk.fund()
    agency, enterprise = desk.settled()
    serial = desk.bank.went_out(agency.amount_fen)
    desk.take()
    line_id = desk.line(serial).id

    for _ in range(2):
        confirm_payment(desk.session, agency.id, line_id, now=NOON, actor_id=desk.finance)

    assert desk.balances(Account.PAYABLE_AGENCY) == [0]
    with pytest.raises(BankLineTakenError):
        confirm_payment(desk.session, enterprise.id, line_id, now=NOON, actor_id=desk.finance)
    with pytest.raises(PaymentStateError):
        confirm_payment(desk.session, agency.id, line_id + 100, now=NOON, actor_id=desk.finance)
    with pytest.raises(UnknownPaymentError):
        confirm_payment(desk.session, 999, line_id, now=NOON, actor_id=desk.finance)


def test_a_batch_file_names_each_order_once(desk: Desk) -> None:
    desk.fund()
    orders = desk.settled()

    batch = make_batch(desk.session, {one.id for one in orders}, now=NOON, actor_id=desk.finance)

    rows = batch_csv(desk.session, batch.id).decode("utf-8-sig").splitlines()
    assert (
        rows[1]
        == f"1,{orders[0].number},宁夏砺信信用服务有限公司,6400000000000900,3773.00,{orders[0].number} 服务补贴券结算"
    )
    assert (len(rows), batch.amount_fen) == (3, 392_000 - 14_700 + 50_000)
    with pytest.raises(PaymentStateError):
        make_batch(desk.session, {orders[0].id}, now=NOON, actor_id=desk.finance)
    with pytest.raises(NothingToPayError):
        make_batch(desk.session, [], now=NOON, actor_id=desk.finance)


def test_nobody_is_paid_without_an_account(desk: Desk) -> None:
    desk.session.get_one(Organisation, desk.agency).bank_account = ""
    desk.fund()
    orders = desk.settled()

    with pytest.raises(PayeeAccountMissingError) as refused:
        make_batch(desk.session, {one.id for one in orders}, now=NOON, actor_id=desk.finance)
    assert refused.value.payees == ("宁夏砺信信用服务有限公司",)

    desk.session.get_one(Organisation, desk.agency).bank_account = "64001"
    batch = make_batch(desk.session, {one.id for one in orders}, now=NOON, actor_id=desk.finance)
    assert b"64001" in batch_csv(desk.session, batch.id)


def test_a_name_that_looks_like_a_formula_stays_a_name(desk: Desk) -> None:
    serial = desk.bank.came_in(100, name="=cmd|x", account="64")
    desk.take()
    order = return_line(desk.session, desk.line(serial).id, "退回", now=NOON, actor_id=desk.finance)

    batch = make_batch(desk.session, [order.id], now=NOON, actor_id=desk.finance)

    assert ",'=cmd|x," in batch_csv(desk.session, batch.id).decode("utf-8-sig")


def test_a_day_closes_when_books_and_bank_agree(desk: Desk) -> None:
    with pytest.raises(NoStatementError):
        reconcile_day(desk.session, TODAY, now=NOON, actor_id=desk.finance)
    desk.bank.came_in(100)
    serial = desk.bank.went_out(40)
    desk.take()
    with pytest.raises(CashDiffersError) as refused:
        reconcile_day(desk.session, TODAY, now=NOON, actor_id=desk.finance)
    assert (refused.value.cash_fen, refused.value.statement_fen) == (100, 60)

    order = return_line(desk.session, desk.line("NX00000001").id, "退回", now=NOON, actor_id=desk.finance)
    desk.bank.went_out(60, remark="手续费")
    with pytest.raises(AmountDiffersError):
        confirm_payment(desk.session, order.id, desk.line(serial).id, now=NOON, actor_id=desk.finance)
    with pytest.raises(DayToComeError):
        reconcile_day(desk.session, date(2026, 11, 4), now=NOON, actor_id=desk.finance)


def test_a_closed_day_takes_no_more_lines(desk: Desk) -> None:
    desk.bank.came_in(100)
    desk.take()
    reconcile_day(desk.session, TODAY, now=NOON, actor_id=desk.finance)
    reconcile_day(desk.session, TODAY, now=NOON, actor_id=desk.finance)
    desk.bank.came_in(50)

    with pytest.raises(DayReconciledError):
        desk.take()

    desk.bank.came_in(5, on="2026-11-04")
    lines = desk.bank.statement(whole=True).decode().replace("NX00000002,2026-11-03", "NX00000002,2026-11-04")
    assert import_statement(desk.session, lines.encode(), now=NOON).new == 2


@pytest.mark.parametrize(
    ("rows", "row", "says"),
    [
        ("", 1, "no lines"),
        (",2026-11-03,,1.00,1.00,,,", 2, "serial number"),
        ("A,2026-13-03,,1.00,1.00,,,", 2, "2026-11-24"),
        ("A,2026-11-03,1.00,1.00,1.00,,,", 2, "exactly one"),
        ("A,2026-11-03,,,1.00,,,", 2, "exactly one"),
        ("A,2026-11-03,,1.001,1.00,,,", 2, "1,234.00"),
        ("A,2026-11-03,,-1,1.00,,,", 2, "1,234.00"),
        ("A,2026-11-03,,1.00,x,,,", 2, "1,234.00"),
        (f"{'A' * 61},2026-11-03,,1.00,1.00,,,", 2, "too long"),
        ("A,2026-11-03,,1.00,1.00,,,\nB,2026-11-03,,1.00,2.01,,,", 3, "should be 2.00"),
        ("A,2026-11-03,,1.00,1.00,,,\nB,2026-11-02,,1.00,2.00,,,", 3, "before"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_rows(rows: str, row: int, says: str) -> None:
    with pytest.raises(StatementUnreadableError) as refused:
        read_statement(f"{HEADING}\n{rows}\n".encode())

    assert refused.value.rows[0].row == row
    assert says in refused.value.message_en


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "流水号,日期\n".encode(), b"\xff\xfe\x81\x30", b'"open'])
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(StatementUnreadableError):
        read_statement(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_statements_are_read_in_the_encodings_of_banks(encoding: str) -> None:
    content = f'{HEADING},备用\r\nA,2026/11/03,,"¥1,234.5",9999.00,宁夏某公司,64,摘要,x\r\n'.encode(encoding)

    assert read_statement(content) == [StatementLine("A", TODAY, 123_450, 999_900, "宁夏某公司", "64", "摘要")]


def test_the_check_is_kept_and_due_once_a_night(desk: Desk) -> None:
    assert is_check_due(desk.session, now=NOON)

    made = check_and_keep(desk.session, now=NOON)

    assert made.holds
    assert last_check(desk.session) is made
    assert not is_check_due(desk.session, now=NOON)
    assert not is_check_due(desk.session, now=NOON.replace(hour=16, minute=59))
    assert is_check_due(desk.session, now=NOON.replace(hour=17))


def test_the_check_has_words_for_all_that_it_finds(desk: Desk) -> None:
    desk.fund()
    desk.settled()
    reconcile_day(desk.session, TODAY, now=NOON, actor_id=desk.finance)

    found = check_books(desk.session)

    assert {one.number for one in found} == set(FINDINGS)
    assert {figure.name for one in found for figure in one.figures} == set(FIGURES)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE account_balance SET balance_fen = balance_fen + 1 WHERE account = 'cash'", 1),
        ("UPDATE commitment SET amount_fen = amount_fen - 1, claimed_fen = claimed_fen - 1", 2),
        ("UPDATE payment_order SET amount_fen = amount_fen + 1", 2),
        ("UPDATE fund_plan SET amount_fen = amount_fen + 1", 3),
        ("UPDATE enterprise_year SET claimed_fen = claimed_fen + 1", 4),
        ("UPDATE category_use SET used_fen = used_fen + 1", 4),
        ("UPDATE bank_line SET amount_fen = amount_fen + 1 WHERE amount_fen > 0", 5),
        ("UPDATE reconciliation SET cash_fen = cash_fen + 1", 5),
    ],
)
def test_the_check_finds_what_was_tampered_with(database: sa.Engine, statement: str, number: int) -> None:
    with unit_of_work(database) as unit:
        agency, enterprises = firms(unit.session)
        people = [person(unit.session, login, "丁若川").id for login in ("finance", "bureau")]
        desk = Desk(unit.session, *people, agency, enterprises)
        desk.fund()
        desk.case()
        serial = desk.bank.came_in(1)
        desk.take()
        return_line(unit.session, desk.line(serial).id, "退回", now=NOON, actor_id=desk.finance)
        reconcile_day(unit.session, TODAY, now=NOON, actor_id=desk.finance)
    with database.begin() as connection:
        connection.execute(sa.text(statement))

    with unit_of_work(database) as unit:
        broken = {one.number for one in check_books(unit.session) if not one.holds}
    assert number in broken


def test_a_message_is_kept_until_its_case_takes_it(desk: Desk) -> None:
    desk.fund()
    desk.bank.came_in(DEPOSIT_FEN, remark=desk.case())
    desk.take()
    ((signal_id, *_),) = due_signals(desk.session, now=NOON)

    try_later(desk.session, signal_id, now=NOON)
    assert due_signals(desk.session, now=NOON) == []
    assert len(due_signals(desk.session, now=NOON.replace(second=2))) == 1
    mark_delivered(desk.session, signal_id, now=NOON)

    assert due_signals(desk.session, now=NOON.replace(hour=23)) == []
