"""Panels: the drawn seats of an application, who holds them until when, and replacements (A8.3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain import draw
from app.domain.calendar import deadline, local_day
from app.domain.certification import CertificationApplication
from app.domain.draw import Candidate
from app.domain.errors import NotInThisPanelError, SeatNotOpenError
from app.domain.expert import Expert, ExpertField
from app.domain.interests import conflicted_experts
from app.domain.message import tell
from app.domain.parameters import parameter
from app.domain.person import Person
from app.domain.role_grant import Role, RoleGrant


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
DECIDING_OFFICE = (Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.BUREAU)
INBOX = "/inbox"
"""Where an expert finds what they are asked for; the case itself is not theirs to see."""


def draw_panel(
    session: Session, application_id: int, *, size: int, working_days: int, drawn_by: int, now: datetime, seed: str = ""
) -> Panel:
    """Draw the panel of an application; a second one, after a review, of experts who were not in the first (A8.7).

    Args:
        working_days: how long each seat has to declare and score.
        seed: only a test gives it; otherwise 256 random bits. Recorded with the pool, so that anybody can draw again.

    Raises:
        PoolTooSmallError: fewer suitable experts than seats.
    """
    seed = seed or secrets.token_hex(32)
    former = session.scalars(sa.select(Panel.id).where(Panel.application_id == application_id)).all()
    been = set(session.scalars(sa.select(PanelSeat.person_id).where(PanelSeat.panel_id.in_(former))))
    pool = [one for one in candidates(session, application_id) if one.person_id not in been]
    drawn = draw.draw(pool, seed, size)
    panel = Panel(
        application_id=application_id,
        round=len(former) + 1,
        seed=seed,
        pools=[_snapshot(pool)],
        size=size,
        drawn_at=now,
        drawn_by=drawn_by,
    )
    session.add(panel)
    session.flush()
    for place, person_id in enumerate(drawn, 1):
        _seat(session, panel, place, person_id, working_days=working_days, now=now)
    session.flush()
    return panel


def recorded_order(panel: Panel) -> list[int]:
    """Everybody of the recorded pools in the order of the draw: the panel first, then who follows for replacements."""
    pools = [[Candidate(person_id, load) for person_id, load in pool] for pool in panel.pools]
    return [person_id for pool in pools for person_id in draw.order(pool, panel.seed)]


def candidates(session: Session, application_id: int) -> list[Candidate]:
    """Who may be drawn: experts of the application's fields without an interest, with their load.

    Whoever has left the pool, lost the role or closed the account could not act, and is left out.
    """
    application = session.get_one(CertificationApplication, application_id)
    conflicted = conflicted_experts(session, application.organisation_id)
    knowing = (
        sa.select(Expert.person_id)
        .join(ExpertField, ExpertField.person_id == Expert.person_id)
        .join(Person, Person.id == Expert.person_id)
        .join(RoleGrant, RoleGrant.person_id == Expert.person_id)
        .where(
            Expert.left_at.is_(None),
            ExpertField.category.in_(application.categories),
            Person.is_active,
            RoleGrant.role == Role.EXPERT,
            RoleGrant.revoked_at.is_(None),
            Expert.person_id.not_in(_in_office()),
        )
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


def _in_office() -> sa.Select[int]:
    """Who decides on cases for operator or bureau appraises none: they could not act in the same case again."""
    return sa.select(RoleGrant.person_id).where(RoleGrant.role.in_(DECIDING_OFFICE), RoleGrant.revoked_at.is_(None))


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


def ask_for_replacement(session: Session, seat_id: int, *, reason: str, by: int, now: datetime) -> None:
    """Record that a supervisor wants somebody else in a seat; the diagram then replaces its holder.

    Raises:
        SeatNotOpenError: its holder has scored, or has been replaced.
    """
    seat = session.get_one(PanelSeat, seat_id)
    if seat.status not in OPEN or session.get(SeatReplacement, seat_id) is not None:
        raise SeatNotOpenError(seat_id)
    session.add(SeatReplacement(seat_id=seat_id, cause=Cause.BY_HAND, reason=reason, asked_by=by, asked_at=now))
    session.flush()


def note_cause(session: Session, seat_id: int, cause: Cause, *, now: datetime) -> None:
    """Record why a seat is given up; what a supervisor asked for stays as it was recorded."""
    if session.get(SeatReplacement, seat_id) is None:
        session.add(SeatReplacement(seat_id=seat_id, cause=cause, reason="", asked_at=now))
        session.flush()


def replace_seat(session: Session, seat_id: int, *, working_days: int, now: datetime) -> PanelSeat:
    """Give a seat to the next of the recorded draw who has never been in this panel and has no interest.

    When the recorded pool has run dry, those who have joined since are drawn by the same seed, and recorded too.

    Raises:
        PoolTooSmallError: nobody is left.
    """
    seat = session.get_one(PanelSeat, seat_id)
    panel = session.get_one(Panel, seat.panel_id)
    successor = _next_in_line(session, panel)
    seat.status, seat.changed_at = "replaced", now
    session.flush()
    fresh = _seat(session, panel, seat.place, successor, working_days=working_days, now=now)
    session.flush()
    return fresh


def _next_in_line(session: Session, panel: Panel) -> int:
    application = session.get_one(CertificationApplication, panel.application_id)
    been = set(session.scalars(sa.select(PanelSeat.person_id).where(PanelSeat.panel_id == panel.id)))
    barred = been | conflicted_experts(session, application.organisation_id).keys()
    recorded = recorded_order(panel)
    waiting = [person_id for person_id in recorded if person_id not in barred]
    if not waiting:
        joined = [one for one in candidates(session, application.id) if one.person_id not in {*recorded, *been}]
        panel.pools = [*panel.pools, _snapshot(joined)]
        waiting = draw.draw(joined, panel.seed, 1)
    return waiting[0]


def _snapshot(pool: Sequence[Candidate]) -> list[list[int]]:
    return [[one.person_id, one.open_seats] for one in pool]


def _seat(session: Session, panel: Panel, place: int, person_id: int, *, working_days: int, now: datetime) -> PanelSeat:
    """Give a place to a person, and tell them."""
    notice_days = parameter(session, "scoring_reminder_working_days_before", on=local_day(now))
    seat = PanelSeat(
        panel_id=panel.id,
        place=place,
        person_id=person_id,
        status="drawn",
        remind_at=deadline(session, now, max(working_days - notice_days, 0)),
        due_at=deadline(session, now, working_days),
        changed_at=now,
    )
    session.add(seat)
    case_number = session.get_one(CertificationApplication, panel.application_id).case_number
    values = {"due_at": seat.due_at, "link": INBOX}
    tell(session, to=[person_id], template="seat_assigned", values=values, case_number=case_number, now=now)
    return seat
