"""Absence: who stands in for whom, from which day to which. Roles are not lent; duties stay apart for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError
from app.domain.person import Person


class Substitution(Base):
    """One person stands in for another on the days from `starts_on` to `ends_on`, both included."""

    __tablename__ = "substitution"
    __table_args__ = (
        sa.CheckConstraint("absent_id <> substitute_id", name="two_people"),
        sa.CheckConstraint("starts_on <= ends_on", name="forward"),
        sa.Index("ix_substitution_substitute_id", "substitute_id", "ends_on"),
        sa.Index("ix_substitution_absent_id", "absent_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    substitute_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    set_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), comment="the absent person, or a supervisor")
    set_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not ended early")
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is away, who stands in, from when to when."""

    absent_id: int
    substitute_id: int
    starts_on: date
    ends_on: date


class OwnSubstituteError(DomainError):
    """Nobody stands in for themselves."""

    code = "own_substitute"

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.message_zh = "不能由本人代理本人。请选择一位同事。"
        self.message_en = "Nobody stands in for themselves. Choose a colleague."
        super().__init__(f"person {person_id} cannot stand in for themselves")


class AbsenceInPastError(DomainError):
    """An absence ends today or later, and not before it begins."""

    code = "absence_in_past"

    def __init__(self, starts_on: date, ends_on: date) -> None:
        self.starts_on, self.ends_on = starts_on, ends_on
        self.message_zh = "结束日不能早于开始日，也不能早于今天。请改正日期。"
        self.message_en = "The last day lies neither before the first nor before today. Mend the days."
        super().__init__(f"an absence from {starts_on} to {ends_on} lies in the past or runs backwards")


def appoint_substitute(session: Session, absence: Absence, *, by: int, now: datetime, today: date) -> Substitution:
    """Let one person stand in for another; raise OwnSubstituteError, AbsenceInPastError."""
    if absence.absent_id == absence.substitute_id:
        raise OwnSubstituteError(absence.absent_id)
    if absence.ends_on < max(absence.starts_on, today):
        raise AbsenceInPastError(absence.starts_on, absence.ends_on)
    made = Substitution(
        absent_id=absence.absent_id, substitute_id=absence.substitute_id, starts_on=absence.starts_on,
        ends_on=absence.ends_on, set_by=by, set_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def end_substitution(session: Session, substitution: Substitution, *, by: int, now: datetime) -> None:
    """End it now; what was done for the absent person stands."""
    if substitution.ended_at is None:
        substitution.ended_at, substitution.ended_by = now, by
        session.flush()


def stands_in() -> sa.ColumnElement[bool]:
    """Whether a `person` in the same statement stands in for anybody at any time; most never do."""
    return sa.exists().where(Substitution.substitute_id == Person.id, Substitution.ended_at.is_(None))


def absent_of(connection: sa.Connection, substitute_id: int, *, today: date) -> list[int]:
    """For whom a person stands in today."""
    query = sa.select(Substitution.absent_id).where(
        Substitution.substitute_id == substitute_id,
        Substitution.starts_on <= today,
        Substitution.ends_on >= today,
        Substitution.ended_at.is_(None),
    )
    return list(connection.execute(query.distinct().order_by(Substitution.absent_id)).scalars())


def substitutions_from(session: Session, *, today: date, absent_id: int | None = None) -> list[Substitution]:
    """Those that hold today or later, of one absent person or of everybody, the earliest first."""
    query = sa.select(Substitution).where(Substitution.ends_on >= today, Substitution.ended_at.is_(None))
    if absent_id is not None:
        query = query.where(Substitution.absent_id == absent_id)
    return list(session.scalars(query.order_by(Substitution.starts_on, Substitution.id)))
