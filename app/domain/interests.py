"""Interests: computed from the records, and declared by the expert (A8.3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.expert import Expert
from app.domain.organisation import Organisation
from app.domain.role_grant import RoleGrant


class DeclaredInterest(Base):
    """An interest that an expert declared in an organisation; it counts in every later draw."""

    __tablename__ = "declared_interest"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    explanation: Mapped[str] = mapped_column(sa.Text, comment="only the supervisor reads it")
    declared_at: Mapped[datetime] = mapped_column(Instant)


SHARED = ("responsible_person", "address", "phone", "bank_account")
"""What an expert's employer may not have in common with the applicant."""


def declare_interest(
    session: Session, person_id: int, organisation_id: int, *, explanation: str, now: datetime
) -> None:
    """Record that a person has an interest in an organisation; a second declaration changes nothing."""
    if session.get(DeclaredInterest, (person_id, organisation_id)) is None:
        session.add(
            DeclaredInterest(
                person_id=person_id, organisation_id=organisation_id, explanation=explanation, declared_at=now
            )
        )
        session.flush()


def conflicted_experts(session: Session, organisation_id: int) -> dict[int, str]:
    """Experts who may not appraise an organisation, with the reason: the pool without them may be drawn from."""
    applicant = session.get_one(Organisation, organisation_id)
    found: dict[int, str] = {}
    employers = session.execute(
        sa.select(Expert.person_id, Organisation).join(Organisation, Organisation.id == Expert.employer_id)
    )
    for person_id, employer in employers:
        reason = _shared(applicant, employer)
        if reason:
            found[person_id] = reason
    members = (
        sa.select(RoleGrant.person_id)
        .join(Expert, Expert.person_id == RoleGrant.person_id)
        .where(RoleGrant.organisation_id == organisation_id, RoleGrant.revoked_at.is_(None))
    )
    found.update(dict.fromkeys(session.scalars(members), "member"))
    declared = sa.select(DeclaredInterest.person_id).where(DeclaredInterest.organisation_id == organisation_id)
    found.update(dict.fromkeys(session.scalars(declared), "declared"))
    return found


def _shared(applicant: Organisation, employer: Organisation) -> str:
    if applicant.id == employer.id:
        return "employer"
    for name in SHARED:
        value = getattr(applicant, name)
        if value and value == getattr(employer, name):
            return name
    return ""
