"""Timers follow the host's clock and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.engine.kernel.durations import Duration, moment_of
from app.engine.kernel.errors import ExpressionFailedError
from app.engine.kernel.timers import Timer, TimerKind, next_round
from tests.drawing import task
from tests.engine.kernel.drawing_events import boundary, catch, draw, gateway, timer

JANUARY_31 = datetime(2026, 1, 31, 4, 0, tzinfo=UTC)


def wait_for(kind: str, text: str) -> bytes:
    return draw(catch("pause", timer(kind, text)), "begin pause", "pause done")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT1H", datetime(2026, 1, 31, 5, 0, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 4, 0, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 4, 0, tzinfo=UTC)),
        ("P13M", datetime(2027, 2, 28, 4, 0, tzinfo=UTC)),
        ("P1Y1M1DT1M", datetime(2027, 3, 1, 4, 1, tzinfo=UTC)),
        ("PT0.5S", datetime(2026, 1, 31, 4, 0, 0, 500_000, tzinfo=UTC)),
        ('"P1M"', datetime(2026, 2, 28, 4, 0, tzinfo=UTC)),
        ("wait", datetime(2026, 2, 3, 4, 0, tzinfo=UTC)),
        ('duration("P1M")', datetime(2026, 2, 28, 4, 0, tzinfo=UTC)),
        ('duration("PT90M")', datetime(2026, 1, 31, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_duration_counts_from_now_by_the_calendar(begin: Any, text: str, due: datetime) -> None:
    case = begin(wait_for("timeDuration", text), wait="P3D")

    assert case.load().due_at() == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-02-01T00:00:00Z", datetime(2026, 2, 1, 0, 0, tzinfo=UTC)),
        ("2026-02-01T00:00:00", datetime(2026, 1, 31, 16, 0, tzinfo=UTC)),
        ("2026-02-01", datetime(2026, 1, 31, 16, 0, tzinfo=UTC)),
        ("until", datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),
        ("deadline(10)", datetime(2026, 2, 10, 4, 0, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_meant_in_shanghai(begin: Any, text: str, due: datetime) -> None:
    case = begin(wait_for("timeDate", text), until="2026-03-01T09:00:00+08:00")

    assert case.load().due_at() == due


@pytest.mark.parametrize(("before_ms", "fired"), [(1, 0), (0, 1), (-1, 1)])
def test_a_timer_fires_at_its_moment_and_not_before(begin: Any, before_ms: int, fired: int) -> None:
    case = begin(wait_for("timeDuration", "PT1H"))

    assert case.wait(hours=1, milliseconds=-before_ms) == fired
    assert case.is_completed is bool(fired)


@pytest.mark.parametrize("text", ["nothing", '"soon"', "12", '"P"', '"PT"', '"P1H"', "true"])
def test_a_value_that_is_no_duration_stops_the_case_and_names_the_element(begin: Any, text: str) -> None:
    with pytest.raises(ExpressionFailedError) as stopped:
        begin(wait_for("timeDuration", text))

    assert (stopped.value.element_id, stopped.value.expression) == ("pause", text)


def test_a_cycle_that_missed_periods_fires_once_and_keeps_its_rhythm(begin: Any) -> None:
    xml = draw(
        task("check") + task("remind") + boundary("ring", "check", timer("timeCycle", "R/P1D"), interrupts=False),
        "begin check", "check done", "ring remind", "remind done",
    )  # fmt: skip
    case = begin(xml)

    assert case.wait(days=6, hours=5) == 1

    assert case.open() == ["check", "remind"]
    assert case.load().due_at() == JANUARY_31 + timedelta(days=7)


def test_a_counted_cycle_is_over_when_its_last_period_has_passed_unseen(begin: Any) -> None:
    xml = draw(
        task("check") + task("remind") + boundary("ring", "check", timer("timeCycle", "R3/P1D"), interrupts=False),
        "begin check", "check done", "ring remind", "remind done",
    )  # fmt: skip
    case = begin(xml)

    assert case.wait(days=60) == 1

    assert case.load().due_at() is None
    assert case.open() == ["check", "remind"]


def test_a_monthly_cycle_from_the_31st_does_not_drift_to_the_28th() -> None:
    now = JANUARY_31
    remembered: dict[str, Any] | None = Timer(TimerKind.CYCLE, "R4/P1M").arm({}, now)
    due = []
    while remembered is not None:
        due.append(remembered["due"][:10])
        remembered = next_round(remembered, datetime.fromisoformat(remembered["due"]))

    assert due == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_cycle_with_a_start_begins_there() -> None:
    remembered = Timer(TimerKind.CYCLE, "R2/2026-03-01T09:00:00+08:00/P1D").arm({}, JANUARY_31)

    assert remembered["due"] == "2026-03-01T01:00:00+00:00"
    again = next_round(remembered, datetime(2026, 3, 1, 1, 0, tzinfo=UTC))
    assert again is not None
    assert again["due"] == "2026-03-02T01:00:00+00:00"
    assert next_round(again, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) is None


def test_a_year_of_missed_seconds_is_caught_up_at_once() -> None:
    remembered = Timer(TimerKind.CYCLE, "R/PT1S").arm({}, JANUARY_31)

    again = next_round(remembered, JANUARY_31 + timedelta(days=365))

    assert again is not None
    assert again["turn"] == 365 * 86_400 + 1


@pytest.mark.parametrize("text", ["P0D", "P1Y2M3DT4H5M6S", "-P1D", "PT0.5S", "P400D", "PT59M", "P14M"])
def test_a_duration_survives_its_text(text: str) -> None:
    duration = Duration.of(text)

    assert Duration.of(duration.iso_text()) == duration


def test_only_what_means_a_moment_is_one() -> None:
    assert moment_of(date(2026, 2, 1)) == datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="not a date"):
        moment_of(5)


def test_an_event_based_gateway_waits_for_each_event_by_its_own_time(begin: Any) -> None:
    xml = draw(
        gateway("eventBased", "race") + catch("short", timer("timeDuration", "P1D")) + catch("long", timer("timeDuration", "P5D"))
        + task("a") + task("b"),
        "begin race", "race short", "race long", "short a", "long b", "a done", "b done",
    )  # fmt: skip
    case = begin(xml)

    assert case.wait(hours=23) == 0
    assert case.tokens == ["race", "short", "long"]
    assert case.wait(hours=1) == 1
    assert case.open() == ["a"]
    assert case.wait(days=9) == 0
    case.do("a")
    assert case.is_completed
