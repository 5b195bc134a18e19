"""Boundary events take over or act beside their activity, and vanish with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.drawing import task
from tests.engine.kernel.drawing_events import (
    PAYMENT,
    boundary,
    call,
    catch,
    draw,
    gateway,
    many,
    message,
    subprocess,
    timer,
)

LATE = draw(
    task("check") + task("escalated") + boundary("late", "check", timer("timeDuration", "P7D")),
    "begin check", "check done", "late escalated", "escalated done",
)  # fmt: skip
REMINDED = draw(
    task("check") + task("remind") + boundary("ring", "check", timer("timeCycle", "R3/P1D"), interrupts=False),
    "begin check", "check done", "ring remind", "remind done",
)  # fmt: skip


def test_an_interrupting_timer_takes_over_when_its_moment_has_come(begin: Any) -> None:
    case = begin(LATE)

    assert case.wait(days=6, hours=23) == 0
    assert case.open() == ["check"]
    assert case.wait(hours=1) == 1
    assert case.open() == ["escalated"]
    assert case.tokens == ["escalated"]
    assert [one for one in case.trace if "check" in one or "late" in one] == [
        "entered check", "timer_fired late", "cancelled check", "completed late", "entered escalated",
    ]  # fmt: skip


def test_a_completed_activity_takes_its_timer_with_it(begin: Any) -> None:
    case = begin(LATE)
    case.do("check")

    assert case.is_completed
    assert case.wait(days=30) == 0
    assert case.load().due_at() is None


def test_a_non_interrupting_cycle_acts_beside_the_activity_as_often_as_it_says(begin: Any) -> None:
    case = begin(REMINDED)

    for _ in range(5):
        case.wait(days=1)

    assert case.open() == ["check", "remind", "remind", "remind"]
    case.do("check")
    assert case.open() == ["remind", "remind", "remind"]
    for _ in range(3):
        case.do("remind")
    assert case.is_completed


def test_a_non_interrupting_timer_fires_once(begin: Any) -> None:
    xml = draw(
        task("check") + task("remind") + boundary("ring", "check", timer("timeDuration", "P1D"), interrupts=False),
        "begin check", "check done", "ring remind", "remind done",
    )  # fmt: skip
    case = begin(xml)

    assert [case.wait(days=1), case.wait(days=5)] == [1, 0]
    assert case.open() == ["check", "remind"]


def test_a_message_may_arrive_several_times_beside_an_activity(begin: Any) -> None:
    xml = draw(
        task("check") + task("note") + boundary("paid", "check", message(), interrupts=False),
        "begin check", "check done", "paid note", "note done", outside=PAYMENT,
    )  # fmt: skip
    case = begin(xml)

    assert case.send("payment_arrived")
    assert case.send("payment_arrived")

    assert case.open() == ["check", "note", "note"]
    case.do("check")
    assert not case.send("payment_arrived")


def test_an_interrupting_message_takes_its_payload_along(begin: Any) -> None:
    xml = draw(
        task("check") + task("booked") + boundary("paid", "check", message()),
        "begin check", "check done", "paid booked", "booked done", outside=PAYMENT,
    )  # fmt: skip
    case = begin(xml)

    case.send("payment_arrived", amount_fen=120)

    assert case.open() == ["booked"]
    assert case.variables == {"amount_fen": 120}
    assert case.load().subscriptions() == []


@pytest.mark.parametrize("activity", ["sub", "call", "many", "many_sub"])
def test_an_interrupting_event_withdraws_everything_inside_its_activity(begin: Any, activity: str) -> None:
    inside = subprocess(
        "work", gateway("parallel", "fork") + task("a") + catch("pause", timer("timeDuration", "P9D")) + gateway("parallel", "join"),
        "work_begin fork", "fork a", "fork pause", "a join", "pause join", "join work_done",
        inner=many("[1, 2]", item="x") if activity == "many_sub" else "",
    )  # fmt: skip
    called = draw(task("a"), "begin a", "a done", key="called")
    body = {
        "sub": inside,
        "many_sub": inside,
        "call": call("work", "called"),
        "many": task("work", inner=many("[1, 2]", item="x")),
    }[activity]
    xml = draw(
        body + task("escalated") + boundary("late", "work", timer("timeDuration", "P7D")),
        "begin work", "work done", "late escalated", "escalated done",
    )  # fmt: skip
    case = begin(xml, called)
    assert len(case.open()) in {1, 2}

    case.wait(days=7)

    assert case.open() == ["escalated"]
    assert len(case.load()._process.subprocesses) == 0
    case.do("escalated")
    assert case.is_completed


def test_of_two_timers_due_together_only_the_one_that_still_waits_fires(begin: Any) -> None:
    xml = draw(
        task("check") + task("a") + task("b")
        + boundary("first", "check", timer("timeDuration", "P1D")) + boundary("second", "check", timer("timeDuration", "P2D")),
        "begin check", "check done", "first a", "second b", "a done", "b done",
    )  # fmt: skip
    case = begin(xml)

    assert case.wait(days=9) == 1
    assert case.open() == ["a"]


def test_a_boundary_event_may_lead_back_to_its_activity(begin: Any) -> None:
    xml = draw(
        gateway("exclusive", "again") + task("check") + boundary("late", "check", timer("timeDuration", "P1D")),
        "begin again", "again check", "check done", "late again",
    )  # fmt: skip
    case = begin(xml)

    for _ in range(3):
        case.wait(days=1)

    assert case.open() == ["check"]
    assert case.trace.count("timer_fired late") == 3
