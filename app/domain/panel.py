"""Panels: the drawn seats of an application, and who holds them until when (A8.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.certification import CertificationApplication
from app.domain.errors import NotInThisPanelError


class Panel(Base):
    """The panel of one application, with all that is needed to draw it again."""

    __tablename__ = "panel"
    __table_args__ = (
        sa.CheckConstraint("size > 0", name="size"),
        sa.CheckConstraint("length(seed) > 0", name="seed"),
        sa.UniqueConstraint("application_id", "round"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"))
    round: Mapped[int] = mapped_column(server_default="1", comment="2: other experts, after a review (A8.7)")
    seed: Mapped[str] = mapped_column(sa.String(64))
    pools: Mapped[list[list[list[int]]]] = mapped_column(
        Json, comment="[person, open seats] of everybody who could be drawn; one more pool for each time it ran dry"
    )
    size: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    drawn_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: experts do not see each other's scores")


class PanelSeat(Base):
    """One seat and who holds it; a replaced expert keeps a row, so that nobody is drawn twice."""

    __tablename__ = "panel_seat"
    __table_args__ = (
        sa.UniqueConstraint("panel_id", "person_id"),
        sa.CheckConstraint("status IN ('drawn', 'declared', 'scored', 'replaced')", name="status"),
        sa.CheckConstraint("remind_at <= due_at", name="reminder_in_time"),
        sa.Index(
            "uq_panel_seat_place", "panel_id", "place", unique=True,
            sqlite_where=sa.text("status <> 'replaced'"), postgresql_where=sa.text("status <> 'replaced'"),
        ),
        sa.Index("ix_panel_seat_person_status", "person_id", "status"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panel.id"))
    place: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(sa.String(10))
    remind_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant, comment="24:00 of the last working day for declaring and scoring")
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Cause(StrEnum):
    """Why a seat went to somebody else."""

    DECLARED = "declared"
    COMPUTED = "computed"
    OVERDUE = "overdue"
    BY_HAND = "by_hand"


class SeatReplacement(Base):
    """Why a seat went to somebody else; by hand: who asked for it, and with what reason."""

    __tablename__ = "seat_replacement"
    __table_args__ = (
        sa.CheckConstraint("cause IN ('declared', 'computed', 'overdue', 'by_hand')", name="cause"),
        sa.CheckConstraint(
            "cause <> 'by_hand' OR (asked_by IS NOT NULL AND length(reason) > 0)", name="by_hand_has_reason"
        ),
    )

    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("panel_seat.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.Text, server_default="", comment="only the office reads it")
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: nobody, it followed")
    asked_at: Mapped[datetime] = mapped_column(Instant)


OPEN = ("drawn", "declared")
INBOX = "/inbox"
"""Where an expert finds what they are asked for; the case itself is not theirs to see."""


def panel_of(session: Session, application_id: int) -> Panel | None:
    """The panel that counts for an application, the latest; None before one is drawn."""
    query = sa.select(Panel).where(Panel.application_id == application_id).order_by(Panel.round.desc()).limit(1)
    return session.scalar(query)


def dissolve_panel(session: Session, application_id: int, *, now: datetime) -> list[int]:
    """Free the seats of an application that was withdrawn; return whose they were: they have nothing more to do."""
    open_seats = (
        sa.select(PanelSeat)
        .join(Panel, Panel.id == PanelSeat.panel_id)
        .where(Panel.application_id == application_id, PanelSeat.status.in_(OPEN))
        .order_by(PanelSeat.id)
    )
    freed = session.scalars(open_seats).all()
    for seat in freed:
        seat.status, seat.changed_at = "replaced", now
    session.flush()
    return [seat.person_id for seat in freed]


def seats_of(session: Session, panel_id: int) -> Sequence[PanelSeat]:
    """The seats as they are held now, by place."""
    query = sa.select(PanelSeat).where(PanelSeat.panel_id == panel_id, PanelSeat.status != "replaced")
    return session.scalars(query.order_by(PanelSeat.place)).all()


def seat_held(session: Session, case_number: str, person_id: int | None) -> PanelSeat | None:
    """The seat that a person holds in a case's panel; None: none, or no longer."""
    query = (
        sa.select(PanelSeat)
        .join(Panel, Panel.id == PanelSeat.panel_id)
        .join(CertificationApplication, CertificationApplication.id == Panel.application_id)
        .where(CertificationApplication.case_number == case_number, PanelSeat.person_id == person_id)
    )
    return session.scalar(query.where(PanelSeat.status != "replaced"))


def seat_reference(seat: PanelSeat) -> dict[str, Any]:
    """What a process keeps of a seat: who holds it, when they are reminded, and until when it is theirs (JSON)."""
    return {
        "seat_id": seat.id,
        "expert_id": seat.person_id,
        "remind_at": seat.remind_at.astimezone(UTC).isoformat(),
        "due_at": seat.due_at.astimezone(UTC).isoformat(),
    }


def declare_no_interest(session: Session, seat_id: int, *, person_id: int, now: datetime) -> None:
    """The holder of a seat has declared no interest: materials and rubric open.

    Raises:
        NotInThisPanelError: the seat is another's, or has declared already.
    """
    seat = session.get_one(PanelSeat, seat_id)
    if seat.person_id != person_id or seat.status != "drawn":
        raise NotInThisPanelError(seat_id, person_id)
    seat.status, seat.changed_at = "declared", now
    session.flush()
