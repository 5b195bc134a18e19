"""What a panel's totals come to, and what an expert may give (A8.4, A8.5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.domain.errors import (
    NotInThisPanelError,
    PanelNotCompleteError,
    RubricNotFollowedError,
    ScoresIncompleteError,
)
from app.domain.panel import declare_no_interest, seats_of
from app.domain.panel_draw import draw_panel
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Given, Score, close_panel, record_scores, result_of, totals_of
from app.domain.service_item import items_of
from tests.people import BEGINNING


@pytest.mark.parametrize(
    ("totals", "score", "spread"),
    [
        ([7_500], 7_500, 0),
        ([7_000, 7_001, 7_001], 7_000, 1),  # 7000.67: down to the hundredth
        ([6_000, 7_000, 8_000, 9_000], 7_500, 3_000),  # four: nobody is left out
        ([0, 7_000, 7_000, 7_000, 10_000], 7_000, 10_000),  # five: highest and lowest are
        ([7_500, 8_000, 7_800, 9_000, 6_000], 7_766, 3_000),  # 7766.67
        ([6_999, 6_999, 7_000, 7_000, 7_000], 6_999, 1),  # 6999.67 stays below the mark
        ([1, 2, 3, 4, 5, 6, 7], 4, 6),
        ([0, 0, 10_000], 3_333, 10_000),  # three: nobody is left out
        ([6_999, 7_000, 7_000, 7_000, 7_000, 7_000, 7_001], 7_000, 2),  # seven: one at either end
        ([0, 6_999, 7_000, 7_000, 7_000, 7_000, 10_000], 6_999, 10_000),  # 6999.8
        ([7_000] * 5, 7_000, 0),
    ],
)
def test_the_mean_leaves_out_both_ends_from_five_experts_on(totals: list[int], score: int, spread: int) -> None:
    result = result_of(totals)

    assert (result.score_hundredths, result.spread_hundredths) == (score, spread)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_the_score_is_the_exact_mean_rounded_down_by_less_than_a_hundredth(totals: list[int]) -> None:
    counted = sorted(totals)[1:-1] if len(totals) >= 5 else totals
    exact = Fraction(sum(counted), len(counted))

    assert 0 <= exact - result_of(totals).score_hundredths < 1
    assert min(totals) <= result_of(totals).score_hundredths <= max(totals)


def test_both_rubrics_are_of_a_hundred_points() -> None:
    assert sum(AGENCY_RUBRIC.values()) == sum(ITEM_RUBRIC.values()) == 10_000


class Desk:
    """A panel whose experts have all declared."""

    def __init__(self, world: Any, *, items: int = 2) -> None:
        self.session = world.session
        self.application = world.apply(items=items)
        self.panel = draw_panel(
            world.session,
            self.application.id,
            size=5,
            working_days=10,
            drawn_by=world.cast["supervisor"],
            now=BEGINNING,
        )
        self.seats = seats_of(world.session, self.panel.id)
        self.items = items_of(world.session, self.application.id)
        for seat in self.seats:
            declare_no_interest(world.session, seat.id, person_id=seat.person_id, now=BEGINNING)

    def full(self, share: int = 100) -> list[Given]:
        """So many percent of every weight, for every subject."""
        rubrics = [(AGENCY, AGENCY_RUBRIC), *((item.id, ITEM_RUBRIC) for item in self.items)]
        return [
            Given(subject, name, weight * share // 100)
            for subject, rubric in rubrics
            for name, weight in rubric.items()
        ]

    def score(self, place: int, given: list[Given], *, person_id: int = 0) -> None:
        seat = self.seats[place]
        record_scores(self.session, seat.id, given, person_id=person_id or seat.person_id, now=BEGINNING)


def test_the_panel_closes_with_every_subjects_score(world: Any) -> None:
    desk = Desk(world)
    for place, share in enumerate((75, 80, 78, 90, 60)):
        desk.score(place, desk.full(share))
    application = close_panel(world.session, desk.panel.id, now=BEGINNING)

    assert (application.score_hundredths, application.spread_hundredths) == (7_766, 3_000)
    assert [(item.score_hundredths, item.spread_hundredths) for item in desk.items] == [(7_766, 3_000)] * 2
    assert desk.panel.closed_at == BEGINNING
    assert set(totals_of(world.session, desk.panel.id)) == {AGENCY, *(item.id for item in desk.items)}


def test_a_panel_does_not_close_before_every_seat_has_scored(world: Any) -> None:
    desk = Desk(world)
    for place in range(4):
        desk.score(place, desk.full())

    with pytest.raises(PanelNotCompleteError) as refused:
        close_panel(world.session, desk.panel.id, now=BEGINNING)
    assert refused.value.missing == 1


def test_nobody_scores_for_another_or_twice(world: Any) -> None:
    desk = Desk(world)
    with pytest.raises(NotInThisPanelError):
        desk.score(0, desk.full(), person_id=desk.seats[1].person_id)
    desk.score(0, desk.full())

    with pytest.raises(NotInThisPanelError):
        desk.score(0, desk.full())


def test_every_item_is_scored_and_nothing_else(world: Any) -> None:
    desk = Desk(world)
    last = desk.items[-1].id

    with pytest.raises(ScoresIncompleteError) as refused:
        desk.score(0, [one for one in desk.full() if one.service_item_id != last])
    assert (refused.value.wanted, refused.value.found) == (2, 1)
    with pytest.raises(ScoresIncompleteError):
        desk.score(0, [*desk.full(), Given(last + 1, "quality", 1)])


@pytest.mark.parametrize(("points", "holds"), [(-1, False), (0, True), (2_000, True), (2_001, False)])
def test_a_criterion_takes_nothing_up_to_its_weight(world: Any, points: int, holds: bool) -> None:
    desk = Desk(world)
    given = [Given(AGENCY, "qualification", points) if one.criterion == "qualification" else one for one in desk.full()]

    if holds:
        desk.score(0, given)
    else:
        with pytest.raises(RubricNotFollowedError) as refused:
            desk.score(0, given)
        assert (refused.value.criterion, refused.value.points_hundredths) == ("qualification", points)


@pytest.mark.parametrize(
    "bend",
    [
        lambda given: [one for one in given if one.criterion != "price"],
        lambda given: [*given, Given(AGENCY, "practicality", 1)],
        lambda given: [*given, Given(AGENCY, "price", 1)],
    ],
    ids=["one missing", "of another rubric", "one twice"],
)
def test_the_whole_rubric_is_scored_once(world: Any, bend: Any) -> None:
    desk = Desk(world)

    with pytest.raises(RubricNotFollowedError):
        desk.score(0, bend(desk.full()))


@pytest.mark.parametrize("points", [-1, 4_001])
def test_the_database_refuses_points_that_no_criterion_has(world: Any, points: int) -> None:
    desk = Desk(world)
    desk.score(0, desk.full())

    with pytest.raises(IntegrityError, match="ck_score_points_in_rubric"):
        world.session.execute(sa.update(Score).values(points_hundredths=points))
    world.session.rollback()
