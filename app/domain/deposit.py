"""Deposits (保证金): matched to their case to the fen, or parked and sent back, never silently accepted (A9.3)."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.bank_errors import AmountDiffersError, DepositNotExpectedError
from app.domain.bank_line import BankLine, LineState, line_to_use, use_line
from app.domain.case_signal import Signal, signal
from app.domain.commitment import Commitment, CommitmentState, commitment_to_change
from app.domain.ledger import EntryKind, Line, Posting, post
from app.domain.organisation import Organisation
from app.domain.payment import PaymentOrder, order_return

_CASE_NUMBER = re.compile(r"(?<!\d)20\d\d-\d{5}(?!\d)")


def match_deposit(session: Session, line: BankLine, *, now: datetime) -> str | None:
    """Match a line in suspense to the case that it names, and return the case; None: it stays parked.

    A line that names a case which takes no deposit, or not of this amount, is to be sent back. A line that names none is
    matched when its payer waits to pay exactly this; else finance looks at it.
    """
    named = _CASE_NUMBER.search(line.remark)
    one = session.get(Commitment, named.group(), populate_existing=True) if named else _case_of_payer(session, line)
    if one is None:
        return None
    line.case_number = one.case_number
    if not _is_expected(one):
        order_return(session, line, "deposit_not_expected", now=now)
        return None
    if one.deposit_fen != line.amount_fen:
        order_return(session, line, "amount_differs", now=now)
        return None
    return _hold(session, line, one, now=now, actor_id=None)


def match_deposit_by_hand(session: Session, line_id: int, case_number: str, *, now: datetime, actor_id: int) -> None:
    """Match a line in suspense to a case; raise DepositNotExpectedError, AmountDiffersError, BankLineTakenError."""
    line = line_to_use(session, line_id, LineState.SUSPENSE)
    one = commitment_to_change(session, case_number)
    if not _is_expected(one):
        raise DepositNotExpectedError(case_number)
    if one.deposit_fen != line.amount_fen:
        raise AmountDiffersError(one.deposit_fen, line.amount_fen)
    line.case_number = case_number
    _hold(session, line, one, now=now, actor_id=actor_id)


def return_line(session: Session, line_id: int, reason: str, *, now: datetime, actor_id: int) -> PaymentOrder:
    """Order that money in suspense is sent back to whoever paid it."""
    line = line_to_use(session, line_id, LineState.SUSPENSE)
    return order_return(session, line, reason, now=now, actor_id=actor_id)


def _is_expected(one: Commitment) -> bool:
    return one.state == CommitmentState.RESERVED and one.deposit_fen > 0 and not one.deposit_held_fen


def _case_of_payer(session: Session, line: BankLine) -> Commitment | None:
    """The only case of the payer's that waits for exactly this; with two, nobody guesses."""
    if not line.counterparty_name:
        return None
    found = session.scalars(
        sa.select(Commitment)
        .join(Organisation, Organisation.id == Commitment.enterprise_id)
        .where(
            Organisation.name_zh == line.counterparty_name,
            Commitment.state == CommitmentState.RESERVED,
            Commitment.deposit_fen == line.amount_fen,
            Commitment.deposit_held_fen == 0,
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _hold(session: Session, line: BankLine, one: Commitment, *, now: datetime, actor_id: int | None) -> str:
    use_line(line, LineState.DEPOSIT, now=now, actor_id=actor_id)
    one.deposit_held_fen, one.changed_at = line.amount_fen, now
    session.flush()
    posting = Posting(
        EntryKind.DEPOSIT_MATCHED, [Line(Account.SUSPENSE, Account.DEPOSIT_HELD, line.amount_fen)], one.policy_year,
        "A9.3", f"deposit_matched:{line.serial_number}", one.case_number, note=line.serial_number,
    )  # fmt: skip
    post(session, posting, now=now, actor_id=actor_id)
    signal(session, one.case_number, Signal.DEPOSIT_CONFIRMED, now=now)
    return one.case_number
