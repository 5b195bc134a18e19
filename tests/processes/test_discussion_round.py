"""The discussion round told on every path: who is asked, what counts, who keeps silent (A8.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.discussion import replies_of, revisions_of
from app.domain.panel import Panel
from app.domain.score import AGENCY, first_totals_of, totals_of
from app.engine.errors import AnswersInvalidError
from tests import answers
from tests.review_words import NONE, application, login, reminded


def test_totals_thirty_points_apart_close_the_panel_at_once(story: Any) -> None:
    to_the_scores(story)
    story.every_expert("score_application", *(answers.scores(points, 80, 70) for points in (60, 75, 75, 75, 90)))

    story.expect("conclude")
    assert story.variables()["widest_spread"] == 3_000


@pytest.mark.parametrize(("agency", "item"), [((59, 75, 75, 75, 90), (80,) * 5), ((75,) * 5, (50, 80, 80, 80, 81))])
def test_totals_further_apart_are_discussed_whether_of_the_agency_or_an_item(
    story: Any, agency: tuple[int, ...], item: tuple[int, ...]
) -> None:
    to_the_scores(story)
    given = [answers.scores(one, other, 70) for one, other in zip(agency, item, strict=True)]
    story.every_expert("score_application", *given)

    story.expect("call_discussion")
    assert story.variables()["widest_spread"] == 3_100
    with reading(story.database) as unit:
        assert application(unit).score_hundredths is None
        assert unit.session.scalars(sa.select(Panel)).one().closed_at is None


def test_every_expert_revises_or_confirms_and_the_last_scores_count(story: Any) -> None:
    to_the_discussion(story)
    story.expect(*["revise_scores"] * 5)
    lowest, *others = [task.assignee_id for task in story.tasks()]
    story.act("revise_scores", login(story, lowest), revised(answers.scores(70, 80, 70), "看了第四项材料，业绩属实。"))
    for one, points in zip(others, (75, 75, 75, 90), strict=True):
        story.act("revise_scores", login(story, one), answers.scores(points, 80, 70))

    story.expect("conclude")
    assert (story.variables()["agency_score"], story.variables()["agency_spread"]) == (7_500, 2_000)
    with reading(story.database) as unit:
        panel_id = unit.session.scalars(sa.select(Panel)).one().id
        assert sorted(one.reply for one in replies_of(unit.session, panel_id).values()) == [
            *["confirmed"] * 4, "revised",
        ]  # fmt: skip
        assert min(first_totals_of(unit.session, panel_id)[AGENCY].values()) == 5_900
        assert min(totals_of(unit.session, panel_id)[AGENCY].values()) == 7_000
        assert {last.reason for _, last in revisions_of(unit.session, panel_id)} == {"看了第四项材料，业绩属实。"}


@pytest.mark.parametrize("reason", ["", "见材料第四项。", " 见材料第四项。 "])
def test_a_changed_score_without_a_new_reason_is_refused_at_its_field(story: Any, reason: str) -> None:
    to_the_discussion(story)
    given = answers.scores(59, 80, 70)
    given["agency"]["service_record"] = {"score_hundredths": 1_000} | ({"reason": reason} if reason else {})
    lowest = story.tasks()[0].assignee_id

    with pytest.raises(AnswersInvalidError) as refused:
        story.act("revise_scores", login(story, lowest), given)

    assert [error.pointer for error in refused.value.errors] == ["/agency/service_record/reason"]
    story.expect(*["revise_scores"] * 5)


def test_whoever_does_not_reply_in_time_keeps_the_first_scores(story: Any) -> None:
    to_the_discussion(story)
    story.act(
        "revise_scores", login(story, story.tasks()[4].assignee_id), revised(answers.scores(80, 80, 70), "偏高。")
    )
    story.pass_time(days=8)

    story.expect("conclude")
    assert (story.variables()["agency_score"], story.variables()["agency_spread"]) == (7_500, 2_100)
    with reading(story.database) as unit:
        panel_id = unit.session.scalars(sa.select(Panel)).one().id
        replies = [one.reply for one in replies_of(unit.session, panel_id).values()]
    assert sorted(replies) == [*["overdue"] * 4, "revised"]


def test_revising_experts_are_reminded_two_working_days_before(story: Any) -> None:
    to_the_discussion(story)
    story.act("revise_scores", login(story, story.tasks()[1].assignee_id), answers.scores(75, 80, 70))
    due = {task.due_at for task in story.tasks()}
    story.pass_time(days=3, hours=14, minutes=59)
    assert reminded(story) == []

    story.pass_time(minutes=1)

    assert len(reminded(story)) == 4
    assert min(due) - story.now == timedelta(days=4)
    story.expect(*["revise_scores"] * 4)


def test_a_second_divergence_closes_the_panel_all_the_same(story: Any) -> None:
    to_the_discussion(story)
    for task, points in zip(story.tasks(), (59, 75, 75, 75, 90), strict=True):
        story.act("revise_scores", login(story, task.assignee_id), answers.scores(points, 80, 70))

    story.expect("conclude")
    assert story.variables()["agency_spread"] == 3_100


def to_the_scores(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)


def to_the_discussion(story: Any) -> None:
    """The panel has scored the agency from 59 to 90, and the supervisor has asked why."""
    to_the_scores(story)
    story.every_expert("score_application", *(answers.scores(points, 80, 70) for points in (59, 75, 75, 75, 90)))
    story.act("call_discussion", "supervisor", {"question": "服务业绩是否有回访记录？"})


def revised(given: dict[str, Any], reason: str) -> dict[str, Any]:
    """The same scores, each with a reason of its own."""
    for one in (given["agency"], *given["items"]):
        for criterion in one.values():
            if isinstance(criterion, dict):
                criterion["reason"] = reason
    return given
