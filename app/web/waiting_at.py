"""Cases by the role whose move they are, and by how near their deadline is: what the figures of the purse page lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import request
from flask_babel import gettext

from app.domain.calendar import end_of
from app.engine.actor import Actor
from app.engine.workload import DueIn, cases_at
from app.web.languages import local
from app.web.navigation import role_name
from app.web.query.fields import WITH_TASKS
from app.web.shown_calendar import shown_calendar
from app.web.visibility import OFFICE_ROLES

SOON_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True)
class WaitingAt:
    """A narrowing of the list of cases, with its address and its words."""

    cases: sa.Select[tuple[int]]
    address: Mapping[str, str]
    words: str


def soon_until(now: datetime) -> datetime:
    """The end of the second working day from now."""
    return end_of(shown_calendar().working_days_after(local(now).date(), SOON_WORKING_DAYS))


def waiting_at(actor: Actor, *, now: datetime) -> WaitingAt | None:
    """What the address asks for (`role`, `due`), for the office; None: nothing, or not for the reader."""
    role, typed = request.args.get("role", ""), request.args.get("due", "")
    if role not in WITH_TASKS or not any(grant.role in OFFICE_ROLES for grant in actor.grants):
        return None
    due = DueIn(typed) if typed in set(DueIn) else None
    cases = cases_at(actor, role, due, now=now, soon_until=soon_until(now))
    return WaitingAt(cases, {"role": role, **({"due": str(due)} if due else {})}, _words(role, due))


def _words(role: str, due: DueIn | None) -> str:
    name = role_name(role)
    if due is DueIn.OVERDUE:
        return gettext("Overdue at: %(role)s", role=name)
    if due is DueIn.SOON:
        return gettext("Due within two working days at: %(role)s", role=name)
    return gettext("Whose move: %(role)s", role=name)
