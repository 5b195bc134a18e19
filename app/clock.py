"""The clock: the system's, or one that a demo or a test moves by hand.

Several processes share a moved clock, so it is a row, not a variable. Nothing below the web and the worker asks for the
time: "now" is an argument.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from app.db import Instant, UnitOfWork, metadata

clock_setting = sa.Table(
    "clock_setting",
    metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True),
    sa.Column("now_at", Instant, nullable=False),
)


class ClockRunsBackwardsError(ValueError):
    """A moved clock may only go forward: deadlines that have passed do not come back."""

    code = "clock_runs_backwards"

    def __init__(self, current: datetime, asked: datetime) -> None:
        self.current, self.asked = current, asked
        super().__init__(f"the clock stands at {current.isoformat()} and cannot go back to {asked.isoformat()}")


class Clock:
    """Tells the time; `manual` clocks stand still until they are set."""

    def __init__(self, *, manual: bool = False) -> None:
        self.manual = manual

    def now(self, unit: UnitOfWork) -> datetime:
        """The instant that counts in this transaction, aware, UTC."""
        if not self.manual:
            return datetime.now(UTC)
        set_to = unit.connection.execute(sa.select(clock_setting.c.now_at)).scalar()
        return set_to if set_to is not None else datetime.now(UTC)

    def set(self, unit: UnitOfWork, now: datetime) -> None:
        """Move a manual clock forward to `now`."""
        current = unit.connection.execute(sa.select(clock_setting.c.now_at)).scalar()
        if current is None:
            unit.connection.execute(clock_setting.insert().values(id=1, now_at=now))
            return
        if now < current:
            raise ClockRunsBackwardsError(current, now)
        unit.connection.execute(clock_setting.update().values(now_at=now))
