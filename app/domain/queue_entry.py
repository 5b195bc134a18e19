"""The places in the queue for money, the moves that led to them, and the order in which they are served (A11.6, A11.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json

_WAITING = sa.text("state = 'waiting'")
_UNTOLD = sa.text("told_at IS NULL AND state <> 'waiting'")


class QueueYear(Base):
    """How many moves the queue of one year has seen."""

    __tablename__ = "queue_year"

    policy_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moves: Mapped[int] = mapped_column(server_default="0")


class QueueEntry(Base):
    """One application's place; known to the public by its receipt alone."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'reserved', 'left')", name="state"),
        sa.CheckConstraint("wanted_fen > 0", name="wanted_positive"),
        sa.UniqueConstraint("policy_year", "ticket"),
        sa.Index(
            "ix_queue_entry_waiting", "policy_year", "is_priority", "ticket",
            sqlite_where=_WAITING, postgresql_where=_WAITING,
        ),
        sa.Index("ix_queue_entry_untold", "case_number", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )  # fmt: skip

    receipt: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80), unique=True)
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    policy_year: Mapped[int]
    ticket: Mapped[int] = mapped_column(comment="the order of submission: 1, 2, 3 … of the year")
    category: Mapped[str] = mapped_column(sa.String(24))
    is_priority: Mapped[bool]
    accepts_smaller: Mapped[bool]
    wanted_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="min of request, A6.1 and what A6.2 leaves")
    smallest_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="below it nothing is reserved (A6.3)")
    year_limit_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="A6.2's figure under which the case is decided")
    state: Mapped[str] = mapped_column(sa.String(8), server_default="waiting")
    reserved_fen: Mapped[int] = mapped_column(sa.BigInteger, server_default="0")
    joined_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant, comment="when its case learned what came of waiting")


class QueueMove(Base):
    """One move: append-only, numbered without gaps within the year."""

    __tablename__ = "queue_move"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('joined', 'reserved', 'lowered', 'left', 'money')", name="kind"),
        sa.Index("ix_queue_move_receipt", "receipt"),
    )

    policy_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(8))
    receipt: Mapped[str | None] = mapped_column(sa.String(20), comment="NULL: money came, nobody moved")
    cause: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    figures: Mapped[dict[str, Any]] = mapped_column(Json, comment="everything that the move can be recomputed from")


ORDER = (QueueEntry.is_priority.desc(), QueueEntry.ticket)
"""Who has priority first, then who came first."""


def entry_of(session: Session, case_number: str) -> QueueEntry | None:
    """The place of a case; None before it has joined."""
    return session.scalar(sa.select(QueueEntry).where(QueueEntry.case_number == case_number))
