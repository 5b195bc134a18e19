"""What the bureau has changed in the calendar of working days: rows that are added and never altered or deleted.

How a day stands is the last row about it; without one, the published calendar (`app.domain.calendar`) counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant


class DayKind(StrEnum):
    """What a day can be made."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    ORDINARY = "ordinary"
    """Worked on if it is a weekday: neither a holiday nor made up, whatever was published."""


class CalendarChange(Base):
    """One day made something else; it counts for every deadline that is computed afterwards."""

    __tablename__ = "calendar_change"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('holiday', 'make_up', 'ordinary')", name="kind"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.CheckConstraint("length(source) > 0", name="has_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(10))
    name_zh: Mapped[str] = mapped_column(sa.String(60), server_default="", comment="of the holiday; empty otherwise")
    name_en: Mapped[str] = mapped_column(sa.String(60), server_default="")
    reason: Mapped[str] = mapped_column(sa.String(500))
    source: Mapped[str] = mapped_column(
        sa.String(200), comment="the paper that says so: number, date, who published it"
    )
    notice_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("yearly_notice.id"), comment="the yearly notice that it came with; NULL: changed by hand"
    )
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class YearlyNotice(Base):
    """The State Council's notice of one year as the bureau took it in; a later one of the same year replaces it."""

    __tablename__ = "yearly_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, comment="its lines, as they were taken in")
    adopted_at: Mapped[datetime] = mapped_column(Instant)
    adopted_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


def changes_of(session: Session, year: int) -> Sequence[CalendarChange]:
    """The changes of the days of one year, the latest first."""
    return session.scalars(
        sa.select(CalendarChange)
        .where(CalendarChange.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarChange.id.desc())
    ).all()


def adopted_years(session: Session) -> frozenset[int]:
    """The years whose notice the bureau has taken in."""
    return frozenset(session.scalars(sa.select(YearlyNotice.year)))
