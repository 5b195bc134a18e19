"""The experts' review told on every path up to the last score: interests, delays, a dry pool (A8.3–A8.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain import draw
from app.domain.declared_interest import DeclaredInterest
from app.domain.errors import SeatNotOpenError
from app.domain.expert import Category, Expert, add_expert
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.panel import Cause, Panel, PanelSeat, SeatReplacement, seats_of
from app.domain.panel_draw import candidates, recorded_order
from app.domain.panel_replacement import ask_for_replacement
from app.domain.reminder import Reminder
from app.domain.role_grant import Role
from app.domain.score import totals_of
from app.engine.incidents import open_incidents
from app.engine.messages import Message, correlate_message
from tests import answers
from tests.people import organisation, person
from tests.review_words import NONE, application, reminded

CONFLICT = {"declaration": "conflict", "explanation": "曾任顾问。"}


def test_an_expert_with_an_interest_is_replaced_and_learns_nothing_more(story: Any) -> None:
    story.to_the_panel()
    first = next(task for task in story.tasks() if task.element_id == "declare_interests")
    conflicted = next(
        login for login, key in story.cast.items() if key == first.assignee_id and login.startswith("expert")
    )
    story.act("declare_interests", conflicted, {"declaration": "conflict", "explanation": "曾任顾问。"})
    story.work()

    assert len(story.tasks()) == 5
    assert first.assignee_id not in {task.assignee_id for task in story.tasks()}
    with reading(story.database) as unit:
        declared = unit.session.get(DeclaredInterest, (first.assignee_id, story.cast["agency_firm"]))
        assert declared is not None
        assert declared.explanation == "曾任顾问。"
        assert unit.session.scalars(sa.select(SeatReplacement.reason)).all() == ["曾任顾问。"]
        assert first.assignee_id not in {one.person_id for one in candidates(unit.session, application_id(unit))}
    with pytest.raises(StopIteration):
        story.act("score_application", conflicted, answers.scores(75, 80, 70))
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))
    story.expect("conclude")


@pytest.mark.parametrize("late", ["declare_interests", "score_application"])
def test_an_expert_who_is_late_is_replaced(story: Any, late: str) -> None:
    story.to_the_panel()
    if late == "score_application":
        story.every_expert("declare_interests", NONE)
    before = {task.assignee_id for task in story.tasks()}

    story.pass_time(days=15)

    story.expect(*["declare_interests"] * 5)
    assert before.isdisjoint({task.assignee_id for task in story.tasks()})


def test_the_panel_can_be_drawn_again_by_anybody_from_the_recorded_seed(story: Any) -> None:
    story.to_the_panel()

    with reading(story.database) as unit:
        panel = unit.session.scalars(sa.select(Panel)).one()
        (pool,) = [[draw.Candidate(person_id, load) for person_id, load in pool] for pool in panel.pools]
        seats = unit.session.scalars(sa.select(PanelSeat.person_id).order_by(PanelSeat.place)).all()
    assert draw.draw(pool, panel.seed, panel.size) == list(seats)


def test_experts_are_reminded_two_working_days_before_and_go_on_working(story: Any) -> None:
    story.to_the_panel()
    story.act("declare_interests", story.holder("declare_interests"), NONE)
    story.pass_time(days=10, hours=14, minutes=59)
    assert reminded(story) == []

    story.pass_time(minutes=1)

    assert len(reminded(story)) == 5
    story.expect("score_application", *["declare_interests"] * 4)
    with reading(story.database) as unit:
        told = unit.session.scalars(sa.select(Reminder).where(Reminder.person_id == reminded(story)[0])).all()
    assert [(one.case_number, one.due_at - one.reminded_at) for one in told] == [("2026-00001", timedelta(days=4))]


def test_whoever_declares_after_the_reminder_is_not_reminded_again(story: Any) -> None:
    story.to_the_panel()
    story.pass_time(days=11)
    story.every_expert("declare_interests", NONE)
    story.work()

    assert len(reminded(story)) == 5
    story.expect(*["score_application"] * 5)


def test_whoever_has_scored_is_not_reminded(story: Any) -> None:
    story.to_the_panel()
    early = story.holder("declare_interests")
    story.act("declare_interests", early, NONE)
    story.act("score_application", early, answers.scores(75, 80, 70))
    story.pass_time(days=11)

    assert len(reminded(story)) == 4
    assert story.cast[early] not in reminded(story)


def test_declaring_late_does_not_lengthen_the_time_to_score(story: Any) -> None:
    story.to_the_panel()
    due = {task.due_at for task in story.tasks()}
    story.pass_time(days=13)
    story.every_expert("declare_interests", NONE)

    assert {task.due_at for task in story.tasks()} == due


def test_a_successor_has_the_whole_time(story: Any) -> None:
    story.to_the_panel()
    before = {task.due_at for task in story.tasks()}
    story.pass_time(days=15)

    after = {task.due_at for task in story.tasks()}
    assert len(before) == len(after) == 1
    assert min(after) - min(before) == timedelta(days=15)


def test_a_conflict_after_a_conflict_draws_on(story: Any) -> None:
    story.to_the_panel()
    place = story.tasks()[0].item_key
    for _ in range(3):
        story.act("declare_interests", story.holder("declare_interests", place), CONFLICT)
        story.work()

    assert len({task.assignee_id for task in story.tasks()}) == 5
    with reading(story.database) as unit:
        replaced = unit.session.scalars(sa.select(PanelSeat).where(PanelSeat.status == "replaced")).all()
        assert {seat.place for seat in replaced} == {1}
        assert len(unit.session.scalars(sa.select(DeclaredInterest)).all()) == 3


def test_a_pool_that_runs_dry_goes_to_the_supervisor_until_somebody_joins(story: Any) -> None:
    leave_five(story)
    story.to_the_panel()
    story.act("declare_interests", story.holder("declare_interests"), CONFLICT)
    story.work()
    story.expect("mend_seat_pool", *["declare_interests"] * 4)
    with reading(story.database) as unit:
        assert open_incidents(unit.connection, story.case) == []

    with unit_of_work(story.database) as unit:
        employer = organisation(unit.session, 60, OrganisationKind.EMPLOYER, "宁夏新研究院")
        story.cast["newcomer"] = person(unit.session, "newcomer", "新专家", Role.EXPERT, employer.id).id
        add_expert(
            unit.session, story.cast["newcomer"], employer_id=employer.id, categories={Category.CREDIT}, now=story.now
        )
    story.act("mend_seat_pool", "supervisor", {"what_was_done": "增补新专家一名。"})
    story.work()

    story.expect(*["declare_interests"] * 5)
    assert story.cast["newcomer"] in {task.assignee_id for task in story.tasks()}
    assert causes(story) == [(1, Cause.DECLARED)]


def test_a_pool_that_is_still_dry_comes_back_to_the_supervisor(story: Any) -> None:
    leave_five(story)
    story.to_the_panel()
    story.act("declare_interests", story.holder("declare_interests"), CONFLICT)
    story.work()
    story.act("mend_seat_pool", "supervisor", {"what_was_done": "尚未找到合适专家。"})
    story.work()

    story.expect("mend_seat_pool", *["declare_interests"] * 4)
    assert causes(story) == []


def test_an_interest_in_the_records_replaces_whoever_declares_none(story: Any) -> None:
    story.to_the_panel()
    login = story.holder("declare_interests")
    with unit_of_work(story.database) as unit:
        employer_id = unit.session.get_one(Expert, story.cast[login]).employer_id
        employer = unit.session.get_one(Organisation, employer_id)
        employer.responsible_person = unit.session.get_one(Organisation, story.cast["agency_firm"]).responsible_person
    story.act("declare_interests", login, NONE)
    story.work()

    story.expect(*["declare_interests"] * 5)
    assert story.cast[login] not in {task.assignee_id for task in story.tasks()}
    assert causes(story) == [(1, Cause.COMPUTED)]


@pytest.mark.parametrize("step", ["declare_interests", "score_application"])
def test_a_supervisor_replaces_an_expert_by_hand_with_a_reason(story: Any, step: str) -> None:
    story.to_the_panel()
    if step == "score_application":
        story.every_expert("declare_interests", NONE)
    first = next(task for task in story.tasks() if task.element_id == step)
    with reading(story.database) as unit:
        panel = unit.session.scalars(sa.select(Panel)).one()
        heir = next(one for one in recorded_order(panel) if one not in {task.assignee_id for task in story.tasks()})
        seat = next(one for one in seats_of(unit.session, panel.id) if one.person_id == first.assignee_id)
    with unit_of_work(story.database) as unit:
        ask_for_replacement(unit.session, seat.id, reason="来电称病。", by=story.cast["supervisor"], now=story.now)
        correlate_message(unit, story.runtime, Message("withdraw_seat", str(seat.id), {}), now=story.now)
    story.work()

    assert first.assignee_id not in {task.assignee_id for task in story.tasks()}
    assert heir in {task.assignee_id for task in story.tasks()}
    assert causes(story) == [(seat.place, Cause.BY_HAND)]
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))
    story.expect("conclude")


def test_nobody_is_replaced_by_hand_twice_or_after_scoring(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.act("score_application", story.holder("score_application"), answers.scores(75, 80, 70))
    with reading(story.database) as unit:
        seats = unit.session.scalars(sa.select(PanelSeat).order_by(PanelSeat.id)).all()
    by = story.cast["supervisor"]
    scored = next(seat for seat in seats if seat.status == "scored")
    waiting = next(seat for seat in seats if seat.status == "declared")

    with unit_of_work(story.database) as unit:
        ask_for_replacement(unit.session, waiting.id, reason="来电称病。", by=by, now=story.now)
        for seat in (scored, waiting):
            with pytest.raises(SeatNotOpenError):
                ask_for_replacement(unit.session, seat.id, reason="再换。", by=by, now=story.now)


def test_the_panel_closes_with_the_last_seat_and_only_then_scores_count(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    for _ in range(4):
        story.act("score_application", story.holder("score_application"), answers.scores(75, 80, 70))
    with reading(story.database) as unit:
        panel = unit.session.scalars(sa.select(Panel)).one()
        assert (panel.closed_at, application(unit).score_hundredths) == (None, None)

    story.act("score_application", story.holder("score_application"), answers.scores(100, 80, 70))

    story.expect("conclude")
    assert (story.variables()["agency_score"], story.variables()["agency_spread"]) == (7_500, 2_500)
    with reading(story.database) as unit:
        panel = unit.session.scalars(sa.select(Panel)).one()
        assert panel.closed_at == story.now
        assert {len(by_seat) for by_seat in totals_of(unit.session, panel.id).values()} == {5}


def test_process_data_hold_references_and_no_answers(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))

    assert set(story.variables()) == {
        "organisation_id", "application_id", "computed_checks", "deadlines", "authenticity", "compliance", "verification",
        "panel_id", "seats", "agency_score", "agency_spread", "items", "passed_item_ids", "marks",
        "widest_spread", "widest_allowed", "discussion_days", "divergence", "pass_marks",
    }  # fmt: skip


def leave_five(story: Any) -> None:
    """All but five experts leave the pool."""
    with unit_of_work(story.database) as unit:
        for expert in unit.session.scalars(sa.select(Expert).order_by(Expert.person_id)).all()[5:]:
            expert.left_at = story.now


def causes(story: Any) -> list[tuple[int, str]]:
    """The places that were given to somebody else, and why."""
    query = sa.select(PanelSeat.place, SeatReplacement.cause).join(SeatReplacement)
    with reading(story.database) as unit:
        return [(place, cause) for place, cause in unit.session.execute(query.order_by(PanelSeat.id))]


def application_id(unit: Any) -> int:
    return application(unit).id
