"""Certificates that run out, and who has been told of it (A8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import end_of, local_day
from app.domain.certificate import Certificate
from app.domain.certification import CertificationApplication
from app.domain.message import tell
from app.domain.parameters import parameter
from app.domain.recipients import members_of
from app.domain.reminder import remind
from app.domain.role_grant import Role


def expiring_certificates(session: Session, *, now: datetime) -> Sequence[Certificate]:
    """Those that may be renewed and have not been, the most pressing first."""
    today = local_day(now)
    opens = today + timedelta(days=parameter(session, "renewal_days_before", on=today))
    query = sa.select(Certificate).where(
        Certificate.status == "given", Certificate.valid_until >= today, Certificate.valid_until <= opens
    )
    return session.scalars(query.order_by(Certificate.valid_until, Certificate.number)).all()


def tell_of_expiry(session: Session, *, now: datetime) -> int:
    """Tell each agency once, from the day on which it may renew; return how many certificates were news to somebody."""
    return sum(_tell(session, one, now) for one in expiring_certificates(session, now=now))


def _tell(session: Session, certificate: Certificate, now: datetime) -> bool:
    number = session.get_one(CertificationApplication, certificate.application_id).case_number
    until = end_of(certificate.valid_until)
    people = [
        person_id
        for person_id in members_of(session, certificate.organisation_id, role=Role.AGENCY)
        if remind(session, person_id, case_number=number, due_at=until, now=now)
    ]
    values = {"certificate_number": certificate.number, "valid_until": certificate.valid_until, "link": "/cases"}
    return bool(tell(session, to=people, template="certificate_expiring", values=values, case_number=number, now=now))
