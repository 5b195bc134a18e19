"""Deadlines in words: how far in working days, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext, ngettext

from app.web.languages import deadline, local
from app.web.shown_calendar import shown_calendar


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline ready to be shown."""

    state: str
    """`overdue`, `due` (today) or "" (in time: plain text)."""
    words: str
    """How far: "3 working days left"."""
    until: str
    """The last day with its weekday and hour."""
    at: datetime


def due_of(due_at: datetime | None, now: datetime) -> Due | None:
    """A deadline in words; None if there is none."""
    if due_at is None:
        return None
    state, words = _words(last_day(due_at), local(now).date(), is_late=due_at <= now)
    return Due(state, words, deadline(due_at), due_at)


def last_day(due_at: datetime) -> date:
    """The day at whose end a deadline falls: 24:00 belongs to the day before."""
    return (local(due_at) - timedelta(microseconds=1)).date()


def age_days(since: datetime, now: datetime) -> int:
    """How many working days something has stood."""
    return shown_calendar().working_days_between(local(since).date(), local(now).date())


def _words(last: date, today: date, *, is_late: bool) -> tuple[str, str]:
    if is_late:
        late = max(1, shown_calendar().working_days_between(last, today))
        return "overdue", ngettext("%(num)d working day overdue", "%(num)d working days overdue", late)
    if last == today:
        return "due", gettext("due today")
    left = shown_calendar().working_days_between(today, last)
    return "", ngettext("%(num)d working day left", "%(num)d working days left", left)
