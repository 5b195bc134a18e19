"""Which open deadlines would come out otherwise if they were counted by another calendar; none of them moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.calendar import Revision, WorkingCalendar, end_of, local_day, revisions_of
from app.domain.notice import notices
from app.engine.open_deadlines import open_deadlines
from app.web.due import last_day
from app.web.languages import pick


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """One open deadline: it stays `stays`, and a fresh one would be `fresh`."""

    what: str
    number: str
    """Of the case, or of the notice."""
    stays: date
    fresh: date


def moved_deadlines(unit: UnitOfWork, other: WorkingCalendar, now: datetime) -> list[MovedDeadline]:
    """The open deadlines that another calendar would count otherwise, the earliest first."""
    revisions = revisions_of(unit.session)
    return [
        MovedDeadline(what, number, last_day(due_at), fresh)
        for what, number, begun_at, due_at in _open(unit, now)
        if (fresh := _fresh(revisions, other, begun_at, due_at)) != last_day(due_at)
    ]


def _open(unit: UnitOfWork, now: datetime) -> Iterator[tuple[str, str, datetime, datetime]]:
    for task in open_deadlines(unit.connection):
        yield pick(task), task["business_key"], task["created_at"], task["due_at"]
    for notice in notices(unit.session):
        if notice.ends_at > now:
            yield gettext("Public notice"), notice.number, notice.published_at, notice.ends_at


def _fresh(revisions: list[Revision], other: WorkingCalendar, begun_at: datetime, due_at: datetime) -> date:
    """The last day of the same number of working days; the same day for what is not counted in working days."""
    first, last = local_day(begun_at), last_day(due_at)
    then = WorkingCalendar.of(revisions, until=begun_at)
    if due_at != end_of(last) or not then.is_working_day(last):
        return last
    return other.working_days_after(first, then.working_days_between(first, last))
