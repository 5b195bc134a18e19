"""The draw of a panel: reproducible, balanced, without those who are left out (A8.3)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.draw import Candidate, draw, order
from app.domain.errors import PoolTooSmallError

POOLS = st.lists(st.integers(1, 500), min_size=5, max_size=30, unique=True).flatmap(
    lambda ids: st.tuples(*(st.builds(Candidate, st.just(one), st.integers(0, 3)) for one in ids)).map(list)
)


@given(POOLS, st.text(min_size=1, max_size=64))
def test_anybody_draws_the_same_panel_from_pool_and_seed(pool: list[Candidate], seed: str) -> None:
    assert draw(pool, seed, 5) == draw(list(reversed(pool)), seed, 5)


@given(POOLS, st.text(min_size=1))
def test_a_panel_is_of_the_pool_and_names_nobody_twice(pool: list[Candidate], seed: str) -> None:
    drawn = draw(pool, seed, 5)

    assert len(set(drawn)) == 5
    assert set(drawn) <= {one.person_id for one in pool}


@given(POOLS, st.text(min_size=1))
def test_nobody_is_drawn_while_somebody_with_less_to_do_is_left(pool: list[Candidate], seed: str) -> None:
    drawn = set(draw(pool, seed, 5))
    busiest = max(one.open_seats for one in pool if one.person_id in drawn)

    assert all(one.open_seats >= busiest for one in pool if one.person_id not in drawn)


@given(POOLS, st.text(min_size=1))
def test_the_panel_is_the_head_of_the_order_that_replacements_follow(pool: list[Candidate], seed: str) -> None:
    assert order(pool, seed)[:5] == draw(pool, seed, 5)
    assert sorted(order(pool, seed)) == sorted(one.person_id for one in pool)


def test_the_order_can_be_computed_by_hand() -> None:
    pool = [Candidate(number, 0) for number in (7, 8, 9)]
    by_hand = sorted((7, 8, 9), key=lambda number: hashlib.sha256(f"seed|{number}".encode()).hexdigest())

    assert order(pool, "seed") == by_hand


def test_many_seeds_bring_everybody_about_as_often() -> None:
    pool = [Candidate(number, 0) for number in range(1, 11)]
    seats = [one for seed in range(2_000) for one in draw(pool, str(seed), 5)]

    assert all(900 < seats.count(number) < 1_100 for number in range(1, 11))


@pytest.mark.parametrize(("found", "suffices"), [(4, False), (5, True), (6, True)])
def test_a_pool_fills_the_panel_or_is_refused(found: int, suffices: bool) -> None:
    pool = [Candidate(number, 0) for number in range(found)]

    if suffices:
        assert len(draw(pool, "seed", 5)) == 5
    else:
        with pytest.raises(PoolTooSmallError) as refused:
            draw(pool, "seed", 5)
        assert (refused.value.wanted, refused.value.found, refused.value.code) == (5, found, "pool_too_small")
