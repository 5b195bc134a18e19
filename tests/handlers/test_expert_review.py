"""The handlers of the experts' review: each acts for one seat, on its holder's own answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.declared_interest import DeclaredInterest
from app.domain.errors import NotInThisPanelError, PanelNotCompleteError, RubricNotFollowedError, ScoresIncompleteError
from app.domain.panel import PanelSeat
from app.domain.reminder import Reminder
from app.domain.score import Score
from handlers import agency_certification
from handlers import expert_review as handlers
from tests import answers

NONE = {"declaration": "none"}


@pytest.fixture
def panel(desk: Any) -> dict[str, Any]:
    """A drawn panel: application_id, panel_id, seats."""
    desk.answer("submit_application", "agency", answers.application())
    opened = agency_certification.open_application(
        desk.call("open_application", "agency"), organisation_id=desk.cast["agency_firm"]
    )
    drawn = agency_certification.draw_panel(
        desk.call("draw_panel", "supervisor"), application_id=opened["application_id"], working_days=10
    )
    return {**opened, **drawn}


def seat(desk: Any, reference: dict[str, Any]) -> PanelSeat:
    found: PanelSeat = desk.unit.session.get_one(PanelSeat, reference["seat_id"])
    return found


def admit(desk: Any, reference: dict[str, Any]) -> None:
    desk.answer("declare_interests", reference["expert_id"], NONE)
    handlers.admit_expert(desk.call("admit_expert"), seat_id=reference["seat_id"])


def score(desk: Any, panel: dict[str, Any], reference: dict[str, Any], given: dict[str, Any]) -> None:
    desk.answer("score_application", reference["expert_id"], given)
    handlers.record_scores(
        desk.call("record_scores"), seat_id=reference["seat_id"], application_id=panel["application_id"]
    )


def test_whoever_declares_no_interest_is_admitted(desk: Any, panel: Any) -> None:
    admit(desk, panel["seats"][0])

    assert [seat(desk, one).status for one in panel["seats"]] == ["declared", *["drawn"] * 4]


@pytest.mark.parametrize("declared", [None, {"declaration": "conflict", "explanation": "亲属。"}])
def test_nobody_is_admitted_on_anything_else(desk: Any, panel: Any, declared: dict[str, Any] | None) -> None:
    first, second = panel["seats"][:2]
    desk.answer("declare_interests", second["expert_id"], NONE)
    if declared:
        desk.answer("declare_interests", first["expert_id"], declared)

    with pytest.raises(NotInThisPanelError):
        handlers.admit_expert(desk.call("admit_expert"), seat_id=first["seat_id"])


def test_a_conflict_is_kept_and_the_seat_goes_to_somebody_new(desk: Any, panel: Any) -> None:
    first = panel["seats"][0]
    desk.answer("declare_interests", first["expert_id"], {"declaration": "conflict", "explanation": "亲属。"})
    fresh = handlers.replace_expert(desk.call("replace_expert"), seat_id=first["seat_id"], working_days=10)["seat"]

    assert fresh["expert_id"] not in {one["expert_id"] for one in panel["seats"]}
    assert seat(desk, first).status == "replaced"
    declared = desk.unit.session.get_one(DeclaredInterest, (first["expert_id"], desk.cast["agency_firm"]))
    assert declared.explanation == "亲属。"


@pytest.mark.parametrize("has_declared", [False, True])
def test_whoever_is_merely_late_is_replaced_without_a_declared_interest(
    desk: Any, panel: Any, has_declared: bool
) -> None:
    first = panel["seats"][0]
    if has_declared:
        admit(desk, first)
    desk.now += timedelta(days=15)
    fresh = handlers.replace_expert(desk.call("replace_expert"), seat_id=first["seat_id"], working_days=10)["seat"]

    assert fresh["due_at"] > first["due_at"]
    assert desk.unit.session.scalars(sa.select(DeclaredInterest)).all() == []
    assert handlers.replace_expert.error_codes == {"pool_too_small"}


def test_scores_are_kept_by_seat_subject_and_criterion(desk: Any, panel: Any) -> None:
    first = panel["seats"][0]
    admit(desk, first)
    score(desk, panel, first, answers.scores(75, 80, 70))

    kept = desk.unit.session.execute(
        sa.select(Score.service_item_id, sa.func.count(), sa.func.sum(Score.points_hundredths))
        .group_by(Score.service_item_id).order_by(Score.service_item_id)
    ).all()  # fmt: skip
    assert [(count, total) for _, count, total in kept] == [(5, 7_500), (3, 8_000), (3, 7_000)]
    assert seat(desk, first).status == "scored"


def test_scores_of_fewer_items_are_refused(desk: Any, panel: Any) -> None:
    first = panel["seats"][0]
    admit(desk, first)

    with pytest.raises(ScoresIncompleteError):
        score(desk, panel, first, answers.scores(75, 80))


def test_more_points_than_a_criterion_has_are_refused(desk: Any, panel: Any) -> None:
    first, given = panel["seats"][0], answers.scores(75, 80, 70)
    given["agency"]["price"]["score_hundredths"] = 1_501
    admit(desk, first)

    with pytest.raises(RubricNotFollowedError):
        score(desk, panel, first, given)


def test_one_experts_scores_never_count_for_another_seat(desk: Any, panel: Any) -> None:
    first, second = panel["seats"][:2]
    admit(desk, first)
    desk.answer("score_application", second["expert_id"], answers.scores(75, 80, 70))

    with pytest.raises(LookupError):
        handlers.record_scores(
            desk.call("record_scores"), seat_id=first["seat_id"], application_id=panel["application_id"]
        )


def test_closing_gives_the_gateways_their_values(desk: Any, panel: Any) -> None:
    for reference, points in zip(panel["seats"], (75, 80, 78, 90, 60), strict=True):
        admit(desk, reference)
        score(desk, panel, reference, answers.scores(points, 60, 59))
    result = handlers.close_panel(desk.call("close_panel"), panel_id=panel["panel_id"])

    assert (result["agency_score"], result["agency_spread"]) == (7_766, 3_000)
    assert [one["score"] for one in result["items"]] == [6_000, 5_900]


def test_closing_too_early_is_refused(desk: Any, panel: Any) -> None:
    with pytest.raises(PanelNotCompleteError):
        handlers.close_panel(desk.call("close_panel"), panel_id=panel["panel_id"])


def test_a_reminder_goes_to_the_holder_of_an_open_seat_once(desk: Any, panel: Any) -> None:
    first = panel["seats"][0]
    for _ in range(2):
        handlers.remind_expert(desk.call("remind_expert"), seat_id=first["seat_id"])

    (reminder,) = desk.unit.session.scalars(sa.select(Reminder)).all()
    assert (reminder.person_id, reminder.case_number, reminder.due_at) == (
        first["expert_id"], "2026-00001", seat(desk, first).due_at,
    )  # fmt: skip


def test_whoever_has_scored_is_not_reminded(desk: Any, panel: Any) -> None:
    first = panel["seats"][0]
    admit(desk, first)
    score(desk, panel, first, answers.scores(75, 80, 70))
    handlers.remind_expert(desk.call("remind_expert"), seat_id=first["seat_id"])

    assert desk.unit.session.scalars(sa.select(Reminder)).all() == []
