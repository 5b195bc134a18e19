"""The whole demo: the last policy year that is closed, lived from its first day, and the cases of these five weeks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.db import reading
from app.domain.calendar import local_day
from app.domain.person import Person
from app.web.context import Context
from app.web.demo.lived_year import CLOSED_WITHIN_DAYS, Lived, live_year
from app.web.demo.seed import STORY_DAYS, tell_present
from app.web.demo.year import SEED, Size


class YearNotClosedError(RuntimeError):
    """The year of the demo left something open, or its books differ: nobody is to look at that."""

    def __init__(self, lived: Lived) -> None:
        self.lived = lived
        super().__init__(f"{lived.running} cases are left open, {lived.left_fen} on accounts; {lived.failing}")


def closed_year(now: datetime) -> int:
    """The last policy year all of whose cases had come to their end before the demo's own story begins."""
    return local_day(now - timedelta(days=CLOSED_WITHIN_DAYS + STORY_DAYS)).year - 1


def seed_with_year(parts: Context, size: Size, *, now: datetime, say: Callable[[str], None]) -> bool:
    """Live the closed year and tell the present, unless somebody lives there; say whether it was made now.

    Raises YearNotClosedError.
    """
    with reading(parts.database) as unit:
        if unit.session.scalar(sa.select(sa.func.count()).select_from(Person)):
            return False
    lived = live_year(parts, closed_year(now), size, seed=SEED, say=say)
    if not lived.is_closed:
        raise YearNotClosedError(lived)
    tell_present(parts, lived.cast, now=now)
    return True
