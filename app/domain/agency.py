"""Certified agencies: number, validity, and the filing (备案) that stands behind it (A8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.certificate import give_certificate
from app.domain.certification import CertificationApplication, failing_checks
from app.domain.errors import IneligibleAgencyError
from app.domain.organisation import Organisation
from app.domain.service_item import items_of, listed_items


class Filing(Base):
    """The bureau's filing of a certification."""

    __tablename__ = "filing"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), primary_key=True)
    filed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    filed_at: Mapped[datetime] = mapped_column(Instant)


class Agency(Base):
    """A certified organisation with its present certificate; its public page."""

    __tablename__ = "agency"
    __table_args__ = (
        sa.CheckConstraint("valid_until > certified_on", name="validity"),
        sa.CheckConstraint("status IN ('certified', 'withdrawn')", name="status"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), unique=True)
    certificate_number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    certified_on: Mapped[date]
    valid_until: Mapped[date] = mapped_column(comment="the last day")
    status: Mapped[str] = mapped_column(sa.String(10))


def file_certification(session: Session, application_id: int, *, filed_by: int, now: datetime) -> None:
    """Record that the bureau has filed it."""
    session.merge(Filing(application_id=application_id, filed_by=filed_by, filed_at=now))
    session.flush()


def certify_agency(
    session: Session, application_id: int, *, passed_item_ids: Sequence[int], years: int, now: datetime
) -> Agency:
    """Publish the agency with its number and the items that passed; a renewal follows the certificate before.

    Raises:
        IneligibleAgencyError: a computed check does not hold, whatever people concluded (A4.1, A11.9).
    """
    failing = failing_checks(session, application_id)
    if failing:
        raise IneligibleAgencyError([check.name for check in failing], failing[0].article)
    application = session.get_one(CertificationApplication, application_id)
    application.status, application.concluded_at = "certified", now
    for item in listed_items(session, application.organisation_id):  # of the certificate before
        item.status = "not_listed"
    for item in items_of(session, application_id):
        item.status = "listed" if item.id in passed_item_ids else "not_listed"
    given = give_certificate(session, application.organisation_id, application_id, years=years, now=now)
    agency = session.merge(
        Agency(
            organisation_id=application.organisation_id,
            application_id=application_id,
            certificate_number=given.number,
            certified_on=given.certified_on,
            valid_until=given.valid_until,
            status="certified",
        )
    )
    session.flush()
    return agency


def certified_agencies(session: Session, *, on: date, text: str = "") -> list[tuple[Agency, Organisation]]:
    """The public list: certified and valid on that day, by name."""
    query = (
        sa.select(Agency, Organisation)
        .join(Organisation, Organisation.id == Agency.organisation_id)
        .where(Agency.status == "certified", Agency.valid_until >= on)
        .order_by(Organisation.name_zh)
    )
    if text.strip():
        wanted = text.strip()
        query = query.where(
            sa.or_(
                *(
                    column.icontains(wanted, autoescape=True)
                    for column in (Organisation.name_zh, Organisation.name_en, Organisation.credit_code)
                )
            )
        )
    return [(agency, organisation) for agency, organisation in session.execute(query)]
