"""Numbers of the year: counted up by series, begun again each year, never given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.case_number import next_case_number
from app.domain.yearly_number import next_in_year

LAST_MINUTE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def test_case_numbers_begin_again_with_the_year_in_shanghai(database: sa.Engine) -> None:
    with unit_of_work(database) as unit:
        given = [next_case_number(unit.session, now=now) for now in (LAST_MINUTE, LAST_MINUTE, NEW_YEAR)]

    assert given == ["2026-00001", "2026-00002", "2027-00001"]


def test_each_series_counts_for_itself(database: sa.Engine) -> None:
    with unit_of_work(database) as unit:
        given = [next_in_year(unit.session, series, year=2026) for series in ("case", "notice", "case", "certificate")]

    assert given == [1, 1, 2, 1]


def test_a_number_that_is_rolled_back_is_given_again(database: sa.Engine) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(database) as unit:
        next_in_year(unit.session, "case", year=2026)
        raise ZeroDivisionError

    with unit_of_work(database) as unit:
        assert next_in_year(unit.session, "case", year=2026) == 1


def test_those_who_ask_at_once_get_different_numbers(database: sa.Engine) -> None:
    def ask(_turn: int) -> int:
        with unit_of_work(database) as unit:
            return next_in_year(unit.session, "case", year=2026)

    with ThreadPoolExecutor(4) as people:
        given = list(people.map(ask, range(24)))

    assert sorted(given) == list(range(1, 25))
