"""Payment orders: to the agency, to the enterprise, back to whoever paid wrongly; batch files for the bank; confirmation.

An order is made with the entry that owes the money, so that no fen is owed without an order; cash moves when a line of
the bank shows that it was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.account import Account
from app.domain.bank_errors import UnknownPaymentError
from app.domain.bank_line import BankLine, LineState, use_line
from app.domain.calendar import local_day
from app.domain.commitment import Commitment
from app.domain.ledger import Line, lock_books
from app.domain.organisation import Organisation
from app.domain.yearly_number import next_in_year


class Purpose(StrEnum):
    """What an order pays."""

    SETTLEMENT = "settlement"
    DEPOSIT_RETURN = "deposit_return"
    SUSPENSE_RETURN = "suspense_return"


class PaymentState(StrEnum):
    """How far an order has come."""

    ORDERED = "ordered"
    SENT = "sent"
    """In a batch file that the bank has been given."""
    PAID = "paid"


OPEN = (PaymentState.ORDERED, PaymentState.SENT)


class PaymentBatch(Base):
    """Orders that went to the bank in one file."""

    __tablename__ = "payment_batch"
    __table_args__ = (sa.UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20))
    orders: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class PaymentOrder(Base):
    """One amount that is to be paid to one account, once."""

    __tablename__ = "payment_order"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("idempotency_key"),
        sa.UniqueConstraint("source_line_id"),
        sa.UniqueConstraint("bank_line_id"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("account IN ('payable_agency', 'payable_enterprise', 'suspense')", name="account"),
        sa.CheckConstraint("purpose IN ('settlement', 'deposit_return', 'suspense_return')", name="purpose"),
        sa.CheckConstraint("state IN ('ordered', 'sent', 'paid')", name="state"),
        sa.CheckConstraint("(state = 'paid') = (bank_line_id IS NOT NULL)", name="paid_by_the_bank"),
        sa.CheckConstraint("(source_line_id IS NOT NULL) = (account = 'suspense')", name="source"),
        sa.Index("ix_payment_order_state_id", "state", "id"),
        sa.Index("ix_payment_order_case_number", "case_number"),
        sa.Index("ix_payment_order_batch_id", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), comment="as the bank shows it in the remark")
    purpose: Mapped[str] = mapped_column(sa.String(16))
    account: Mapped[str] = mapped_column(sa.String(20), comment="of the books: where the money is owed")
    policy_year: Mapped[int]
    case_number: Mapped[str | None] = mapped_column(sa.String(80), comment="NULL: of no case")
    payee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), comment="NULL: only the bank knows it"
    )
    payee_name: Mapped[str] = mapped_column(sa.String(120))
    payee_account: Mapped[str] = mapped_column(sa.String(40), comment="'': not known; it cannot be sent before it is")
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    state: Mapped[str] = mapped_column(sa.String(8))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_batch.id"), comment="NULL: not sent in a file")
    source_line_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("bank_line.id"), comment="the line that is sent back; NULL: owed by a case"
    )
    bank_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bank_line.id"), comment="that shows it paid")
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), comment="the same thing is ordered once")
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: the machine")
    paid_at: Mapped[datetime | None] = mapped_column(Instant, comment="when it was confirmed; NULL: not yet")
    paid_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: matched by the machine")


@dataclass(frozen=True, slots=True)
class _Payee:
    organisation_id: int | None
    name: str
    account: str


def order_payables(
    session: Session, one: Commitment, lines: Sequence[Line], purpose: Purpose, *, now: datetime, actor_id: int | None
) -> list[PaymentOrder]:
    """Order what an entry of a case owes, once: to the agency and to the enterprise, each its net amount."""
    owed = ((Account.PAYABLE_AGENCY, one.agency_id), (Account.PAYABLE_ENTERPRISE, one.enterprise_id))
    made = []
    for account, organisation_id in owed:
        amount_fen = sum(line.amount_fen * ((line.credit == account) - (line.debit == account)) for line in lines)
        key = f"{account}:{one.case_number}"
        if not amount_fen or _is_ordered(session, key):
            continue
        payee = session.get_one(Organisation, organisation_id)
        order = PaymentOrder(
            purpose=str(purpose), account=str(account), policy_year=one.policy_year, case_number=one.case_number,
            amount_fen=amount_fen, idempotency_key=key, source_line_id=None,
        )  # fmt: skip
        made.append(_order(session, order, _Payee(payee.id, payee.name_zh, payee.bank_account), now, actor_id))
    return made


def order_return(
    session: Session, line: BankLine, reason: str, *, now: datetime, actor_id: int | None = None
) -> PaymentOrder:
    """Order that a line in suspense is sent back to the account that it came from."""
    use_line(line, LineState.RETURNING, now=now, actor_id=actor_id, reason=reason)
    order = PaymentOrder(
        purpose=str(Purpose.SUSPENSE_RETURN), account=str(Account.SUSPENSE), policy_year=line.policy_year,
        case_number=line.case_number, amount_fen=line.amount_fen, idempotency_key=f"return:{line.serial_number}",
        source_line_id=line.id,
    )  # fmt: skip
    return _order(session, order, _Payee(None, line.counterparty_name, line.counterparty_account), now, actor_id)


def payments_of(session: Session, case_number: str) -> Sequence[PaymentOrder]:
    """The payment orders of a case, in order."""
    query = sa.select(PaymentOrder).where(PaymentOrder.case_number == case_number).order_by(PaymentOrder.id)
    return session.scalars(query).all()


def open_payments(session: Session, case_number: str) -> Sequence[PaymentOrder]:
    """The orders of a case's settlement that the bank has not paid yet."""
    return [
        one
        for one in payments_of(session, case_number)
        if one.purpose == Purpose.SETTLEMENT and one.state != PaymentState.PAID
    ]


def payment_to_change(session: Session, order_id: int) -> PaymentOrder:
    """An order under the books' lock; raise UnknownPaymentError."""
    lock_books(session)
    session.flush()
    found = session.get(PaymentOrder, order_id, populate_existing=True)
    if found is None:
        raise UnknownPaymentError(order_id)
    return found


def _is_ordered(session: Session, key: str) -> bool:
    return session.scalar(sa.select(PaymentOrder.id).where(PaymentOrder.idempotency_key == key)) is not None


def _order(session: Session, order: PaymentOrder, payee: _Payee, now: datetime, actor_id: int | None) -> PaymentOrder:
    year = local_day(now).year
    order.number = f"ZF-{year}-{next_in_year(session, 'payment', year=year):05d}"
    order.payee_id, order.payee_name, order.payee_account = payee.organisation_id, payee.name, payee.account
    order.state, order.ordered_at, order.ordered_by = str(PaymentState.ORDERED), now, actor_id
    session.add(order)
    session.flush()
    return order
