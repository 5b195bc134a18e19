"""How a deadline was counted, day by day: which days count, which do not and why, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.domain.calendar import Day, DayState, WorkingCalendar, end_of, local_day
from app.domain.certification import application_of_case
from app.domain.correction import corrections_of
from app.web.due import last_day
from app.web.languages import deadline, pick
from app.web.shown_calendar import calendar_at

PAUSED_BY_CORRECTIONS = frozenset({"verify_authenticity", "verify_compliance"})
"""The tasks whose clock stands still while corrections are out."""
LONGEST_DAYS = 400
"""A term over more days than that is not laid open day by day."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the clock of a deadline stood still; its days do not count, but for the first."""

    began_at: datetime
    ended_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a term."""

    on: date
    number: int | None
    """Which of the counted days it is; None: it does not count."""
    words: str
    """Why it counts or not; "" for an ordinary working day."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A deadline laid open."""

    start: date
    """The day on which it began, which does not count."""
    days: Sequence[CountedDay]
    working_days: int
    until: str


def reckoning_of(start: datetime, due_at: datetime | None, pauses: Sequence[Pause] = ()) -> Reckoning | None:
    """How a deadline that was fixed at `start` was counted, by the calendar of that instant.

    None for what was not counted in working days: no deadline, or one that does not end with a working day.
    """
    if due_at is None or due_at != end_of(last_day(due_at)):
        return None
    calendar, first, last = calendar_at(start), local_day(start), last_day(due_at)
    if last < first or (last - first).days > LONGEST_DAYS:
        return None
    if last > first and not pauses and not calendar.is_working_day(last):
        return None
    days = list(_days(calendar, first, last, pauses))
    return Reckoning(first, days, max((one.number or 0 for one in days), default=0), deadline(due_at))


def laid_open(session: Session, task: Any) -> Reckoning | None:
    """How the deadline of a user task was counted; a verification that waited for corrections, from its first day on.

    Args:
        task: a row with element_id, business_key, created_at, due_at.
    """
    pauses = pauses_of(session, task) if task["element_id"] in PAUSED_BY_CORRECTIONS else []
    application = application_of_case(session, task["business_key"]) if pauses else None
    start = application.submitted_at if application is not None else task["created_at"]
    return reckoning_of(start, task["due_at"], pauses)


def pauses_of(session: Session, task: Any) -> list[Pause]:
    """When the reviewers' clock stood still before a task began, because the applicant was mending (A8.2)."""
    return [
        Pause(one.sent_at, one.ended_at, gettext("corrections were asked of the applicant"))
        for one in corrections_of(session, task["business_key"])
        if one.sent_at is not None and one.ended_at is not None and one.ended_at <= task["created_at"]
    ]


def reckon(start: datetime, working_days: int, now: datetime) -> Reckoning:
    """The deadline of so many working days from an instant, by the calendar of that instant, or of now if it is to come."""
    calendar, first = calendar_at(min(start, now)), local_day(start)
    last = calendar.working_days_after(first, working_days)
    return Reckoning(first, list(_days(calendar, first, last, ())), working_days, deadline(end_of(last)))


def state_words(day: Day) -> str:
    """Why a day counts or not; "" for an ordinary working day."""
    if day.state is DayState.HOLIDAY:
        return pick(day, "name") or day.name_zh or gettext("holiday")
    words = {DayState.WEEKEND: gettext("weekend"), DayState.MAKE_UP: gettext("make-up working day")}
    return str(words.get(day.state, ""))


def _days(calendar: WorkingCalendar, first: date, last: date, pauses: Sequence[Pause]) -> Iterator[CountedDay]:
    number = 0
    for step in range(1, (last - first).days + 1):
        day = calendar.day(first + timedelta(days=step))
        pause = next((one for one in pauses if local_day(one.began_at) < day.on <= local_day(one.ended_at)), None)
        counts = day.is_working and pause is None
        number += counts
        words = gettext("paused: %(reason)s", reason=pause.reason) if pause else state_words(day)
        yield CountedDay(day.on, number if counts else None, words)
