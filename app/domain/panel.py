"""Panels: five drawn seats for each application, replacements, and closing (A8.3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain import draw
from app.domain.certification import CertificationApplication
from app.domain.draw import Candidate
from app.domain.errors import NotInThisPanelError, PoolTooSmallError
from app.domain.expert import Expert, ExpertField
from app.domain.interests import conflicted_experts


class Panel(Base):
    """The panel of one application, with all that is needed to draw it again."""

    __tablename__ = "panel"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(sa.ForeignKey("certification_application.id"), unique=True)
    seed: Mapped[str] = mapped_column(sa.String(64))
    pool: Mapped[list[list[int]]] = mapped_column(Json, comment="[person, open seats] of everybody who could be drawn")
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
    changed_at: Mapped[datetime] = mapped_column(Instant)


OPEN = ("drawn", "declared")


def draw_panel(
    session: Session, application_id: int, *, size: int, drawn_by: int, now: datetime, seed: str | None = None
) -> Panel:
    """Draw the panel of an application; raise PoolTooSmallError.

    Args:
        seed: only a test gives it; otherwise 256 random bits, recorded.
    """
    seed = seed or secrets.token_hex(32)
    pool = candidates(session, application_id)
    drawn = draw.draw(pool, seed, size)
    panel = Panel(
        application_id=application_id,
        seed=seed,
        pool=[[one.person_id, one.open_seats] for one in pool],
        size=size,
        drawn_at=now,
        drawn_by=drawn_by,
    )
    session.add(panel)
    session.flush()
    session.add_all(
        PanelSeat(panel_id=panel.id, place=place, person_id=person_id, status="drawn", changed_at=now)
        for place, person_id in enumerate(drawn, 1)
    )
    session.flush()
    return panel


def candidates(session: Session, application_id: int) -> list[Candidate]:
    """Who may be drawn: experts of the application's fields without an interest, with their load."""
    application = session.get_one(CertificationApplication, application_id)
    conflicted = conflicted_experts(session, application.organisation_id)
    knowing = (
        sa.select(Expert.person_id)
        .join(ExpertField, ExpertField.person_id == Expert.person_id)
        .where(Expert.left_at.is_(None), ExpertField.category.in_(application.categories))
        .distinct()
    )
    load = dict(
        session.execute(
            sa.select(PanelSeat.person_id, sa.func.count())
            .where(PanelSeat.status.in_(OPEN))
            .group_by(PanelSeat.person_id)
        ).all()
    )
    free = sorted(set(session.scalars(knowing)) - conflicted.keys())
    return [Candidate(person_id, load.get(person_id, 0)) for person_id in free]


def seats_of(session: Session, panel_id: int) -> Sequence[PanelSeat]:
    """The seats as they are held now, by place."""
    query = sa.select(PanelSeat).where(PanelSeat.panel_id == panel_id, PanelSeat.status != "replaced")
    return session.scalars(query.order_by(PanelSeat.place)).all()


def declare_no_interest(session: Session, seat_id: int, *, person_id: int, now: datetime) -> None:
    """The holder of a seat has declared no interest: materials and rubric open."""
    seat = _held(session, seat_id, person_id)
    seat.status, seat.changed_at = "declared", now
    session.flush()


def replace_seat(session: Session, seat_id: int, *, now: datetime) -> PanelSeat:
    """Give a seat to the next of the recorded draw who has never been in this panel and has no interest.

    Raises:
        PoolTooSmallError: nobody is left.
    """
    seat = session.get_one(PanelSeat, seat_id)
    panel = session.get_one(Panel, seat.panel_id)
    application = session.get_one(CertificationApplication, panel.application_id)
    pool = [Candidate(person_id, load) for person_id, load in panel.pool]
    been = set(session.scalars(sa.select(PanelSeat.person_id).where(PanelSeat.panel_id == panel.id)))
    barred = been | conflicted_experts(session, application.organisation_id).keys()
    successor = next((one for one in draw.order(pool, panel.seed) if one not in barred), None)
    if successor is None:
        raise PoolTooSmallError(1, 0)
    seat.status, seat.changed_at = "replaced", now
    session.flush()
    fresh = PanelSeat(panel_id=panel.id, place=seat.place, person_id=successor, status="drawn", changed_at=now)
    session.add(fresh)
    session.flush()
    return fresh


def _held(session: Session, seat_id: int, person_id: int) -> PanelSeat:
    seat = session.get_one(PanelSeat, seat_id)
    if seat.person_id != person_id or seat.status == "replaced":
        raise NotInThisPanelError(seat_id, person_id)
    return seat
