"""Replacements in a panel: why a seat is given up, and to whom it goes (A8.3)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import draw
from app.domain.certification import CertificationApplication
from app.domain.errors import SeatNotOpenError
from app.domain.interests import conflicted_experts
from app.domain.panel import OPEN, Cause, Panel, PanelSeat, SeatReplacement
from app.domain.panel_draw import candidates, recorded_order, snapshot, take_seat


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


def note_cause(session: Session, seat_id: int, cause: Cause, *, reason: str = "", now: datetime) -> None:
    """Record why a seat is given up, in its holder's words if they gave any; what a supervisor asked for stays as it was."""
    if session.get(SeatReplacement, seat_id) is None:
        session.add(SeatReplacement(seat_id=seat_id, cause=cause, reason=reason, asked_at=now))
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
    fresh = take_seat(session, panel, seat.place, successor, working_days=working_days, now=now)
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
        panel.pools = [*panel.pools, snapshot(joined)]
        waiting = draw.draw(joined, panel.seed, 1)
    return waiting[0]
