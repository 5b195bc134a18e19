"""What is read of the queue: places, who waits, the public record, and who does not know yet that they were promoted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.queue_entry import ORDER, QueueEntry, QueueMove


def people_before(session: Session, entry: QueueEntry) -> int:
    """How many wait before a waiting entry; 0 for the head and for whoever does not wait."""
    if entry.state != "waiting":
        return 0
    earlier = QueueEntry.ticket < entry.ticket
    before = earlier & QueueEntry.is_priority if entry.is_priority else earlier | QueueEntry.is_priority
    query = sa.select(sa.func.count()).where(
        QueueEntry.policy_year == entry.policy_year, QueueEntry.state == "waiting", before
    )
    return int(session.scalar(query) or 0)


def waiting_entries(session: Session, policy_year: int) -> Sequence[QueueEntry]:
    """Everybody who waits, in order."""
    query = sa.select(QueueEntry).where(QueueEntry.policy_year == policy_year, QueueEntry.state == "waiting")
    return session.scalars(query.order_by(*ORDER)).all()


def moves_of(session: Session, policy_year: int, *, after: int = 0, limit: int = 1000) -> Sequence[QueueMove]:
    """The moves of a year in order, those behind a number."""
    query = sa.select(QueueMove).where(QueueMove.policy_year == policy_year, QueueMove.number > after)
    return session.scalars(query.order_by(QueueMove.number).limit(limit)).all()


def latest_moves(session: Session, policy_year: int, *, limit: int) -> Sequence[QueueMove]:
    """The last moves of a year, the latest first."""
    query = sa.select(QueueMove).where(QueueMove.policy_year == policy_year)
    return session.scalars(query.order_by(QueueMove.number.desc()).limit(limit)).all()


def moves_with(session: Session, receipt: str) -> Sequence[QueueMove]:
    """The moves of one receipt, in order; empty for one that was never given."""
    return session.scalars(
        sa.select(QueueMove).where(QueueMove.receipt == receipt).order_by(QueueMove.policy_year, QueueMove.number)
    ).all()


def untold_cases(session: Session, *, limit: int = 100) -> list[tuple[str, int]]:
    """Cases that have been promoted or dropped and do not know yet, with what is reserved for each; read by an index."""
    query = sa.select(QueueEntry.case_number, QueueEntry.reserved_fen).where(
        QueueEntry.told_at.is_(None), QueueEntry.state != "waiting"
    )
    return [(row.case_number, row.reserved_fen) for row in session.execute(query.order_by("case_number").limit(limit))]


def past_years(session: Session, *, now: datetime) -> Sequence[int]:
    """The years that are over and for whose money somebody still waits; read by an index."""
    query = sa.select(QueueEntry.policy_year).where(
        QueueEntry.state == "waiting", QueueEntry.policy_year < local_day(now).year
    )
    return session.scalars(query.distinct().order_by(QueueEntry.policy_year)).all()


def mark_told(session: Session, case_number: str, *, now: datetime) -> None:
    """The case has learned what came of waiting."""
    session.execute(sa.update(QueueEntry).where(QueueEntry.case_number == case_number).values(told_at=now))


def why_it_went(session: Session, case_number: str) -> str | None:
    """The article by which a case left the queue; None: it has not left."""
    query = (
        sa.select(QueueMove.cause)
        .join(QueueEntry, QueueEntry.receipt == QueueMove.receipt)
        .where(QueueEntry.case_number == case_number, QueueMove.kind == "left")
    )
    return session.scalar(query.order_by(QueueMove.number.desc()).limit(1))
