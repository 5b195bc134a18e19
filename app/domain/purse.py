"""The purse: reserve, release, issue, give back, settle; each verb moves the money of one case once.

Every verb may be repeated: the same step with the same figures changes nothing, with other figures it is refused. What is
given back lies in the purse afterwards; who waits for it is promoted by the caller, in the same transaction. What comes to
be owed to agency or enterprise has its payment order at once (`app.domain.payment.payments_of`); nobody else makes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.domain import year_use
from app.domain.account import Account
from app.domain.book_errors import (
    AmountNotPositiveError,
    CommitmentDiffersError,
    CommitmentStateError,
    DepositMissingError,
    FeeAbovePaymentError,
    OverFaceValueError,
)
from app.domain.commitment import Commitment, CommitmentState, commitment_to_change
from app.domain.ledger import EntryKind, Line, Posting, balance, lock_books, post
from app.domain.payment import Purpose, order_payables

_ARTICLES = {
    EntryKind.RESERVED: "A11.6",
    EntryKind.RESERVE_LOWERED: "A9.2",
    EntryKind.RELEASED: "A11.6",
    EntryKind.ISSUED: "A9.4",
    EntryKind.EXPIRED: "A11.10",
    EntryKind.VOIDED: "A11.5",
    EntryKind.SETTLED: "A11.2",
}


@dataclass(frozen=True, slots=True)
class VoucherCase:
    """Whose case it is that asks for money; `year_limit_fen` is A6.2's figure under which it is decided."""

    case_number: str
    enterprise_id: int
    agency_id: int
    category: str
    policy_year: int
    year_limit_fen: int


@dataclass(frozen=True, slots=True)
class Payable:
    """What a settled case pays: from the voucher, from the deposit, and the fee that is taken from both."""

    voucher_fen: int
    deposit_fen: int
    fee_fen: int


class DepositGoes(StrEnum):
    """What becomes of the deposit of a voucher that ends unused."""

    RETURNED = "returned"
    KEPT = "kept"
    """By a decision (A11.5): it goes into the purse of the policy year."""


def available_fen(session: Session, policy_year: int, category: str | None = None) -> int:
    """What the year's purse can still promise, in fen; for a category no more than is left of its share."""
    purse = balance(session, Account.FUND_AVAILABLE, policy_year)
    left = year_use.share_left_fen(session, policy_year, category) if category else None
    return purse if left is None else min(purse, left)


def reserve(
    session: Session, case: VoucherCase, amount_fen: int, *, now: datetime, actor_id: int | None = None
) -> bool:
    """Keep money for a case; False if the purse, or the category's share, does not hold it (A11.6).

    Raises YearLimitReachedError (A6.2), CommitmentStateError when the case's money has come to its end before.
    """
    lock_books(session)
    session.flush()
    found = session.get(Commitment, case.case_number, populate_existing=True)
    if found is not None:
        _must_be(found, CommitmentState.RESERVED)
        _must_agree(found, "amount_fen", found.amount_fen, amount_fen)
        return True
    if amount_fen <= 0:
        raise AmountNotPositiveError(amount_fen)
    limit = case.year_limit_fen
    year_use.check_claim(session, case.enterprise_id, case.policy_year, amount_fen, limit_fen=limit)
    if available_fen(session, case.policy_year, case.category) < amount_fen:
        return False
    year_use.claim(session, case.enterprise_id, case.policy_year, amount_fen, limit_fen=limit)
    year_use.count_category(session, case.policy_year, case.category, amount_fen)
    one = _new_commitment(case, amount_fen, now)
    session.add(one)
    lines = [Line(Account.FUND_AVAILABLE, Account.FUND_RESERVED, amount_fen)]
    _book(session, one, EntryKind.RESERVED, lines, now=now, actor_id=actor_id)
    return True


def lower_reserve(
    session: Session, case_number: str, to_fen: int, *, now: datetime, actor_id: int | None = None
) -> None:
    """Keep less for a case: what the review passed; the rest is open to others again (A9.2)."""
    one = commitment_to_change(session, case_number)
    _must_be(one, CommitmentState.RESERVED)
    if to_fen == one.amount_fen:
        return
    if to_fen <= 0:
        raise AmountNotPositiveError(to_fen)
    if to_fen > one.amount_fen:
        raise OverFaceValueError(case_number, to_fen, one.amount_fen)
    if one.deposit_fen:
        raise CommitmentDiffersError(case_number, "deposit_fen", one.deposit_fen, 0)
    less = one.amount_fen - to_fen
    _uncount(session, one, less)
    one.amount_fen, one.claimed_fen, one.changed_at = to_fen, one.claimed_fen - less, now
    lines = [Line(Account.FUND_RESERVED, Account.FUND_AVAILABLE, less)]
    _book(session, one, EntryKind.RESERVE_LOWERED, lines, now=now, actor_id=actor_id, key=f":{to_fen}")


