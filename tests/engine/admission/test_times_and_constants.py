"""Timers as modelling tools write them, and expressions of which the value is known at deployment."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.admission.iso_times import is_literal, is_sound

TIMER = '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P5D")</bpmn:timeDuration>'
SOUND = [
    ("timeDuration", "P5D"), ("timeDuration", "PT0.5S"), ("timeDuration", "P1Y2M3W4DT5H6M7S"), ("timeDuration", "-PT1H"),
    ("timeDuration", "P999999D"),
    ("timeDate", "2026-01-31"), ("timeDate", "2026-01-31T09:00:00"), ("timeDate", "2026-01-31T09:00:00+08:00"),
    ("timeCycle", "R3/PT24H"), ("timeCycle", "R/P1D"), ("timeCycle", "R2/2026-01-31T09:00:00/P1M"), ("timeCycle", "R1/PT1S"),
]  # fmt: skip
UNSOUND = [
    ("timeDuration", "P5X"), ("timeDuration", "P"), ("timeDuration", "PT"), ("timeDuration", "P1H"), ("timeDuration", "R3/PT1H"),
    ("timeDuration", "P1000000D"), ("timeDuration", "P" + "9" * 5_000 + "Y"),
    ("timeDate", "2026-13-01"), ("timeDate", "2026-02-30"), ("timeDate", "P5D"),
    ("timeCycle", "R0/PT1H"), ("timeCycle", "R/PT0S"), ("timeCycle", "R/-PT1H"), ("timeCycle", "R/P1D/P1D"),
    ("timeCycle", "R" + "9" * 5_000 + "/PT1H"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), SOUND)
def test_iso_8601_is_read_as_such(kind: str, text: str) -> None:
    assert is_literal(text)
    assert is_sound(kind, text)


@pytest.mark.parametrize(("kind", "text"), UNSOUND)
def test_what_is_not_the_iso_8601_of_its_kind_is_noticed(kind: str, text: str) -> None:
    assert not is_sound(kind, text)


@pytest.mark.parametrize("text", ["reminder_at", 'duration("P1D")', "P", "R", "due - now()"])
def test_anything_else_is_an_expression(text: str) -> None:
    assert not is_literal(text)


@pytest.mark.parametrize(
    ("place", "text", "is_refused"),
    [
        ('outcome = "passed"', "true", False),
        ('outcome = "passed"', "1 = 2", False),
        ('outcome = "passed"', '"true"', True),
        ('outcome = "passed"', "null", True),
        ('duration("P5D")', 'duration("P1M")', False),
        ('duration("P5D")', '"P1M"', False),
        ('duration("P5D")', '"P1X"', True),
        ('duration("P5D")', "5", True),
        ('working_days="5"', 'working_days="0"', False),
        ('working_days="5"', 'working_days="true"', True),
    ],
)
def test_a_constant_is_of_the_kind_that_its_place_wants(
    place: str, text: str, is_refused: bool, broken: Any, rules_of: Any
) -> None:
    assert rules_of(broken((place, text))) == ({"constant_kind"} if is_refused else set())


@pytest.mark.parametrize(("length", "is_refused"), [(80, False), (81, True)])
def test_an_id_has_at_most_eighty_letters(length: int, is_refused: bool, broken: Any, rules_of: Any) -> None:
    assert ("id_words" in rules_of(broken(("lapsed", "x" * length)))) is is_refused
