"""Confirming payments: a line of the bank shows that an order was paid, to the fen; only then cash leaves the books."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.bank_errors import AmountDiffersError, PaymentStateError
from app.domain.bank_line import BankLine, LineState, line_to_use, use_line
from app.domain.case_signal import Signal, signal
from app.domain.ledger import EntryKind, Line, Posting, post
from app.domain.payment import OPEN, PaymentOrder, PaymentState, Purpose, payment_to_change

_NUMBER = re.compile(r"(?<![A-Z0-9])ZF-20\d\d-\d{5,}(?!\d)")


def match_payment(session: Session, line: BankLine, *, now: datetime) -> str | None:
    """Match a line that went out to the order that it names, and return its number; None: finance looks at it.

    A line that names none is matched when a single open order goes to this account with exactly this amount.
    """
    named = _NUMBER.search(line.remark)
    query = sa.select(PaymentOrder).where(PaymentOrder.state.in_(OPEN), PaymentOrder.amount_fen == -line.amount_fen)
    if named:
        query = query.where(PaymentOrder.number == named.group())
    else:
        query = query.where(PaymentOrder.payee_account == line.counterparty_account, PaymentOrder.payee_account != "")
    found = session.scalars(query.limit(2)).all()
    if len(found) != 1:
        return None
    _confirm(session, found[0], line, now=now, actor_id=None)
    return found[0].number


def confirm_payment(session: Session, order_id: int, line_id: int, *, now: datetime, actor_id: int) -> None:
    """Say by hand which line of the bank paid an order; the same again changes nothing.

    Raises PaymentStateError, AmountDiffersError, BankLineTakenError. A line of a slip is entered before
    (`bank_statement.enter_line`), so that cash never moves without the bank.
    """
    order = payment_to_change(session, order_id)
    if order.bank_line_id == line_id:
        return
    if order.state == PaymentState.PAID:
        raise PaymentStateError(order.number, order.state)
    line = line_to_use(session, line_id, LineState.UNMATCHED)
    if order.amount_fen != -line.amount_fen:
        raise AmountDiffersError(order.amount_fen, -line.amount_fen)
    _confirm(session, order, line, now=now, actor_id=actor_id)


def _confirm(session: Session, order: PaymentOrder, line: BankLine, *, now: datetime, actor_id: int | None) -> None:
    posting = Posting(
        EntryKind.PAID, [Line(Account(order.account), Account.CASH, order.amount_fen)], order.policy_year, "A10.3",
        f"paid:{order.number}", order.case_number, note=line.serial_number,
    )  # fmt: skip
    line.entry_id = post(session, posting, now=now, actor_id=actor_id)
    line.case_number = order.case_number
    use_line(line, LineState.PAYMENT, now=now, actor_id=actor_id)
    order.state, order.bank_line_id = PaymentState.PAID, line.id
    order.paid_at, order.paid_by = now, actor_id
    if order.source_line_id is not None:
        source = line_to_use(session, order.source_line_id, LineState.RETURNING)
        use_line(source, LineState.RETURNED, now=now, actor_id=actor_id, reason=source.reason)
    session.flush()
    if order.case_number and order.purpose == Purpose.SETTLEMENT and not _is_owed(session, order.case_number):
        signal(session, order.case_number, Signal.PAYMENT_CONFIRMED, now=now)


def _is_owed(session: Session, case_number: str) -> bool:
    """Whether something of the case's settlement is still to be paid."""
    query = sa.select(PaymentOrder.id).where(
        PaymentOrder.case_number == case_number,
        PaymentOrder.purpose == Purpose.SETTLEMENT,
        PaymentOrder.state.in_(OPEN),
    )
    return session.scalar(query.limit(1)) is not None
