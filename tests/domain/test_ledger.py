"""The books on both databases: what is refused, what is once, what no race gets round."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.domain.account import Account
from app.domain.book_errors import AlreadyReversedError, AmountNotPositiveError, BalanceTooLowError, EntryDiffersError
from app.domain.ledger import AccountBalance, EntryKind, LedgerEntry, LedgerLine, Line, Posting, balance, post, reverse
from tests.books import NOON, YEAR, fill_purse


@pytest.fixture
def session(database: sa.Engine) -> Iterator[Session]:
    with unit_of_work(database) as unit:
        yield unit.session


def test_an_entry_moves_an_amount_from_one_account_to_another(session: Session) -> None:
    fill_purse(session, 1_000)

    assert balance(session, Account.CASH) == 1_000
    assert balance(session, Account.FUND_AVAILABLE, YEAR) == 1_000
    assert balance(session, Account.FUND_AVAILABLE, YEAR + 1) == 0


def test_the_same_key_books_once(session: Session) -> None:
    first = fill_purse(session, 1_000, key="plan:1")

    assert fill_purse(session, 1_000, key="plan:1") == first
    assert balance(session, Account.CASH) == 1_000


def test_the_same_key_with_other_figures_is_refused(session: Session) -> None:
    fill_purse(session, 1_000, key="plan:1")

    with pytest.raises(EntryDiffersError):
        fill_purse(session, 1_001, key="plan:1")


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_less_than_one_fen_is_not_booked(session: Session, amount_fen: int) -> None:
    with pytest.raises(AmountNotPositiveError):
        fill_purse(session, amount_fen)


@pytest.mark.parametrize(("amount_fen", "is_held"), [(999, True), (1_000, True), (1_001, False)])
def test_an_account_never_falls_below_nothing(session: Session, amount_fen: int, is_held: bool) -> None:
    fill_purse(session, 1_000)

    if is_held:
        _reserve(session, amount_fen)
        assert balance(session, Account.FUND_AVAILABLE, YEAR) == 1_000 - amount_fen
    else:
        with pytest.raises(BalanceTooLowError) as refused:
            _reserve(session, amount_fen)
        assert (refused.value.wanted_fen, refused.value.found_fen) == (amount_fen, 1_000)


def test_a_reversal_undoes_an_entry_once(session: Session) -> None:
    entry = fill_purse(session, 1_000)

    undone = reverse(session, entry, key="undo:1", now=NOON, actor_id=None, note="wrong plan")

    assert reverse(session, entry, key="undo:1", now=NOON, actor_id=None, note="wrong plan") == undone
    assert balance(session, Account.CASH) == 0
    with pytest.raises(AlreadyReversedError):
        reverse(session, entry, key="undo:2", now=NOON, actor_id=None, note="again")
    with pytest.raises(AlreadyReversedError):
        reverse(session, undone, key="undo:3", now=NOON, actor_id=None, note="undo the undoing")


def test_money_that_has_moved_on_cannot_be_taken_back(session: Session) -> None:
    entry = fill_purse(session, 1_000)
    _reserve(session, 1)

    with pytest.raises(BalanceTooLowError):
        reverse(session, entry, key="undo:1", now=NOON, actor_id=None, note="wrong plan")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET note = 'x'",
        "UPDATE ledger_line SET amount_fen = 1",
        "DELETE FROM ledger_line",
        "DELETE FROM ledger_entry",
    ],
)
def test_the_database_refuses_to_change_the_books(database: sa.Engine, statement: str) -> None:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.begin() as connection:
        connection.execute(sa.text(statement))


def test_postgresql_refuses_to_empty_the_books(postgresql_url: str) -> None:
    database = sa.create_engine(postgresql_url)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.begin() as connection:
        connection.execute(sa.text("TRUNCATE ledger_line"))

    database.dispose()


@pytest.mark.parametrize(
    ("line", "constraint"),
    [
        (("cash", "cash", 1), "two_accounts"),
        (("cash", "suspense", 0), "amount_positive"),
        (("cash", "piggy_bank", 1), "credit_account"),
        (("fund_available", "fund_reserved", 1_001), "never_negative"),
    ],
)
def test_the_database_refuses_lines_that_make_no_sense(
    database: sa.Engine, line: tuple[str, str, int], constraint: str
) -> None:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000)

    with pytest.raises(sa.exc.IntegrityError, match=constraint), database.begin() as connection:
        _write_past_the_domain(connection, "raw", *line)


def test_threads_that_race_past_the_domain_cannot_oversell_the_purse(database: sa.Engine) -> None:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000)
    outcomes: list[str] = []

    def race(number: int) -> None:
        try:
            with database.begin() as connection:
                _write_past_the_domain(connection, f"race:{number}", "fund_available", "fund_reserved", 90)
            outcomes.append("written")
        except sa.exc.IntegrityError:
            outcomes.append("refused")

    threads = [threading.Thread(target=race, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 5 + ["written"] * 11
    with unit_of_work(database) as unit:
        assert balance(unit.session, Account.FUND_AVAILABLE, YEAR) == 10
        assert balance(unit.session, Account.FUND_RESERVED, YEAR) == 990
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 12


def test_balances_are_the_sums_of_the_lines(session: Session) -> None:
    fill_purse(session, 1_000)
    _reserve(session, 300)

    moved = session.execute(
        sa.select(AccountBalance.account, AccountBalance.balance_fen).order_by(AccountBalance.account)
    ).all()

    assert [tuple(row) for row in moved] == [("cash", 1_000), ("fund_available", 700), ("fund_reserved", 300)]


def _reserve(session: Session, amount_fen: int) -> int:
    lines = [Line(Account.FUND_AVAILABLE, Account.FUND_RESERVED, amount_fen)]
    return post(session, Posting(EntryKind.RESERVED, lines, YEAR, "A11.6", f"reserved:{amount_fen}"), now=NOON)


def _write_past_the_domain(connection: sa.Connection, key: str, debit: str, credit: str, amount_fen: int) -> None:
    entry = connection.execute(
        sa.insert(LedgerEntry)
        .values(kind="reserved", policy_year=YEAR, article="A11.6", recorded_at=NOON, idempotency_key=key)
        .returning(LedgerEntry.id)
    ).scalar_one()
    connection.execute(
        sa.insert(LedgerLine).values(
            entry_id=entry, number=1, debit_account=debit, credit_account=credit, amount_fen=amount_fen
        )
    )
