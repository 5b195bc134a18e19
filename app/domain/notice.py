"""Public notices (公示): what is about to be decided, so that anybody can object before it is (A8.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import deadline, local_day
from app.domain.yearly_number import next_in_year


class Notice(Base):
    """One notice of one application."""

    __tablename__ = "notice"
    __table_args__ = (sa.CheckConstraint("ends_at > published_at", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(40), unique=True, comment="公示〔2026〕41 号")
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"))
    published_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant, comment="24:00 of the last working day")
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="the agency took its application back, or an objection was upheld; NULL: it ran its days"
    )

    def is_open(self, now: datetime) -> bool:
        """Whether objections are taken."""
        return self.withdrawn_at is None and now < self.ends_at


def publish_notice(session: Session, application_id: int, *, working_days: int, now: datetime) -> Notice:
    """Publish the notice of an application for so many working days."""
    year = local_day(now).year
    notice = Notice(
        number=f"公示〔{year}〕{next_in_year(session, 'notice', year=year)} 号",
        application_id=application_id,
        published_at=now,
        ends_at=deadline(session, now, working_days),
    )
    session.add(notice)
    session.flush()
    return notice


def withdraw_notices(session: Session, application_id: int, *, now: datetime) -> None:
    """Take back what an application's notices announced."""
    standing = sa.select(Notice).where(Notice.application_id == application_id, Notice.withdrawn_at.is_(None))
    for notice in session.scalars(standing):
        notice.withdrawn_at = now
    session.flush()


def notices(session: Session) -> Sequence[Notice]:
    """Every notice, the latest first."""
    return session.scalars(sa.select(Notice).order_by(Notice.id.desc())).all()