def expect_deposit(session: Session, case_number: str, deposit_fen: int, *, now: datetime) -> None:
    """Write down what the enterprise is to pay in (A9.3): the contract's amount less the face value.

    From now on a bank line of exactly this amount can be matched to the case; the reserve is lowered before, not after.
    """
    one = commitment_to_change(session, case_number)
    _must_be(one, CommitmentState.RESERVED)
    if deposit_fen <= 0:
        raise AmountNotPositiveError(deposit_fen)
    if one.deposit_fen:
        _must_agree(one, "deposit_fen", one.deposit_fen, deposit_fen)
    one.deposit_fen, one.changed_at = deposit_fen, now
    session.flush()


def release(
    session: Session, case_number: str, why: str, *, now: datetime, actor_id: int | None = None,
    deposit: DepositGoes = DepositGoes.RETURNED,
) -> None:  # fmt: skip
    """Give back what was reserved, because the case ends without a voucher; `why` is a word such as "lapsed".

    A deposit that has come in is owed to the enterprise, unless a decision keeps it.
    """
    one = commitment_to_change(session, case_number)
    if one.state == CommitmentState.RELEASED:
        return
    _must_be(one, CommitmentState.RESERVED)
    lines = [Line(Account.FUND_RESERVED, Account.FUND_AVAILABLE, one.amount_fen), *_let_deposit_go(one, deposit)]
    _uncount(session, one, one.amount_fen)
    _end(one, CommitmentState.RELEASED, settled_fen=0, claimed_fen=0, now=now)
    _book(session, one, EntryKind.RELEASED, lines, now=now, actor_id=actor_id, note=why)


def issue(
    session: Session, case_number: str, voucher_number: str, deposit_fen: int, *, now: datetime,
    actor_id: int | None = None,
) -> None:  # fmt: skip
    """Turn the reserve into a named voucher (A9.4); raise DepositMissingError until the deposit is confirmed."""
    one = commitment_to_change(session, case_number)
    if one.state == CommitmentState.ISSUED:
        _must_agree(one, "voucher_number", one.voucher_number, voucher_number)
        return
    _must_be(one, CommitmentState.RESERVED)
    if not one.deposit_held_fen or one.deposit_held_fen != deposit_fen:
        raise DepositMissingError(case_number, deposit_fen, one.deposit_held_fen)
    one.state, one.voucher_number, one.changed_at = CommitmentState.ISSUED, voucher_number, now
    lines = [Line(Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING, one.amount_fen)]
    _book(session, one, EntryKind.ISSUED, lines, now=now, actor_id=actor_id)


def give_back(
    session: Session, case_number: str, why: CommitmentState, *, now: datetime, actor_id: int | None = None,
    deposit: DepositGoes = DepositGoes.RETURNED, still_counts: bool = False,
) -> None:  # fmt: skip
    """End a voucher unused, "expired" (A11.10) or "voided" (A11.5): the face value goes back to the purse.

    Args:
        deposit: whether it is owed to the enterprise, or kept by a decision.
        still_counts: whether it goes on counting in the enterprise's year (A6.2's parameter for expired vouchers).
    """
    why, deposit = CommitmentState(why), DepositGoes(deposit)
    one = commitment_to_change(session, case_number)
    if why not in (CommitmentState.EXPIRED, CommitmentState.VOIDED):
        raise CommitmentStateError(case_number, one.state, why)
    if one.state == why:
        return
    _must_be(one, CommitmentState.ISSUED)
    lines = [Line(Account.VOUCHER_OUTSTANDING, Account.FUND_AVAILABLE, one.amount_fen), *_let_deposit_go(one, deposit)]
    _uncount(session, one, one.amount_fen, still_counts=still_counts)
    _end(one, why, settled_fen=0, claimed_fen=one.amount_fen if still_counts else 0, now=now)
    kind = EntryKind.EXPIRED if why is CommitmentState.EXPIRED else EntryKind.VOIDED
    _book(session, one, kind, lines, now=now, actor_id=actor_id, note=deposit)


def settle(session: Session, case_number: str, payable: Payable, *, now: datetime, actor_id: int | None = None) -> None:
    """Settle a voucher, at most once (A11.2): the agency's part is owed to it, less the fee; the rest goes back.

    Raises OverFaceValueError, FeeAbovePaymentError (A11.12), CommitmentStateError.
    """
    one = commitment_to_change(session, case_number)
    if one.state != CommitmentState.SETTLED:
        _must_be(one, CommitmentState.ISSUED)
    _check_payable(one, payable)
    if one.state == CommitmentState.ISSUED:
        _uncount(session, one, one.amount_fen - payable.voucher_fen)
        year_use.count_used(session, one.enterprise_id, one.policy_year, payable.voucher_fen)
        _end(one, CommitmentState.SETTLED, settled_fen=payable.voucher_fen, claimed_fen=payable.voucher_fen, now=now)
    _book(session, one, EntryKind.SETTLED, _settlement(one, payable), now=now, actor_id=actor_id)


