"""Policy parameters: the defaults of the measure's reading, each with unit and article."""

from __future__ import annotations

import re

import pytest

from app.domain.parameters import PARAMETERS, parameter


@pytest.mark.parametrize(
    ("key", "value", "article"),
    [
        ("panel_size", 5, "A8.3"),
        ("scoring_working_days", 10, "A8.3"),
        ("scoring_reminder_working_days_before", 2, "A8.3"),
        ("agency_pass_mark_hundredths", 7_000, "A8.5"),
        ("service_item_pass_mark_hundredths", 6_000, "A8.5"),
        ("divergence_hundredths", 3_000, "A8.5"),
        ("notice_working_days", 5, "A8.6"),
        ("certificate_years", 2, "A8.6"),
        ("review_request_working_days", 10, "A8.7"),
    ],
)
def test_the_default_is_the_measures(key: str, value: int, article: str) -> None:
    assert (parameter(key), PARAMETERS[key].article) == (value, article)


def test_every_parameter_is_positive_and_says_its_unit_and_article() -> None:
    for one in PARAMETERS.values():
        assert one.value > 0
        assert one.unit
        assert re.fullmatch(r"A\d+\.\d+", one.article)


def test_a_panel_is_of_an_odd_number_of_at_least_three() -> None:
    assert parameter("panel_size") % 2 == 1
    assert parameter("panel_size") >= 3
