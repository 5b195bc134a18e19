"""What is paid of a voucher and a deposit, to whom, and what goes back: to the fen (A10.3, A11.2, A11.12).

of the voucher   floor(face x share) to the agency, the rest to the purse
of the deposit   floor(deposit x share) to the agency, the rest to the enterprise
of the agency's  the supervision fee, floor(contract x rate), at most what there is
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.case_parameter import fixed_parameters
from app.domain.settlement_errors import AlreadySettledError, FeeRateError, ShareUnreasonedError, SignatureMissingError

LOWEST_FEE_RATE, HIGHEST_FEE_RATE = 300, 600
"""In hundredths of a percent of the contract amount (A11.12)."""
WHOLE = 100


class Settlement(Base):
    """How one voucher was settled: written once."""

    __tablename__ = "settlement"
    __table_args__ = (
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name="share"),
        sa.CheckConstraint(
            "voucher_fen + returned_fen = face_fen AND voucher_fen >= 0 AND returned_fen >= 0", name="face"
        ),
        sa.CheckConstraint(
            "deposit_part_fen + enterprise_fen = deposit_fen AND deposit_part_fen >= 0 AND enterprise_fen >= 0",
            name="deposit",
        ),
        sa.CheckConstraint("agency_fen + fee_fen = voucher_fen + deposit_part_fen AND agency_fen >= 0", name="agency"),
        sa.CheckConstraint("fee_fen >= 0 AND fee_hundredths_percent BETWEEN 300 AND 600", name="fee"),
        sa.CheckConstraint("NOT needs_signature OR signed_by IS NOT NULL", name="signed"),
        sa.CheckConstraint("signed_by <> reviewed_by", name="two_people"),
        sa.CheckConstraint("share_percent = 100 OR length(reason) > 0", name="lower_has_reason"),
        sa.Index("ix_settlement_agency_id", "agency_id"),
        sa.Index("ix_settlement_enterprise_id", "enterprise_id"),
    )

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    voucher_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    contract_fen: Mapped[int] = mapped_column(sa.BigInteger)
    face_fen: Mapped[int] = mapped_column(sa.BigInteger)
    deposit_fen: Mapped[int] = mapped_column(sa.BigInteger)
    proposed_percent: Mapped[int] = mapped_column(comment="by the decision table")
    share_percent: Mapped[int]
    voucher_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="paid from the voucher")
    returned_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="back to the purse")
    deposit_part_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="paid from the deposit")
    enterprise_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="back to the enterprise")
    fee_hundredths_percent: Mapped[int]
    fee_fen: Mapped[int] = mapped_column(sa.BigInteger)
    agency_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="what the agency is paid")
    reason: Mapped[str] = mapped_column(sa.Text, comment="why not the whole, or why despite differences")
    needs_signature: Mapped[bool]
    reviewed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    signed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_at: Mapped[datetime] = mapped_column(Instant)
    paid_at: Mapped[datetime | None] = mapped_column(Instant, comment="the bank has confirmed every payment")


@dataclass(frozen=True, slots=True)
class Terms:
    """What there is to be settled."""

    voucher_number: str
    enterprise_id: int
    agency_id: int
    contract_fen: int
    face_fen: int
    deposit_fen: int


@dataclass(frozen=True, slots=True)
class Parts:
    """How the money is divided."""

    share_percent: int
    voucher_fen: int
    returned_fen: int
    deposit_part_fen: int
    enterprise_fen: int
    fee_hundredths_percent: int
    fee_fen: int
    agency_fen: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, why and by whom."""

    proposed_percent: int
    share_percent: int
    reason: str
    needs_signature: bool
    reviewed_by: int
    signed_by: int | None


def divide(terms: Terms, share_percent: int, *, fee_hundredths_percent: int) -> Parts:
    """Divide voucher and deposit by the share payable.

    Args:
        fee_hundredths_percent: of the contract amount, 300 to 600; anything else raises FeeRateError.
    """
    if not LOWEST_FEE_RATE <= fee_hundredths_percent <= HIGHEST_FEE_RATE:
        raise FeeRateError(fee_hundredths_percent)
    voucher_fen = terms.face_fen * share_percent // WHOLE
    deposit_part_fen = terms.deposit_fen * share_percent // WHOLE
    fee_fen = min(terms.contract_fen * fee_hundredths_percent // 10_000, voucher_fen + deposit_part_fen)
    return Parts(
        share_percent=share_percent, voucher_fen=voucher_fen, returned_fen=terms.face_fen - voucher_fen,
        deposit_part_fen=deposit_part_fen, enterprise_fen=terms.deposit_fen - deposit_part_fen,
        fee_hundredths_percent=fee_hundredths_percent, fee_fen=fee_fen,
        agency_fen=voucher_fen + deposit_part_fen - fee_fen,
    )  # fmt: skip


def share_decided(*, proposed_percent: int, wanted_percent: int | None, reason: str) -> int:
    """The share that the reviewer settles: the table's, or another one with a reason (else ShareUnreasonedError)."""
    if wanted_percent is None:
        return proposed_percent
    if not reason.strip() or wanted_percent == proposed_percent:
        raise ShareUnreasonedError(proposed_percent)
    return wanted_percent


def needs_signature(*, share_percent: int, proposed_percent: int, is_picked: bool, differs: bool) -> bool:
    """Whether a supervisor signs: under the whole, a picked claim, against the table, or despite differences (A10.3)."""
    return share_percent < WHOLE or share_percent != proposed_percent or is_picked or differs


def record_settlement(
    session: Session, case_number: str, terms: Terms, verdict: Verdict, parts: Parts, *, now: datetime
) -> Settlement:
    """Keep how a voucher was settled; raise AlreadySettledError, SignatureMissingError."""
    if session.get(Settlement, case_number) is not None:
        raise AlreadySettledError(case_number)
    if verdict.needs_signature and verdict.signed_by in (None, verdict.reviewed_by):
        raise SignatureMissingError(case_number)
    settled = Settlement(
        case_number=case_number, voucher_number=terms.voucher_number, enterprise_id=terms.enterprise_id,
        agency_id=terms.agency_id, contract_fen=terms.contract_fen, face_fen=terms.face_fen,
        deposit_fen=terms.deposit_fen, proposed_percent=verdict.proposed_percent, share_percent=parts.share_percent,
        voucher_fen=parts.voucher_fen, returned_fen=parts.returned_fen, deposit_part_fen=parts.deposit_part_fen,
        enterprise_fen=parts.enterprise_fen, fee_hundredths_percent=parts.fee_hundredths_percent,
        fee_fen=parts.fee_fen, agency_fen=parts.agency_fen, reason=verdict.reason,
        needs_signature=verdict.needs_signature, reviewed_by=verdict.reviewed_by, signed_by=verdict.signed_by,
        settled_at=now,
    )  # fmt: skip
    session.add(settled)
    session.flush()
    return settled


def is_begun(session: Session, case_number: str) -> bool:
    """Whether the service was reported as done: from then on the settlement's parameters are fixed for the case."""
    return any(one.key == "evaluation_working_days" for one in fixed_parameters(session, case_number))


def settlement_of(session: Session, case_number: str) -> Settlement | None:
    """How a case was settled; None before it was."""
    return session.get(Settlement, case_number)


def note_paid(session: Session, case_number: str, *, now: datetime) -> Settlement:
    """The bank has confirmed every payment of a case."""
    settled = session.get_one(Settlement, case_number)
    settled.paid_at = now
    session.flush()
    return settled
