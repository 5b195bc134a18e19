"""The agency's claim: the receipts of the enterprise's own part, which add up to the fen and work once (A10.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.evaluation import evaluation_of
from app.domain.settlement_errors import ReceiptRepeatedError, ReceiptsDoNotAddUpError, ReceiptUsedError

_NOISE = re.compile(r"[\s\-_/.·—–]+")


class SettlementClaim(Base):
    """The claim of a case as it stands: sent anew, it takes the place of the one before."""

    __tablename__ = "settlement_claim"
    __table_args__ = (sa.CheckConstraint("round > 0", name="round"),)

    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    round: Mapped[int] = mapped_column(comment="1; one more each time it is sent back and sent anew")
    own_part_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="contract less face value: what the receipts give")
    claimed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    claimed_at: Mapped[datetime] = mapped_column(Instant)


class ClaimReceipt(Base):
    """One invoice of a claim."""

    __tablename__ = "claim_receipt"
    __table_args__ = (
        sa.UniqueConstraint("number_key", name="uq_claim_receipt_number_key"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.Index("ix_claim_receipt_case_number", "case_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.ForeignKey("settlement_claim.case_number"))
    place: Mapped[int] = mapped_column(comment="1, 2, 3 … as the agency listed them")
    number: Mapped[str] = mapped_column(sa.String(40), comment="as the agency wrote it")
    number_key: Mapped[str] = mapped_column(sa.String(40), comment="for comparing alone")
    issued_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    file_sha256: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True, slots=True)
class ReceiptEntry:
    """An invoice as the agency states it."""

    number: str
    issued_on: date
    amount_fen: int
    file_sha256: str


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """Who claims with which receipts."""

    agency_id: int
    person_id: int
    receipts: Sequence[ReceiptEntry]


def receipt_key(number: str) -> str:
    """An invoice number without spaces, dashes and case: what a second use is recognised by."""
    return _NOISE.sub("", number).upper()


def record_claim(
    session: Session, case_number: str, entry: ClaimEntry, *, own_part_fen: int, now: datetime
) -> SettlementClaim:
    """Keep a claim, or the one that takes its place after it was sent back.

    Args:
        own_part_fen: contract amount less face value.

    Raises:
        NotEvaluatedError, ReceiptRepeatedError, ReceiptsDoNotAddUpError, ReceiptUsedError. Of two claims that come at
        once with one invoice the unique key lets one through.
    """
    evaluation_of(session, case_number)
    _check_receipts(session, case_number, entry.receipts, own_part_fen)
    claim = _claim(session, case_number, entry, own_part_fen, now)
    session.execute(sa.delete(ClaimReceipt).where(ClaimReceipt.case_number == case_number))
    session.add_all(
        ClaimReceipt(
            case_number=case_number, place=place, number=one.number.strip(), number_key=receipt_key(one.number),
            issued_on=one.issued_on, amount_fen=one.amount_fen, file_sha256=one.file_sha256,
        )
        for place, one in enumerate(entry.receipts, 1)
    )  # fmt: skip
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        if "number_key" in str(error.orig):
            raise ReceiptUsedError(entry.receipts[0].number) from error
        raise
    return claim


def claim_of(session: Session, case_number: str) -> SettlementClaim | None:
    """The claim of a case; None before it is sent."""
    return session.get(SettlementClaim, case_number)


def receipts_of(session: Session, case_number: str) -> Sequence[ClaimReceipt]:
    """The receipts of a case in the order of the claim."""
    query = sa.select(ClaimReceipt).where(ClaimReceipt.case_number == case_number)
    return session.scalars(query.order_by(ClaimReceipt.place)).all()


def _check_receipts(session: Session, case_number: str, receipts: Sequence[ReceiptEntry], own_part_fen: int) -> None:
    keys = [receipt_key(one.number) for one in receipts]
    for place, key in enumerate(keys, 1):
        if key in keys[: place - 1]:
            raise ReceiptRepeatedError(receipts[place - 1].number, place)
    found_fen = sum(one.amount_fen for one in receipts)
    if found_fen != own_part_fen:
        raise ReceiptsDoNotAddUpError(own_part_fen, found_fen)
    query = sa.select(ClaimReceipt.number_key).where(
        ClaimReceipt.number_key.in_(keys), ClaimReceipt.case_number != case_number
    )
    used = set(session.scalars(query))
    for key, one in zip(keys, receipts, strict=True):
        if key in used:
            raise ReceiptUsedError(one.number)


def _claim(session: Session, case_number: str, entry: ClaimEntry, own_part_fen: int, now: datetime) -> SettlementClaim:
    claim = claim_of(session, case_number)
    if claim is None:
        claim = SettlementClaim(case_number=case_number, agency_id=entry.agency_id, round=0, own_part_fen=own_part_fen)
        session.add(claim)
    claim.round, claim.own_part_fen = claim.round + 1, own_part_fen
    claim.claimed_by, claim.claimed_at = entry.person_id, now
    session.flush()
    return claim
