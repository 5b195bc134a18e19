"""What the check of the books takes for a hundred thousand entries: fifty thousand cases, reserved and released."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import sqlalchemy as sa

from app.db import create_engine, unit_of_work
from app.domain.book_check import check_books
from app.domain.commitment import Commitment
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.ledger import LedgerEntry, LedgerLine
from app.migrations import migrate
from tests.bench.result import Result
from tests.books import firms
from tests.people import person

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
CASES = 50_000
CHUNK = 250
"""Cases a transaction: on PostgreSQL a row that one transaction updates n times costs n squared."""
YEAR, AMOUNT_FEN = 2026, 240_000


def measure(name: str, url: str, *, cases: int = CASES) -> list[Result]:
    """Seconds for one check of twice as many entries as cases; every invariant must hold."""
    database = create_engine(url)
    migrate(database)
    _fill(database, cases)
    with unit_of_work(database) as unit:
        began = time.perf_counter()
        found = check_books(unit.session)
        took = time.perf_counter() - began
    database.dispose()
    broken = [one.number for one in found if not one.holds]
    if broken:
        raise RuntimeError(f"invariants {broken} do not hold")
    return [Result(f"books.check_per_100k_entries.{name}", took * 100_000 / (2 * cases), "s", "<= 3")]


def _fill(database: sa.Engine, cases: int) -> None:
    with unit_of_work(database) as unit:
        agency, (enterprise,) = firms(unit.session)
        people = {role: person(unit.session, role, "丁若川").id for role in ("bureau_id", "finance_id")}
        fund_year(unit.session, PlanEntry(YEAR, AMOUNT_FEN * 10), serial_number="PLAN", now=NOW, **people)
        first = unit.session.scalar(sa.select(sa.func.max(LedgerEntry.id))) or 0
    for start in range(0, cases, CHUNK):
        numbers = range(start, min(cases, start + CHUNK))
        entries = [_entry(first, number, step) for number in numbers for step in (0, 1)]
        with unit_of_work(database) as unit:
            unit.session.execute(
                sa.insert(Commitment), [_released(f"{YEAR}-{number:05d}", agency, enterprise) for number in numbers]
            )
            unit.session.execute(sa.insert(LedgerEntry), [entry for entry, _ in entries])
            unit.session.execute(sa.insert(LedgerLine), [line for _, line in entries])


def _entry(first: int, number: int, step: int) -> tuple[dict[str, object], dict[str, object]]:
    """The reserve of a case (step 0), or its release."""
    entry_id, kind = first + 1 + 2 * number + step, ("reserved", "released")[step]
    pair = ("fund_available", "fund_reserved")
    entry = {
        "id": entry_id, "kind": kind, "policy_year": YEAR, "case_number": f"{YEAR}-{number:05d}", "article": "A11.6",
        "recorded_at": NOW, "idempotency_key": f"{kind}:{number}", "note": "",
    }  # fmt: skip
    line = {
        "entry_id": entry_id, "number": 1, "debit_account": pair[step], "credit_account": pair[1 - step],
        "amount_fen": AMOUNT_FEN,
    }  # fmt: skip
    return entry, line


def _released(case_number: str, agency: int, enterprise: int) -> dict[str, object]:
    return {
        "case_number": case_number, "enterprise_id": enterprise, "agency_id": agency, "category": "credit",
        "policy_year": YEAR, "state": "released", "amount_fen": AMOUNT_FEN, "claimed_fen": 0, "deposit_fen": 0,
        "deposit_held_fen": 0, "settled_fen": 0, "returned_fen": AMOUNT_FEN, "changed_at": NOW,
    }  # fmt: skip
