"""Whose money somebody of the office may see: that of every case but those of organisations that they are tied to."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.bank_line import BankLine
from app.domain.commitment import Commitment
from app.domain.payment import PaymentOrder
from app.engine.actor import Actor


def kept_out(actor: Actor) -> frozenset[int]:
    """The organisations whose cases, and so whose money, are nothing to a person."""
    return actor.organisations | actor.barred


def cases_out_of_sight(actor: Actor) -> sa.Select[str] | None:
    """The numbers of cases whose money is not for a person; None: of no case, and no statement asks for it."""
    if not actor.barred:
        return None
    parties = sorted(kept_out(actor))
    return sa.select(Commitment.case_number).where(
        sa.or_(Commitment.enterprise_id.in_(parties), Commitment.agency_id.in_(parties))
    )


def is_line_in_sight(session: Session, actor: Actor, *, line_id: int | None = None, case_number: str = "") -> bool:
    """Whether a line of the bank, or the money of a case, is for a person; what does not exist is said by the domain."""
    hidden = cases_out_of_sight(actor)
    if hidden is None:
        return True
    of_line = sa.select(BankLine.case_number).where(BankLine.id == line_id).scalar_subquery()
    number = of_line if line_id is not None else sa.literal(case_number)
    return session.scalar(sa.select(sa.literal(1)).where(number.in_(hidden))) is None


def is_order_in_sight(session: Session, actor: Actor, order_id: int) -> bool:
    """Whether a payment order is for a person; one that does not exist is said by the domain."""
    hidden = cases_out_of_sight(actor)
    if hidden is None:
        return True
    query = sa.select(PaymentOrder.id).where(PaymentOrder.id == order_id, PaymentOrder.case_number.in_(hidden))
    return session.scalar(query) is None
