"""Vouchers: each in the name of one enterprise for one contract, never passed on, split or cashed (A2.1, A9.4).

Everything that happens to one is an event that is never changed: who, when, why (A2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from app.db import Base, Instant
from app.domain.calendar import SHANGHAI, local_day
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem
from app.domain.voucher_errors import VoucherNotLiveError
from app.domain.yearly_number import next_in_year


class Voucher(Base):
    """One voucher, known by its number."""

    __tablename__ = "voucher"
    __table_args__ = (
        sa.CheckConstraint("state IN ('live', 'used', 'expired', 'voided', 'withdrawn')", name="state"),
        sa.CheckConstraint("face_fen > 0 AND face_fen <= contract_fen", name="face"),
        sa.CheckConstraint("(state = 'live') = (ended_at IS NULL)", name="ended"),
        sa.Index("ix_voucher_enterprise", "enterprise_id"),
        sa.Index("ix_voucher_agency", "agency_id"),
    )

    number: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("service_item.id"))
    face_fen: Mapped[int] = mapped_column(sa.BigInteger)
    contract_fen: Mapped[int] = mapped_column(sa.BigInteger)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[date] = mapped_column(comment="the last day")
    state: Mapped[str] = mapped_column(sa.String(10), server_default="live")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class VoucherEvent(Base):
    """One thing that happened to a voucher; written once (A2.2)."""

    __tablename__ = "voucher_event"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('issued', 'used', 'expired', 'voided', 'withdrawn')", name="kind"),
        sa.UniqueConstraint("voucher_number", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_number: Mapped[str] = mapped_column(sa.ForeignKey("voucher.number"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: the clock or the bank led to it")
    why: Mapped[str] = mapped_column(sa.Text)
    article: Mapped[str] = mapped_column(sa.String(12))


@dataclass(frozen=True, slots=True)
class VoucherFacts:
    """What a voucher says."""

    case_number: str
    enterprise_id: int
    agency_id: int
    item_id: int
    face_fen: int
    contract_fen: int


@dataclass(frozen=True, slots=True)
class NamedVoucher:
    """A voucher with the names on it."""

    voucher: Voucher
    enterprise: Organisation
    agency: Organisation
    item: ServiceItem


def last_day(issued_on: date, *, valid_days: int, policy_year: int | None) -> date:
    """The last day of validity: so many days from the day of issue, never past 31 December of the policy year (A11.10).

    Args:
        policy_year: the year that bounds it; None: none does.
    """
    plain = issued_on + timedelta(days=valid_days)
    return min(plain, date(policy_year, 12, 31)) if policy_year is not None else plain


def end_of_validity(valid_until: date) -> datetime:
    """24:00 in Shanghai of the last day."""
    return datetime.combine(valid_until + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def issue_voucher(
    session: Session, facts: VoucherFacts, *, valid_until: date, by: int | None, now: datetime
) -> Voucher:
    """Give a voucher its number and register the issue (A9.4, A2.2)."""
    year = local_day(now).year
    voucher = Voucher(
        number=f"NXQ-{year}-{next_in_year(session, 'voucher', year=year):05d}", case_number=facts.case_number,
        enterprise_id=facts.enterprise_id, agency_id=facts.agency_id, item_id=facts.item_id, face_fen=facts.face_fen,
        contract_fen=facts.contract_fen, issued_at=now, valid_until=valid_until, state="live",
    )  # fmt: skip
    session.add(voucher)
    session.flush()
    _register(session, voucher.number, "issued", by=by, why="", article="A9.4", now=now)
    return voucher


def end_voucher(
    session: Session, number: str, state: str, *, by: int | None, why: str, article: str, now: datetime
) -> Voucher:
    """End a live voucher: `used`, `expired`, `voided` or `withdrawn`.

    Raises:
        VoucherNotLiveError: it has ended already.
    """
    voucher = session.get_one(Voucher, number, with_for_update=True)
    if voucher.state != "live":
        raise VoucherNotLiveError(number, voucher.state)
    voucher.state, voucher.ended_at = state, now
    session.flush()
    _register(session, number, state, by=by, why=why, article=article, now=now)
    return voucher


def voucher_for(session: Session, case_number: str) -> Voucher | None:
    """The voucher of a case; None while there is none."""
    return session.scalar(sa.select(Voucher).where(Voucher.case_number == case_number))


def events_of(session: Session, number: str) -> Sequence[VoucherEvent]:
    """What happened to a voucher, in order."""
    query = sa.select(VoucherEvent).where(VoucherEvent.voucher_number == number)
    return session.scalars(query.order_by(VoucherEvent.id)).all()


def named_vouchers(session: Session, *, of: Sequence[int] | None = None, limit: int = 500) -> list[NamedVoucher]:
    """Vouchers with the names on them, the latest first; one query.

    Args:
        of: only those to which one of these organisations is a party; None: all.
    """
    query = _named().order_by(Voucher.number.desc()).limit(limit)
    if of is not None:
        query = query.where(sa.or_(Voucher.enterprise_id.in_(of), Voucher.agency_id.in_(of)))
    return [NamedVoucher(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def named_voucher(session: Session, number: str) -> NamedVoucher | None:
    """One voucher with the names on it; None for a number that was never given."""
    row = session.execute(_named().where(Voucher.number == number)).first()
    return NamedVoucher(row[0], row[1], row[2], row[3]) if row else None


def _named() -> sa.Select[Voucher, Organisation, Organisation, ServiceItem]:
    enterprise, agency = aliased(Organisation), aliased(Organisation)
    return (
        sa.select(Voucher, enterprise, agency, ServiceItem)
        .join(enterprise, enterprise.id == Voucher.enterprise_id)
        .join(agency, agency.id == Voucher.agency_id)
        .join(ServiceItem, ServiceItem.id == Voucher.item_id)
    )


def _register(
    session: Session, number: str, kind: str, *, by: int | None, why: str, article: str, now: datetime
) -> None:
    session.add(VoucherEvent(voucher_number=number, kind=kind, at=now, by=by, why=why, article=article))
    session.flush()
