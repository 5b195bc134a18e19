"""The pool of experts: who they are, whom they work for, what they know."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant


class Category(StrEnum):
    """The seven directions of use of article 7 (A7.1)."""

    INFORMATISATION = "informatisation"
    TECHNOLOGY = "technology"
    MANAGEMENT = "management"
    LEGAL = "legal"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    CREDIT = "credit"
    OTHER = "other"


class Expert(Base):
    """A person of the pool."""

    __tablename__ = "expert"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    employer_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: in the pool")


class ExpertField(Base):
    """One field that an expert can appraise."""

    __tablename__ = "expert_field"
    __table_args__ = (
        sa.CheckConstraint(f"category IN ({', '.join(repr(str(one)) for one in Category)})", name="category"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("expert.person_id"), primary_key=True)
    category: Mapped[str] = mapped_column(sa.String(24), primary_key=True)


def add_expert(session: Session, person_id: int, *, employer_id: int, categories: set[Category], now: datetime) -> None:
    """Take a person into the pool."""
    session.add(Expert(person_id=person_id, employer_id=employer_id, joined_at=now))
    session.flush()
    session.add_all(ExpertField(person_id=person_id, category=one) for one in sorted(categories))
    session.flush()
