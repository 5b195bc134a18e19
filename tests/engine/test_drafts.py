"""Drafts: kept as typed, one per person, and two windows notice each other."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import drafts
from app.engine.errors import StaleVersionError
from app.engine.tables import task_draft
from tests.drawing import flows, process, task


@pytest.fixture
def task_id(bench: Any) -> int:
    """One open task."""
    body = (
        '<bpmn:startEvent id="begin"/>' + task("look") + '<bpmn:endEvent id="done"/>' + flows("begin look", "look done")
    )
    bench.deploy({"plain": process("plain", body, lanes={"reviewer": "begin look done"})})
    bench.start("plain")
    return int(bench.open()["look"].id)


def test_a_draft_is_kept_as_it_was_typed(bench: Any, task_id: int) -> None:
    assert save(bench, task_id, {"outcome": "不完整的"}, seen=0) == 1

    with reading(bench.database) as unit:
        draft = drafts.read_draft(unit.connection, task_id, 11)
    assert draft is not None
    assert (draft.answers, draft.version) == ({"outcome": "不完整的"}, 1)


def test_another_persons_draft_is_not_mine(bench: Any, task_id: int) -> None:
    save(bench, task_id, {"outcome": "a"}, seen=0)

    with reading(bench.database) as unit:
        assert drafts.read_draft(unit.connection, task_id, 12) is None


def test_a_window_that_saw_an_older_draft_does_not_overwrite_the_newer(bench: Any, task_id: int) -> None:
    save(bench, task_id, {"outcome": "first window"}, seen=0)

    with pytest.raises(StaleVersionError):
        save(bench, task_id, {"outcome": "second window"}, seen=0)

    assert save(bench, task_id, {"outcome": "second window, after a look"}, seen=1) == 2


def test_completing_the_task_drops_its_drafts(bench: Any, task_id: int, reviewer: Any) -> None:
    save(bench, task_id, {"outcome": "a"}, seen=0)

    bench.act("look", reviewer, outcome="b")

    with reading(bench.database) as unit:
        assert unit.connection.execute(sa.select(task_draft)).all() == []


def save(bench: Any, task_id: int, answers: dict[str, Any], *, seen: int) -> int:
    with unit_of_work(bench.database) as unit:
        return drafts.save_draft(unit, task_id, 11, answers, seen_version=seen, now=bench.now)
