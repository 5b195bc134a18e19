"""Interests that experts declare (A8.3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant


class DeclaredInterest(Base):
    """An interest that an expert declared in an organisation; it counts in every later draw."""

    __tablename__ = "declared_interest"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    explanation: Mapped[str] = mapped_column(sa.Text, comment="only the supervisor reads it")
    declared_at: Mapped[datetime] = mapped_column(Instant)


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
