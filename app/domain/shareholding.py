"""Shareholdings as they were recorded: who holds how much of which organisation, from when, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant


class Shareholding(Base):
    """That a person or an organisation holds a part of an organisation."""

    __tablename__ = "shareholding"
    __table_args__ = (
        sa.CheckConstraint("(holder_person_id IS NULL) <> (holder_organisation_id IS NULL)", name="one_holder"),
        sa.CheckConstraint("holder_organisation_id <> organisation_id", name="two_organisations"),
        sa.CheckConstraint("percent_hundredths BETWEEN 1 AND 10000", name="percent"),
        sa.CheckConstraint("until_on >= since_on", name="period"),
        sa.Index("ix_shareholding_holder_organisation_id", "holder_organisation_id"),
        sa.Index("ix_shareholding_holder_person_id", "holder_person_id"),
        sa.Index("ix_shareholding_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), comment="what is held")
    holder_organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), comment="NULL: a person holds it"
    )
    holder_person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="NULL: an organisation holds it"
    )
    percent_hundredths: Mapped[int] = mapped_column(comment="1 to 10000: 0.01 to 100.00 percent")
    since_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment="the last day; NULL: held now")
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: at installation")
    recorded_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Holding:
    """A part of an organisation, held by a person or by an organisation."""

    organisation_id: int
    percent_hundredths: int
    since_on: date
    holder_organisation_id: int | None = None
    holder_person_id: int | None = None


def record_shareholding(session: Session, holding: Holding, *, by: int | None, now: datetime) -> Shareholding:
    """Record a shareholding; the database refuses one without exactly one holder or beyond 100 percent."""
    record = Shareholding(
        organisation_id=holding.organisation_id,
        holder_organisation_id=holding.holder_organisation_id,
        holder_person_id=holding.holder_person_id,
        percent_hundredths=holding.percent_hundredths,
        since_on=holding.since_on,
        recorded_by=by,
        recorded_at=now,
    )
    session.add(record)
    session.flush()
    return record


def end_shareholding(record: Shareholding, *, until_on: date) -> None:
    """The holder parted with it; what it tied is free from the next day on."""
    record.until_on = until_on
