"""Reminders: who was told that something of theirs falls due (A8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import local_day
from app.domain.errors import RemindedTodayError

APPLICANT_WORKING_DAYS_BEFORE = 2
"""How long before something of theirs falls due applicants are reminded, in working days."""


class Reminder(Base):
    """One reminder to one person of one case; the same due date is brought to mind once."""

    __tablename__ = "reminder"
    __table_args__ = (sa.CheckConstraint("reminded_at <= due_at", name="in_time"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    reminded_at: Mapped[datetime] = mapped_column(Instant)


class HandReminder(Base):
    """One reminder by hand; the same person is reminded of a case once a day at most."""

    __tablename__ = "hand_reminder"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    reminded_on: Mapped[date] = mapped_column(primary_key=True, comment="the day in Asia/Shanghai")
    reminded_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reminded_at: Mapped[datetime] = mapped_column(Instant)


def remind(session: Session, person_id: int, *, case_number: str, due_at: datetime, now: datetime) -> bool:
    """Remind a person; return whether it was news. Nothing is said twice, nor once the date has passed."""
    if now > due_at or session.get(Reminder, (person_id, case_number, due_at)) is not None:
        return False
    session.add(Reminder(person_id=person_id, case_number=case_number, due_at=due_at, reminded_at=now))
    session.flush()
    return True


def remind_by_hand(session: Session, person_id: int, *, case_number: str, by: int, now: datetime) -> None:
    """Remind a person on a supervisor's word; raise RemindedTodayError the second time on one day."""
    on = local_day(now)
    if session.get(HandReminder, (person_id, case_number, on)) is not None:
        raise RemindedTodayError(person_id, case_number)
    session.add(
        HandReminder(person_id=person_id, case_number=case_number, reminded_on=on, reminded_by=by, reminded_at=now)
    )
    session.flush()


def last_reminded(session: Session, case_number: str) -> Mapping[int, datetime]:
    """When each person was last reminded of a case, by the clock or by hand."""
    found: dict[int, datetime] = {}
    for record in (Reminder, HandReminder):
        rows = session.execute(
            sa.select(record.person_id, sa.func.max(record.reminded_at, type_=Instant))
            .where(record.case_number == case_number)
            .group_by(record.person_id)
        )
        for person_id, at in rows:
            found[person_id] = max(at, found.get(person_id, at))
    return found
