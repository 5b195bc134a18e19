"""Reminders: once for each due date, and never too late (A8.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.reminder import Reminder, remind
from tests.people import BEGINNING

DUE = BEGINNING + timedelta(days=2)


def reminders(world: Any, login: str) -> list[datetime]:
    """The dates that somebody was reminded of, the most pressing first."""
    query = sa.select(Reminder.due_at).where(Reminder.person_id == world.cast[login]).order_by(Reminder.due_at)
    return list(world.session.scalars(query))


@pytest.mark.parametrize(("late", "told"), [(-1, True), (0, True), (1, False)])
def test_a_reminder_comes_until_the_moment_it_is_due(world: Any, late: int, told: bool) -> None:
    now = DUE + timedelta(seconds=late)

    assert remind(world.session, world.cast["expert_1"], case_number="2026-00001", due_at=DUE, now=now) is told
    assert len(reminders(world, "expert_1")) == told


def test_the_same_date_is_brought_to_mind_once(world: Any) -> None:
    person = world.cast["expert_1"]
    told = [remind(world.session, person, case_number="2026-00001", due_at=DUE, now=BEGINNING) for _ in range(2)]

    assert told == [True, False]
    assert remind(world.session, person, case_number="2026-00001", due_at=DUE + timedelta(days=9), now=BEGINNING)
    assert reminders(world, "expert_1") == [DUE, DUE + timedelta(days=9)]
    assert reminders(world, "expert_2") == []


def test_the_database_refuses_a_reminder_after_the_date(world: Any) -> None:
    remind(world.session, world.cast["expert_1"], case_number="2026-00001", due_at=DUE, now=BEGINNING)

    with pytest.raises(IntegrityError, match="ck_reminder_in_time"):
        world.session.execute(sa.update(Reminder).values(reminded_at=DUE + timedelta(seconds=1)))
    world.session.rollback()
