"""Applications for vouchers: what is asked for, what was checked, what was granted, and how each ended (A9.1–A9.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.calendar import local_day
from app.domain.yearly_number import next_in_year


class Ending(StrEnum):
    """How an application ends without a voucher that is used."""

    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class VoucherApplication(Base):
    """One application of one enterprise, for one contract about one service item."""

    __tablename__ = "voucher_application"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'granted', 'issued', 'refused', 'lapsed', 'withdrawn')", name="status"),
        sa.CheckConstraint("status <> 'refused' OR length(reason) > 0", name="refusal_has_reason"),
        sa.CheckConstraint("requested_fen > 0", name="requested_positive"),
        sa.CheckConstraint("granted_fen > 0", name="granted_positive"),
        sa.UniqueConstraint("policy_year", "ticket"),
        sa.Index("ix_voucher_application_enterprise", "enterprise_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("service_item.id"))
    category: Mapped[str] = mapped_column(sa.String(24), comment="of the item when it was applied for")
    price_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="published when it was applied for")
    purpose: Mapped[str] = mapped_column(sa.Text)
    requested_fen: Mapped[int] = mapped_column(sa.BigInteger)
    accepts_smaller: Mapped[bool]
    policy_year: Mapped[int] = mapped_column(comment="the year in Shanghai in which it was handed in")
    ticket: Mapped[int] = mapped_column(comment="the order of submission within the year: 1, 2, 3 …")
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(sa.String(10), server_default="open")
    granted_fen: Mapped[int | None] = mapped_column(sa.BigInteger, comment="NULL before the first review has passed it")
    deposit_ends_at: Mapped[datetime | None] = mapped_column(Instant, comment="24:00 of the last day of the deposit")
    concluded_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(sa.Text, server_default="")
    article: Mapped[str] = mapped_column(sa.String(12), server_default="")


class VoucherCheck(Base):
    """One rule that the machine checked last, with its figures; the reviewer confirms or overrides what fails."""

    __tablename__ = "voucher_check"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("voucher_application.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    place: Mapped[int]
    article: Mapped[str] = mapped_column(sa.String(12))
    holds: Mapped[bool]
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the enterprise asks for, about which item."""

    enterprise_id: int
    agency_id: int
    item_id: int
    category: str
    price_fen: int
    purpose: str
    requested_fen: int
    accepts_smaller: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One computed check as it is kept."""

    name: str
    article: str
    holds: bool
    figures: Mapping[str, Any]


def hand_in(session: Session, case_number: str, wish: Wish, *, submitted_by: int, now: datetime) -> VoucherApplication:
    """Take an application in and give it its place in the order of submission (A11.6)."""
    year = local_day(now).year
    application = VoucherApplication(
        case_number=case_number, enterprise_id=wish.enterprise_id, agency_id=wish.agency_id, item_id=wish.item_id,
        category=wish.category, price_fen=wish.price_fen, purpose=wish.purpose, requested_fen=wish.requested_fen,
        accepts_smaller=wish.accepts_smaller, policy_year=year,
        ticket=next_in_year(session, "submission", year=year), submitted_at=now, submitted_by=submitted_by,
        status="open", reason="", article="",
    )  # fmt: skip
    session.add(application)
    session.flush()
    return application


def keep_checks(session: Session, application_id: int, findings: Sequence[Finding]) -> None:
    """Keep what was checked in place of what was checked before."""
    session.execute(sa.delete(VoucherCheck).where(VoucherCheck.application_id == application_id))
    session.expire_all()
    session.add_all(
        VoucherCheck(
            application_id=application_id, name=one.name, place=place, article=one.article, holds=one.holds,
            figures=dict(one.figures),
        )
        for place, one in enumerate(findings, 1)
    )  # fmt: skip
    session.flush()


def voucher_checks(session: Session, application_id: int) -> Sequence[VoucherCheck]:
    """The computed checks of an application, in the order of the rules."""
    query = sa.select(VoucherCheck).where(VoucherCheck.application_id == application_id)
    return session.scalars(query.order_by(VoucherCheck.place)).all()


def application_for(session: Session, case_number: str) -> VoucherApplication | None:
    """The application of a case; None before it has been handed in."""
    return session.scalar(sa.select(VoucherApplication).where(VoucherApplication.case_number == case_number))


def grant(session: Session, application_id: int, *, granted_fen: int, deposit_ends_at: datetime) -> VoucherApplication:
    """Keep what was granted and until when the deposit is due (A9.3)."""
    application = session.get_one(VoucherApplication, application_id)
    application.status, application.granted_fen = "granted", granted_fen
    application.deposit_ends_at = deposit_ends_at
    session.flush()
    return application


def mark_issued(session: Session, application_id: int, *, now: datetime) -> None:
    """The voucher is out; what becomes of it stands with the voucher."""
    application = session.get_one(VoucherApplication, application_id)
    application.status, application.concluded_at = "issued", now
    session.flush()


def end_application(
    session: Session, application_id: int, ending: Ending, *, reason: str, article: str, now: datetime
) -> VoucherApplication:
    """End an application without a voucher, with the reason and the article."""
    application = session.get_one(VoucherApplication, application_id)
    application.status, application.reason, application.article = str(ending), reason, article
    application.concluded_at = now
    session.flush()
    return application