def _new_commitment(case: VoucherCase, amount_fen: int, now: datetime) -> Commitment:
    return Commitment(
        case_number=case.case_number, enterprise_id=case.enterprise_id, agency_id=case.agency_id,
        category=case.category, policy_year=case.policy_year, state=CommitmentState.RESERVED, amount_fen=amount_fen,
        claimed_fen=amount_fen, deposit_fen=0, deposit_held_fen=0, settled_fen=0, returned_fen=0,
        deposit_kept_fen=0, changed_at=now,
    )  # fmt: skip


def _end(one: Commitment, state: CommitmentState, *, settled_fen: int, claimed_fen: int, now: datetime) -> None:
    one.state, one.changed_at, one.claimed_fen, one.deposit_held_fen = state, now, claimed_fen, 0
    one.settled_fen, one.returned_fen = settled_fen, one.amount_fen - settled_fen


def _uncount(session: Session, one: Commitment, amount_fen: int, *, still_counts: bool = False) -> None:
    """Take what goes back to the purse out of the years of enterprise and category."""
    if not still_counts:
        year_use.unclaim(session, one.enterprise_id, one.policy_year, amount_fen)
    year_use.count_category(session, one.policy_year, one.category, -amount_fen)


def _let_deposit_go(one: Commitment, goes: DepositGoes) -> list[Line]:
    if not one.deposit_held_fen:
        return []
    if goes is DepositGoes.RETURNED:
        return [Line(Account.DEPOSIT_HELD, Account.PAYABLE_ENTERPRISE, one.deposit_held_fen)]
    one.deposit_kept_fen = one.deposit_held_fen
    return [Line(Account.DEPOSIT_HELD, Account.FUND_AVAILABLE, one.deposit_held_fen)]


def _check_payable(one: Commitment, payable: Payable) -> None:
    held = ((payable.voucher_fen, one.amount_fen), (payable.deposit_fen, one.deposit_fen))
    for wanted_fen, held_fen in held:
        if not 0 <= wanted_fen <= held_fen:
            raise OverFaceValueError(one.case_number, wanted_fen, held_fen)
    payment_fen = payable.voucher_fen + payable.deposit_fen
    if not 0 <= payable.fee_fen <= payment_fen:
        raise FeeAbovePaymentError(one.case_number, payable.fee_fen, payment_fen)


def _settlement(one: Commitment, payable: Payable) -> list[Line]:
    """Spent and owed, the rest of the face value to the purse, the rest of the deposit to the enterprise, the fee."""
    lines = (
        Line(Account.VOUCHER_OUTSTANDING, Account.FUND_SPENT, payable.voucher_fen),
        Line(Account.EXPENDITURE, Account.PAYABLE_AGENCY, payable.voucher_fen),
        Line(Account.DEPOSIT_HELD, Account.PAYABLE_AGENCY, payable.deposit_fen),
        Line(Account.VOUCHER_OUTSTANDING, Account.FUND_AVAILABLE, one.amount_fen - payable.voucher_fen),
        Line(Account.DEPOSIT_HELD, Account.PAYABLE_ENTERPRISE, one.deposit_fen - payable.deposit_fen),
        Line(Account.PAYABLE_AGENCY, Account.SUPERVISION_FEE, payable.fee_fen),
    )
    return [line for line in lines if line.amount_fen]


def _must_be(one: Commitment, state: CommitmentState) -> None:
    if one.state != state:
        raise CommitmentStateError(one.case_number, one.state, state)


def _must_agree(one: Commitment, figure: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise CommitmentDiffersError(one.case_number, figure, found, wanted)


def _book(
    session: Session, one: Commitment, kind: EntryKind, lines: Sequence[Line], *, now: datetime,
    actor_id: int | None, key: str = "", note: str = "",
) -> None:  # fmt: skip
    """Write the row, book the same in the books, and order the payment of what is owed by it."""
    session.flush()
    posting = Posting(
        kind, lines, one.policy_year, _ARTICLES[kind], f"{kind}:{one.case_number}{key}", one.case_number, one.voucher_number,
        note,
    )  # fmt: skip
    post(session, posting, now=now, actor_id=actor_id)
    purpose = Purpose.SETTLEMENT if kind is EntryKind.SETTLED else Purpose.DEPOSIT_RETURN
    order_payables(session, one, lines, purpose, now=now, actor_id=actor_id)
