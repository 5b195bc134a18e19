"""Affiliates of the operator, which can be party to no voucher contract (A11.9): computed, and declared."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.organisation import Organisation, OrganisationKind


class Affiliation(Base):
    """That an organisation is affiliated with another one, as somebody declared it."""

    __tablename__ = "affiliation"
    __table_args__ = (sa.CheckConstraint("organisation_id <> affiliate_id", name="two_organisations"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    affiliate_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    explanation: Mapped[str] = mapped_column(sa.Text, comment="holding, family, common control …")
    declared_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    declared_at: Mapped[datetime] = mapped_column(Instant)


def declare_affiliation(
    session: Session, organisation_id: int, affiliate_id: int, *, explanation: str, declared_by: int, now: datetime
) -> None:
    """Record an affiliation; it holds both ways, and a second declaration changes nothing."""
    if not _is_declared(session, organisation_id, affiliate_id):
        session.add(
            Affiliation(
                organisation_id=organisation_id,
                affiliate_id=affiliate_id,
                explanation=explanation,
                declared_by=declared_by,
                declared_at=now,
            )
        )
        session.flush()


def affiliates_of_operator(session: Session, organisation: Organisation) -> list[str]:
    """What ties the organisation to an operator: credit_code, declared, responsible_person; empty: nothing does."""
    operators = session.scalars(sa.select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR))
    return sorted({tie for operator in operators for tie in _ties(session, operator, organisation)})


def _ties(session: Session, operator: Organisation, organisation: Organisation) -> list[str]:
    ties = []
    if operator.credit_code == organisation.credit_code:
        ties.append("credit_code")
    if operator.responsible_person and operator.responsible_person == organisation.responsible_person:
        ties.append("responsible_person")
    if _is_declared(session, operator.id, organisation.id):
        ties.append("declared")
    return ties


def _is_declared(session: Session, one_id: int, other_id: int) -> bool:
    pairs = sa.tuple_(Affiliation.organisation_id, Affiliation.affiliate_id).in_(
        [(one_id, other_id), (other_id, one_id)]
    )
    return session.scalar(sa.select(Affiliation.organisation_id).where(pairs)) is not None
