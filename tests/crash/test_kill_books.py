"""Imports and payments go on while they are killed: no fen is lost, none is doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import create_engine, reading, unit_of_work
from app.domain.account import Account
from app.domain.bank_line import BankLine
from app.domain.book_check import check_books
from app.domain.case_signal import CaseSignal
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.ledger import balance
from app.domain.payment import PaymentOrder
from app.domain.purse import expect_deposit, reserve
from tests.books import NOON, YEAR, Bank, firms, voucher_case
from tests.crash.books import CASES, FACE_FEN, FEE_FEN, KILLS, agency_fen, deposit_fen
from tests.people import person
from tests.serving import ROOT

PURSE_FEN = CASES * FACE_FEN
SEED = 20261124

pytestmark = pytest.mark.crash


def test_no_fen_is_lost_or_doubled_while_imports_and_payments_are_killed(database_url: str, tmp_path: Path) -> None:
    settle_down(database_url, tmp_path)

    run = subprocess.run(
        [sys.executable, "-m", "tests.crash.books", database_url, str(tmp_path), str(SEED)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    assert int(run.stdout) >= KILLS // 2
    check_everything_once(database_url)


def settle_down(database_url: str, folder: Path) -> None:
    """A purse, cases that wait for their deposits, and what the bank will say, in files of six lines."""
    database = create_engine(database_url)
    with unit_of_work(database) as unit:
        agency, enterprises = firms(unit.session, enterprises=CASES)
        people = {role: person(unit.session, role, "丁若川").id for role in ("bureau_id", "finance_id")}
        fund_year(unit.session, PlanEntry(YEAR, PURSE_FEN), serial_number="PLAN", now=NOON, **people)
        for number, enterprise in enumerate(enterprises):
            reserve(unit.session, voucher_case(number, agency, enterprise), FACE_FEN, now=NOON)
            expect_deposit(unit.session, f"2026-{number:05d}", deposit_fen(number), now=NOON)
    database.dispose()
    bank = Bank(balance_fen=PURSE_FEN)
    for number in range(CASES):
        bank.came_in(deposit_fen(number), remark=f"2026-{number:05d}")
        if number % 6 == 5:
            (folder / f"deposits_{number:03d}.csv").write_bytes(bank.statement())
    for number in range(CASES):
        bank.went_out(agency_fen(number), account="6400000000000900")
        bank.went_out(deposit_fen(number) - deposit_fen(number) // 2, account=f"64000000001{number:05d}")
        if number % 3 == 2:
            (folder / f"payments_{number:03d}.csv").write_bytes(bank.statement())


def check_everything_once(database_url: str) -> None:
    database = create_engine(database_url)
    with reading(database) as unit:
        session = unit.session
        assert [one for one in check_books(session) if not one.holds] == []
        held = [balance(session, one, YEAR) for one in (
            Account.CASH, Account.FUND_AVAILABLE, Account.FUND_SPENT, Account.SUPERVISION_FEE, Account.DEPOSIT_HELD,
            Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE, Account.SUSPENSE,
        )]  # fmt: skip
        assert held == [CASES * FEE_FEN, 0, PURSE_FEN, CASES * FEE_FEN, 0, 0, 0, 0]
        assert session.scalar(sa.select(sa.func.count()).select_from(BankLine)) == 1 + 3 * CASES
        states = session.scalars(sa.select(PaymentOrder.state)).all()
        assert states == ["paid"] * (2 * CASES)
        assert session.scalar(sa.select(sa.func.count()).select_from(CaseSignal)) == 2 * CASES
    database.dispose()
