"""The calendar by which pages say how far a deadline is; read again every few seconds, never for each page.

Deadlines themselves are computed in the engine's own transaction by the calendar of that instant. Here it is only told how
many working days are left, and that may lag by SECONDS_KEPT on the other processes after the bureau has changed a day.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from app.db import reading
from app.domain.calendar import Revision, WorkingCalendar, revisions_of
from app.web.context import context

SECONDS_KEPT = 10.0
_EXTENSION = "shown_calendar"


@dataclass(frozen=True, slots=True)
class _Shown:
    revisions: tuple[Revision, ...]
    now: WorkingCalendar
    read_at: float
    """On the monotonic clock, in seconds."""


def shown_calendar() -> WorkingCalendar:
    """The calendar as it stands."""
    return _shown().now


def calendar_at(at: datetime) -> WorkingCalendar:
    """The calendar as it stood when something was fixed: later changes have not moved it."""
    revisions = _shown().revisions
    if not revisions or revisions[-1].changed_at <= at:
        return _shown().now
    return WorkingCalendar.of(revisions, until=at)


def look_again() -> None:
    """Read it afresh for the next page: this process has just changed it."""
    current_app.extensions.pop(_EXTENSION, None)


def _shown() -> _Shown:
    kept = current_app.extensions.get(_EXTENSION)
    if isinstance(kept, _Shown) and time.monotonic() - kept.read_at < SECONDS_KEPT:
        return kept
    with reading(context().database) as unit:
        revisions = tuple(revisions_of(unit.session))
    fresh = _Shown(revisions, WorkingCalendar.of(revisions), time.monotonic())
    current_app.extensions[_EXTENSION] = fresh
    return fresh
