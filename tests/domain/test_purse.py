"""The purse on both databases: each verb once, each bound below, at and above."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.domain import year_use
from app.domain.account import Account
from app.domain.book_errors import (
    CommitmentDiffersError,
    CommitmentStateError,
    DepositMissingError,
    EntryDiffersError,
    FeeAbovePaymentError,
    OverFaceValueError,
    UnknownCommitmentError,
    YearLimitReachedError,
)
from app.domain.commitment import Commitment, CommitmentState, commitment_of
from app.domain.ledger import EntryKind, LedgerEntry, Line, Posting, balance, post
from app.domain.purse import (
    DepositGoes,
    Payable,
    available_fen,
    expect_deposit,
    give_back,
    issue,
    lower_reserve,
    release,
    reserve,
    settle,
)
from tests.books import NOON, YEAR, fill_purse, firms, voucher_case

FACE_FEN, DEPOSIT_FEN = 240_000, 250_000
CASE = "2026-00001"


@dataclass
class Purse:
    """A purse of 10,000.00 yuan, an agency, two enterprises."""

    session: Session
    agency: int
    enterprises: list[int]

    def reserve(self, number: int = 1, amount_fen: int = FACE_FEN, *, firm: int = 0, **more: str) -> bool:
        case = voucher_case(number, self.agency, self.enterprises[firm], **more)
        return reserve(self.session, case, amount_fen, now=NOON)

    def hold_deposit(self, number: int = 1) -> None:
        """The deposit comes in, straight into the books."""
        case_number = f"2026-{number:05d}"
        expect_deposit(self.session, case_number, DEPOSIT_FEN, now=NOON)
        commitment_of(self.session, case_number).deposit_held_fen = DEPOSIT_FEN
        lines = [Line(Account.CASH, Account.DEPOSIT_HELD, DEPOSIT_FEN)]
        post(self.session, Posting(EntryKind.DEPOSIT_MATCHED, lines, YEAR, "A9.3", f"d{number}"), now=NOON)

    def issue(self, number: int = 1) -> None:
        self.hold_deposit(number)
        issue(self.session, f"2026-{number:05d}", f"NXQ-2026-{number:05d}", DEPOSIT_FEN, now=NOON)

    def balances(self, *accounts: Account) -> list[int]:
        return [balance(self.session, account, YEAR) for account in accounts]


@pytest.fixture
def purse(database: sa.Engine) -> Iterator[Purse]:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000_000)
        yield Purse(unit.session, *firms(unit.session, enterprises=4))


def test_a_reserve_leaves_less_in_the_purse(purse: Purse) -> None:
    assert purse.reserve()

    assert purse.balances(Account.FUND_AVAILABLE, Account.FUND_RESERVED) == [760_000, FACE_FEN]
    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == FACE_FEN


@pytest.mark.parametrize(("amount_fen", "is_held"), [(999_999, True), (1_000_000, True), (1_000_001, False)])
def test_what_the_purse_does_not_hold_waits(purse: Purse, amount_fen: int, is_held: bool) -> None:
    case = voucher_case(1, purse.agency, purse.enterprises[0], limit_fen=2_000_000)

    assert reserve(purse.session, case, amount_fen, now=NOON) is is_held

    assert (purse.session.get(Commitment, CASE) is not None) is is_held


@pytest.mark.parametrize(("second_fen", "is_within"), [(259_999, True), (260_000, True), (260_001, False)])
def test_an_enterprise_claims_no_more_than_its_year_allows(purse: Purse, second_fen: int, is_within: bool) -> None:
    purse.reserve(1)

    if is_within:
        assert purse.reserve(2, second_fen)
    else:
        with pytest.raises(YearLimitReachedError) as refused:
            purse.reserve(2, second_fen)
        assert (refused.value.claimed_fen, refused.value.limit_fen) == (FACE_FEN, 500_000)


def test_the_database_keeps_an_enterprise_within_its_year(database: sa.Engine) -> None:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000_000)
        purse = Purse(unit.session, *firms(unit.session))
        purse.reserve()

    with pytest.raises(sa.exc.IntegrityError, match="claimed_within_limit"), database.begin() as connection:
        connection.execute(sa.update(year_use.EnterpriseYear).values(claimed_fen=500_001))


@pytest.mark.parametrize(("amount_fen", "is_held"), [(199_999, True), (200_000, True), (200_001, False)])
def test_a_category_gets_its_share_and_no_more(purse: Purse, amount_fen: int, is_held: bool) -> None:
    year_use.set_shares(purse.session, YEAR, {"credit": 200_000})

    assert purse.reserve(1, amount_fen) is is_held

    assert available_fen(purse.session, YEAR, "legal") == 1_000_000 - (amount_fen if is_held else 0)


def test_reserving_again_changes_nothing(purse: Purse) -> None:
    assert purse.reserve()
    assert purse.reserve()

    assert purse.balances(Account.FUND_RESERVED) == [FACE_FEN]
    with pytest.raises(CommitmentDiffersError):
        purse.reserve(1, FACE_FEN - 1)


def test_what_is_released_is_open_to_others(purse: Purse) -> None:
    purse.reserve()

    release(purse.session, CASE, "lapsed", now=NOON)
    release(purse.session, CASE, "lapsed", now=NOON)

    assert purse.balances(Account.FUND_AVAILABLE, Account.FUND_RESERVED) == [1_000_000, 0]
    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == 0
    with pytest.raises(CommitmentStateError):
        purse.reserve()


def test_a_deposit_that_came_in_is_owed_when_the_case_ends(purse: Purse) -> None:
    purse.reserve()
    purse.hold_deposit()

    release(purse.session, CASE, "withdrawn", now=NOON)

    assert purse.balances(Account.DEPOSIT_HELD, Account.PAYABLE_ENTERPRISE) == [0, DEPOSIT_FEN]


def test_a_lowered_reserve_gives_the_rest_back(purse: Purse) -> None:
    purse.reserve()

    lower_reserve(purse.session, CASE, 200_000, now=NOON)
    lower_reserve(purse.session, CASE, 200_000, now=NOON)

    assert purse.balances(Account.FUND_AVAILABLE, Account.FUND_RESERVED) == [800_000, 200_000]
    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == 200_000
    with pytest.raises(OverFaceValueError):
        lower_reserve(purse.session, CASE, 200_001, now=NOON)


def test_no_voucher_without_its_deposit(purse: Purse) -> None:
    purse.reserve()
    expect_deposit(purse.session, CASE, DEPOSIT_FEN, now=NOON)

    with pytest.raises(DepositMissingError):
        issue(purse.session, CASE, "NXQ-2026-00001", DEPOSIT_FEN, now=NOON)


def test_a_voucher_is_issued_once(purse: Purse) -> None:
    purse.reserve()
    purse.issue()
    issue(purse.session, CASE, "NXQ-2026-00001", DEPOSIT_FEN, now=NOON)

    assert purse.balances(Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING) == [0, FACE_FEN]
    with pytest.raises(CommitmentDiffersError):
        issue(purse.session, CASE, "NXQ-2026-00002", DEPOSIT_FEN, now=NOON)


@pytest.mark.parametrize("why", [CommitmentState.EXPIRED, CommitmentState.VOIDED])
def test_an_unused_voucher_goes_back_with_its_deposit(purse: Purse, why: CommitmentState) -> None:
    purse.reserve()
    purse.issue()

    give_back(purse.session, CASE, why, now=NOON)
    give_back(purse.session, CASE, why, now=NOON)

    held = purse.balances(Account.FUND_AVAILABLE, Account.VOUCHER_OUTSTANDING, Account.PAYABLE_ENTERPRISE)
    assert held == [1_000_000, 0, DEPOSIT_FEN]
    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == 0
    with pytest.raises(CommitmentStateError):
        settle(purse.session, CASE, Payable(FACE_FEN, DEPOSIT_FEN, 0), now=NOON)


def test_a_deposit_kept_by_a_decision_goes_into_the_purse(purse: Purse) -> None:
    purse.reserve()
    purse.issue()

    give_back(purse.session, CASE, CommitmentState.VOIDED, deposit=DepositGoes.KEPT, now=NOON)

    assert purse.balances(Account.FUND_AVAILABLE, Account.PAYABLE_ENTERPRISE) == [1_000_000 + DEPOSIT_FEN, 0]


def test_an_expired_voucher_may_go_on_counting_in_the_year(purse: Purse) -> None:
    purse.reserve()
    purse.issue()

    give_back(purse.session, CASE, CommitmentState.EXPIRED, still_counts=True, now=NOON)

    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == FACE_FEN


def test_a_settled_voucher_is_spent_and_owed_and_the_rest_goes_back(purse: Purse) -> None:
    purse.reserve()
    purse.issue()

    settle(purse.session, CASE, Payable(voucher_fen=192_000, deposit_fen=200_000, fee_fen=14_700), now=NOON)

    held = purse.balances(
        Account.FUND_SPENT, Account.EXPENDITURE, Account.FUND_AVAILABLE, Account.PAYABLE_AGENCY,
        Account.PAYABLE_ENTERPRISE, Account.SUPERVISION_FEE, Account.DEPOSIT_HELD, Account.VOUCHER_OUTSTANDING,
    )  # fmt: skip
    assert held == [192_000, 192_000, 808_000, 392_000 - 14_700, 50_000, 14_700, 0, 0]
    one = commitment_of(purse.session, CASE)
    assert (one.state, one.settled_fen, one.returned_fen) == ("settled", 192_000, 48_000)
    assert year_use.claimed_fen(purse.session, purse.enterprises[0], YEAR) == 192_000


def test_a_voucher_is_settled_once(purse: Purse) -> None:
    purse.reserve()
    purse.issue()
    whole = Payable(FACE_FEN, DEPOSIT_FEN, 0)

    settle(purse.session, CASE, whole, now=NOON)
    settle(purse.session, CASE, whole, now=NOON)

    assert purse.balances(Account.PAYABLE_AGENCY) == [FACE_FEN + DEPOSIT_FEN]
    with pytest.raises(EntryDiffersError):
        settle(purse.session, CASE, Payable(FACE_FEN, DEPOSIT_FEN, 1), now=NOON)
    with pytest.raises(CommitmentStateError):
        give_back(purse.session, CASE, CommitmentState.EXPIRED, now=NOON)


@pytest.mark.parametrize(
    "payable", [Payable(FACE_FEN + 1, 0, 0), Payable(0, DEPOSIT_FEN + 1, 0), Payable(-1, 0, 0), Payable(0, -1, 0)]
)
def test_no_more_is_paid_than_voucher_and_deposit_hold(purse: Purse, payable: Payable) -> None:
    purse.reserve()
    purse.issue()

    with pytest.raises(OverFaceValueError):
        settle(purse.session, CASE, payable, now=NOON)


@pytest.mark.parametrize(("fee_fen", "is_taken"), [(299, True), (300, True), (301, False)])
def test_the_fee_is_taken_from_what_the_agency_gets(purse: Purse, fee_fen: int, is_taken: bool) -> None:
    purse.reserve()
    purse.issue()

    if is_taken:
        settle(purse.session, CASE, Payable(100, 200, fee_fen), now=NOON)
        assert purse.balances(Account.PAYABLE_AGENCY, Account.SUPERVISION_FEE) == [300 - fee_fen, fee_fen]
    else:
        with pytest.raises(FeeAbovePaymentError):
            settle(purse.session, CASE, Payable(100, 200, fee_fen), now=NOON)


def test_a_service_that_failed_pays_nothing(purse: Purse) -> None:
    purse.reserve()
    purse.issue()

    settle(purse.session, CASE, Payable(0, 0, 0), now=NOON)

    held = purse.balances(Account.FUND_AVAILABLE, Account.PAYABLE_AGENCY, Account.PAYABLE_ENTERPRISE)
    assert held == [1_000_000, 0, DEPOSIT_FEN]


def test_a_case_without_money_has_nothing_to_release(purse: Purse) -> None:
    with pytest.raises(UnknownCommitmentError):
        release(purse.session, "2026-09999", "lapsed", now=NOON)


def test_cases_that_race_reserve_what_fits_and_nothing_more(database: sa.Engine) -> None:
    with unit_of_work(database) as unit:
        fill_purse(unit.session, 1_000_000)
        agency, enterprises = firms(unit.session, enterprises=12)
    outcomes: list[bool] = []

    def race(number: int) -> None:
        with unit_of_work(database) as unit:
            outcomes.append(
                reserve(unit.session, voucher_case(number, agency, enterprises[number]), FACE_FEN, now=NOON)
            )

    threads = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False] * 8 + [True] * 4
    with unit_of_work(database) as unit:
        assert available_fen(unit.session, YEAR) == 1_000_000 - 4 * FACE_FEN
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(Commitment)) == 4
        assert unit.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 5
