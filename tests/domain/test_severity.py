"""Severity, outliers and ranks: figures beside the score, never in it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.severity import adjusted, mean_deviations, outliers, ranks

BALLOTS = st.lists(st.dictionaries(st.integers(1, 9), st.integers(0, 10_000), min_size=1, max_size=9), max_size=6)


def test_a_deviation_is_the_mean_over_every_ballot_that_an_expert_took_part_in() -> None:
    found = mean_deviations([{1: 6_000, 2: 8_000}, {1: 7_000, 3: 8_000}, {2: 9_000}])

    assert found == {1: Fraction(-750), 2: Fraction(500), 3: Fraction(500)}


def test_nobody_deviates_where_there_is_nothing_to_compare() -> None:
    assert mean_deviations([]) == {}
    assert mean_deviations([{}, {1: 7_000}]) == {1: 0}


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 10_000), min_size=1))
def test_the_deviations_of_one_ballot_cancel_each_other(ballot: dict[int, int]) -> None:
    assert sum(mean_deviations([ballot]).values()) == 0


@given(BALLOTS)
def test_an_adjusted_total_stays_within_a_hundred_points(ballots: list[dict[int, int]]) -> None:
    deviations = mean_deviations(ballots)

    for ballot in ballots:
        assert all(0 <= total <= 10_000 for total in adjusted(ballot, deviations).values())


@pytest.mark.parametrize(
    ("total", "deviation", "wanted"),
    [(7_000, -500, 7_500), (7_000, 500, 6_500), (100, 500, 0), (9_900, -500, 10_000), (7_000, Fraction(1, 3), 6_999)],
)
def test_adjusting_takes_the_usual_deviation_out_and_rounds_down(total: int, deviation: Fraction, wanted: int) -> None:
    assert adjusted({1: total}, {1: Fraction(deviation)}) == {1: wanted}


@pytest.mark.parametrize(("highest", "found"), [(8_999, set()), (9_000, set()), (9_001, {5})])
def test_an_outlier_lies_beyond_the_bound_from_the_middle(highest: int, found: set[int]) -> None:
    assert outliers({1: 7_400, 2: 7_500, 3: 7_500, 4: 7_600, 5: highest}, beyond=1_500) == found


def test_nobody_is_an_outlier_of_an_empty_ballot() -> None:
    assert outliers({}, beyond=0) == set()


def test_equals_share_a_rank_and_the_next_counts_them() -> None:
    assert ranks({"a": 90, "b": 80, "c": 80, "d": 70}) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert ranks({}) == {}
