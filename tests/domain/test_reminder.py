"""Reminders: once for each due date, and never too late (A8.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.reminder import Reminder, remind, reminders_of
from tests.people import BEGINNING

DUE = BEGINNING + timedelta(days=2)


@pytest.mark.parametrize(("late", "told"), [(-1, True), (0, True), (1, False)])
def test_a_reminder_comes_until_the_moment_it_is_due(world: Any, late: int, told: bool) -> None:
    now = DUE + timedelta(seconds=late)

    assert remind(world.session, world.cast["expert_1"], case_number="2026-00001", due_at=DUE, now=now) is told
    assert len(reminders_of(world.session, world.cast["expert_1"], now=now)) == told


def test_the_same_date_is_brought_to_mind_once(world: Any) -> None:
    person = world.cast["expert_1"]
    told = [remind(world.session, person, case_number="2026-00001", due_at=DUE, now=BEGINNING) for _ in range(2)]

    assert told == [True, False]
    assert remind(world.session, person, case_number="2026-00001", due_at=DUE + timedelta(days=9), now=BEGINNING)
    assert [one.due_at for one in reminders_of(world.session, person, now=BEGINNING)] == [DUE, DUE + timedelta(days=9)]
    assert reminders_of(world.session, world.cast["expert_2"], now=BEGINNING) == []


def test_the_database_refuses_a_reminder_after_the_date(world: Any) -> None:
    remind(world.session, world.cast["expert_1"], case_number="2026-00001", due_at=DUE, now=BEGINNING)

    with pytest.raises(IntegrityError, match="ck_reminder_in_time"):
        world.session.execute(sa.update(Reminder).values(reminded_at=DUE + timedelta(seconds=1)))
    world.session.rollback()
