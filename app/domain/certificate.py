"""Certificates: every number that was ever given, so that each can be verified for ever (A8.6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.domain.calendar import local_day
from app.domain.errors import TooEarlyToRenewError
from app.domain.organisation import Organisation
from app.domain.parameters import parameter
from app.domain.yearly_number import next_in_year


class Certificate(Base):
    """One certificate; a renewal is a new one that begins when the former ends."""

    __tablename__ = "certificate"
    __table_args__ = (
        sa.CheckConstraint("valid_until > certified_on", name="validity"),
        sa.CheckConstraint("status IN ('given', 'renewed', 'withdrawn')", name="status"),
        sa.Index("ix_certificate_organisation", "organisation_id"),
    )

    number: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), unique=True)
    certified_on: Mapped[date]
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(comment="the last day")
    status: Mapped[str] = mapped_column(sa.String(10), server_default="given")


def give_certificate(
    session: Session, organisation_id: int, application_id: int, *, years: int, now: datetime
) -> Certificate:
    """Give the next number; while a former certificate is valid, the new one begins the day after it ends."""
    on = local_day(now)
    former = current_certificate(session, organisation_id)
    follows = former is not None and former.valid_until >= on
    begins = former.valid_until + timedelta(days=1) if former is not None and follows else on
    ends = former.valid_until if former is not None and follows else on
    certificate = Certificate(
        number=f"NXJG-{on.year}-{next_in_year(session, 'certificate', year=on.year):04d}",
        organisation_id=organisation_id, application_id=application_id, certified_on=on, valid_from=begins,
        valid_until=_years_later(ends, years), status="given",
    )  # fmt: skip
    if former is not None:
        former.status = "renewed"
    session.add(certificate)
    session.flush()
    return certificate


def current_certificate(session: Session, organisation_id: int) -> Certificate | None:
    """The latest certificate of an organisation, unless it was withdrawn; whether it is still valid is another matter."""
    query = sa.select(Certificate).where(Certificate.organisation_id == organisation_id, Certificate.status == "given")
    return session.scalar(query.order_by(Certificate.valid_until.desc()).limit(1))


def certificate(session: Session, number: str) -> tuple[Certificate, Organisation] | None:
    """Whose certificate a number is; None for a number that was never given."""
    query = (
        sa.select(Certificate, Organisation)
        .join(Organisation, Organisation.id == Certificate.organisation_id)
        .where(Certificate.number == number)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def renewal_opens_on(session: Session, certificate: Certificate, *, on: date) -> date:
    """From which day on the certificate may be renewed, by what is in force on a day."""
    return certificate.valid_until - timedelta(days=parameter(session, "renewal_days_before", on=on))


def check_renewal(session: Session, organisation_id: int, *, on: date) -> None:
    """Raise TooEarlyToRenewError while a certificate has more than the last days before it (A8.6)."""
    held = current_certificate(session, organisation_id)
    opens_on = renewal_opens_on(session, held, on=on) if held is not None else on
    if held is not None and on < opens_on:
        raise TooEarlyToRenewError(held.number, held.valid_until, opens_on)


def _years_later(on: date, years: int) -> date:
    """The last day of a validity of so many years: the same day of that year (Civil Code, articles 200 to 202)."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:  # 29 February: where the month has no such day, its last day
        return on.replace(year=on.year + years, day=28)
