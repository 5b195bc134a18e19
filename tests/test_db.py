"""The unit of work on both databases."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.clock import Clock, ClockRunsBackwardsError
from app.db import rehearsing, unit_of_work


def test_what_a_failed_unit_wrote_is_gone(database: sa.Engine) -> None:
    clock = Clock(manual=True)

    with pytest.raises(RuntimeError), unit_of_work(database) as unit:
        clock.set(unit, datetime(2026, 1, 1, tzinfo=UTC))
        raise RuntimeError

    with unit_of_work(database) as unit:
        assert clock.now(unit) != datetime(2026, 1, 1, tzinfo=UTC)


def test_nothing_of_a_rehearsal_is_kept(database: sa.Engine) -> None:
    clock, then = Clock(manual=True), datetime(2027, 1, 1, tzinfo=UTC)

    with rehearsing(database) as unit:
        clock.set(unit, then)
        assert clock.now(unit) == then

    with unit_of_work(database) as unit:
        assert clock.now(unit) != then


def test_a_manual_clock_stands_still_and_goes_forward_only(database: sa.Engine) -> None:
    clock, noon = Clock(manual=True), datetime(2027, 1, 1, 12, tzinfo=UTC)
    with unit_of_work(database) as unit:
        clock.set(unit, noon)

    with unit_of_work(database) as unit:
        assert clock.now(unit) == noon
        with pytest.raises(ClockRunsBackwardsError):
            clock.set(unit, datetime(2026, 12, 31, tzinfo=UTC))
