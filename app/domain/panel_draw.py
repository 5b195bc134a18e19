"""Drawing panels: who may be drawn, in which order, recorded so that anybody can draw again (A8.3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import draw
from app.domain.calendar import deadline, local_day
from app.domain.certification import CertificationApplication
from app.domain.draw import Candidate
from app.domain.expert import Expert, ExpertField
from app.domain.interests import conflicted_experts
from app.domain.message import tell
from app.domain.panel import INBOX, OPEN, Panel, PanelSeat
from app.domain.parameters import parameter
from app.domain.person import Person
from app.domain.role_grant import Role, RoleGrant

DECIDING_OFFICE = (Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.BUREAU)


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
        pools=[snapshot(pool)],
        size=size,
        drawn_at=now,
        drawn_by=drawn_by,
    )
    session.add(panel)
    session.flush()
    for place, person_id in enumerate(drawn, 1):
        take_seat(session, panel, place, person_id, working_days=working_days, now=now)
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


def snapshot(pool: Sequence[Candidate]) -> list[list[int]]:
    """A pool as it is recorded: [person, open seats]."""
    return [[one.person_id, one.open_seats] for one in pool]


def take_seat(
    session: Session, panel: Panel, place: int, person_id: int, *, working_days: int, now: datetime
) -> PanelSeat:
    """Give a place of a panel to a person, with its whole time, and tell them."""
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
