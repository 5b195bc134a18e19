"""A change of a policy parameter counts for cases opened from its day on, and never for one that is under way (A3.1, A8.5)."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import unit_of_work
from app.domain.calendar import local_day
from app.domain.parameter_change import change_parameter
from tests import answers

NONE = {"declaration": "none"}


def raise_the_mark(story: Any, hundredths: int) -> None:
    with unit_of_work(story.database) as unit:
        change_parameter(
            unit.session, "agency_pass_mark_hundredths", hundredths, effective_on=local_day(story.now),
            reason="年度工作会议纪要", by=story.cast["bureau"], now=story.now,
        )  # fmt: skip


@pytest.mark.parametrize(("when", "next_step"), [("never", "conclude"), ("before", None), ("under_way", "conclude")])
def test_seventy_five_points_pass_by_the_mark_that_the_case_was_opened_under(
    story: Any, when: str, next_step: str | None
) -> None:
    if when == "before":
        raise_the_mark(story, 8_000)
    story.to_the_panel()
    if when == "under_way":
        raise_the_mark(story, 8_000)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))

    story.expect(next_step or "request_review")
