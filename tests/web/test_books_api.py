"""The books by API and by command: who reads, who writes, what a wrong file answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.book_check_result import BookCheckResult
from app.domain.commitment import Commitment
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.purse import expect_deposit, reserve
from app.web.context import EXTENSION
from tests.books import HEADING, NOON, YEAR, Bank, firms, voucher_case

READERS = ("finance", "bureau", "auditor")


@pytest.fixture
def database(app: Any, cast: dict[str, int]) -> sa.Engine:
    """A purse of 10,000.00 yuan, and a case that waits for its deposit of 2,500.00."""
    made: sa.Engine = app.extensions[EXTENSION].database
    with unit_of_work(made) as unit:
        people = {"bureau_id": cast["bureau"], "finance_id": cast["finance"]}
        fund_year(unit.session, PlanEntry(YEAR, 1_000_000), serial_number="PLAN", now=NOON, **people)
        agency, (enterprise,) = firms(unit.session)
        reserve(unit.session, voucher_case(1, agency, enterprise), 240_000, now=NOON)
        expect_deposit(unit.session, "2026-00001", 250_000, now=NOON)
    return made


def statement() -> bytes:
    bank = Bank(balance_fen=1_000_000)
    bank.came_in(250_000, remark="2026-00001")
    return bank.statement()


def send(app: Any, headers: dict[str, str], content: bytes) -> Any:
    data = {"file": (io.BytesIO(content), "statement.csv")}
    return app.test_client().post("/api/v1/books/bank_statement", data=data, headers=headers)


@pytest.mark.parametrize("login", READERS)
@pytest.mark.usefixtures("database")
def test_the_trial_balance_closes_for_whoever_may_read_it(app: Any, token_of: Any, login: str) -> None:
    answer = app.test_client().get("/api/v1/books/trial_balance", headers=token_of(login))

    assert answer.status_code == 200
    assert answer.json["debit_fen"] == answer.json["credit_fen"] == 1_000_000
    assert {"account": "fund_reserved", "policy_year": YEAR, "debit_fen": 0, "credit_fen": 240_000} in answer.json[
        "balances"
    ]


@pytest.mark.usefixtures("database")
def test_entries_come_page_by_page(app: Any, token_of: Any) -> None:
    headers, client = token_of("auditor"), app.test_client()

    first = client.get("/api/v1/books/entries?limit=2", headers=headers).json
    second = client.get(f"/api/v1/books/entries?cursor={first['next_cursor']}", headers=headers).json

    assert [one["kind"] for one in first["entries"] + second["entries"]] == [
        "bank_credit",
        "plan_confirmed",
        "reserved",
    ]
    assert second["next_cursor"] is None
    assert second["entries"][0]["case_number"] == "2026-00001"
    assert second["entries"][0]["lines"] == [
        {"debit_account": "fund_available", "credit_account": "fund_reserved", "amount_fen": 240_000}
    ]


def test_a_case_of_ones_own_organisation_is_left_unnamed(
    app: Any, token_of: Any, database: sa.Engine, cast: dict[str, int]
) -> None:
    with unit_of_work(database) as unit:
        unit.session.execute(sa.update(Commitment).values(agency_id=cast["operator"]))

    shown = app.test_client().get("/api/v1/books/entries?cursor=2", headers=token_of("finance")).json["entries"]

    assert [one["case_number"] for one in shown] == [None]


@pytest.mark.usefixtures("database")
def test_a_statement_is_taken_once(app: Any, token_of: Any) -> None:
    headers = token_of("finance")

    first, again = send(app, headers, statement()), send(app, headers, statement())

    assert first.json == {"new": 1, "known": 0, "deposits": ["2026-00001"], "payments": [], "parked": 0}
    assert again.json == {"new": 0, "known": 1, "deposits": [], "payments": [], "parked": 0}


@pytest.mark.parametrize(("login", "status"), [("finance", 422), ("bureau", 403), ("auditor", 403), ("agency", 403)])
@pytest.mark.usefixtures("database")
def test_only_finance_writes_and_a_wrong_file_says_its_rows(app: Any, token_of: Any, login: str, status: int) -> None:
    answer = send(app, token_of(login), f"{HEADING}\nA,2026-11-03,,x,1.00,,,\n".encode())

    assert answer.status_code == status
    if status == 422:
        assert answer.json["code"] == "statement_unreadable"
        assert "2" in answer.json["detail"]


def test_the_commands_import_and_check(app: Any, database: sa.Engine, tmp_path: Path) -> None:
    file = tmp_path / "bank.csv"
    file.write_bytes(statement())

    run = app.test_cli_runner().invoke
    imported, refused = run(args=["import-bank", str(file)]), tmp_path / "wrong.csv"
    refused.write_text("nothing")

    assert "1 new lines, 0 known: 1 deposits" in imported.output
    assert run(args=["import-bank", str(refused)]).exit_code == 1
    checked = run(args=["check-books"])
    assert checked.exit_code == 0, checked.output
    with unit_of_work(database) as unit:
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(BookCheckResult)) == 1
        unit.session.execute(sa.text("UPDATE account_balance SET balance_fen = 5 WHERE account = 'cash'"))
    broken = run(args=["check-books"])
    assert broken.exit_code == 1
    assert "Balance and the sum of its lines cash: 1250000 expected, 5 found" in broken.output
