"""What the purse has promised to a case: one row, from the reserve to its end.

The rows are the books' other side: `fund_reserved` and `voucher_outstanding` are their sums, and the check compares both.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.book_errors import UnknownCommitmentError
from app.domain.ledger import lock_books


class CommitmentState(StrEnum):
    """How far the money of a case has come."""

    RESERVED = "reserved"
    ISSUED = "issued"
    SETTLED = "settled"
    RELEASED = "released"
    """Given back before a voucher was issued: refused, withdrawn, lapsed."""
    EXPIRED = "expired"
    VOIDED = "voided"


LIVE = (CommitmentState.RESERVED, CommitmentState.ISSUED)
_STATES = ", ".join(repr(str(one)) for one in CommitmentState)


class Commitment(Base):
    """The money of one case, from the reserve to its end."""

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("deposit_fen >= 0", name="deposit"),
        sa.CheckConstraint("deposit_held_fen IN (0, deposit_fen)", name="deposit_whole_or_none"),
        sa.CheckConstraint("deposit_kept_fen IN (0, deposit_fen)", name="deposit_kept"),
        sa.CheckConstraint("settled_fen >= 0 AND returned_fen >= 0", name="ends_positive"),
        sa.CheckConstraint(
            "settled_fen + returned_fen = CASE WHEN state IN ('reserved', 'issued') THEN 0 ELSE amount_fen END",
            name="settled_and_returned",
        ),
        sa.CheckConstraint("state = 'settled' OR settled_fen = 0", name="only_settled_pays"),
        sa.CheckConstraint("state IN ('reserved', 'issued') OR deposit_held_fen = 0", name="deposit_goes_at_the_end"),
        sa.CheckConstraint(
            "(voucher_number IS NOT NULL) = (state IN ('issued', 'settled', 'expired', 'voided'))",
            name="voucher_number",
        ),
        sa.CheckConstraint("claimed_fen BETWEEN 0 AND amount_fen", name="claimed"),
        sa.UniqueConstraint("voucher_number"),
        sa.Index("ix_commitment_enterprise_year", "enterprise_id", "policy_year"),
        sa.Index("ix_commitment_agency_id", "agency_id"),
        sa.Index("ix_commitment_year_state", "policy_year", "state"),
    )

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    category: Mapped[str] = mapped_column(sa.String(40))
    policy_year: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[str] = mapped_column(sa.String(10))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="reserved; from the issue on the face value")
    claimed_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="what of it counts in the enterprise's year (A6.2)")
    deposit_fen: Mapped[int] = mapped_column(
        sa.BigInteger, server_default="0", comment="expected; 0: not asked for yet"
    )
    deposit_held_fen: Mapped[int] = mapped_column(sa.BigInteger, server_default="0", comment="confirmed and still held")
    settled_fen: Mapped[int] = mapped_column(sa.BigInteger, server_default="0", comment="paid from the voucher (A11.2)")
    returned_fen: Mapped[int] = mapped_column(sa.BigInteger, server_default="0", comment="back to the purse at the end")
    deposit_kept_fen: Mapped[int] = mapped_column(
        sa.BigInteger, server_default="0", comment="by a decision it went into the purse (A11.5)"
    )
    voucher_number: Mapped[str | None] = mapped_column(sa.String(40), comment="NULL: none was issued")
    changed_at: Mapped[datetime] = mapped_column(Instant)


def commitment_of(session: Session, case_number: str) -> Commitment:
    """The money of a case; raise UnknownCommitmentError if none was ever reserved."""
    found = session.get(Commitment, case_number)
    if found is None:
        raise UnknownCommitmentError(case_number)
    return found


def commitment_to_change(session: Session, case_number: str) -> Commitment:
    """The same under the books' lock and as it stands now, for a step that changes it."""
    lock_books(session)
    found = session.get(Commitment, case_number, populate_existing=True)
    if found is None:
        raise UnknownCommitmentError(case_number)
    return found
