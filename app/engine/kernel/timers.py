"""Timers: when a timer event falls due, first and again. `now` is an argument, the machine is never asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.engine.kernel.durations import Duration, moment_of
from app.engine.kernel.expressions import Formula

LITERAL = re.compile(r"R\d*/\S+|-?P[\dT]\S*|\d{4}-\d\d-\d\d\S*", re.ASCII)
"""ISO 8601 as modelling tools write it into the element, without the quotes that FEEL would ask for."""


class TimerKind(StrEnum):
    """The three timer elements of BPMN."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a diagram: its kind, and either literal ISO 8601 text or an expression that gives the value."""

    kind: TimerKind
    source: str | Formula

    def arm(self, context: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """What to remember of a timer that starts at `now`; `due` is a moment as ISO 8601 text in UTC.

        Raises ExpressionFailedError when the value is no date, duration or cycle.
        """
        value = self.source.value(context) if isinstance(self.source, Formula) else self.source
        try:
            return _armed(self.kind, value, now)
        except (ValueError, OverflowError) as error:
            if isinstance(self.source, Formula):
                raise self.source.refuse(context, f"is {value!r}: {error}") from error
            raise


def check_literal(kind: TimerKind, text: str) -> None:
    """Raises ValueError unless the text is the ISO 8601 form of that kind of timer."""
    _armed(kind, text, moment_of("2000-01-01"))


def is_due(remembered: Mapping[str, Any], now: datetime) -> bool:
    """Whether an armed timer's moment has come."""
    return datetime.fromisoformat(remembered["due"]) <= now


def next_round(remembered: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What to remember after a cycle has fired at `now`; None when that was its last time.

    Moments that passed meanwhile are not made up for: they count as fired, together, once.
    """
    if "every" not in remembered:
        return None
    every, start = Duration.of(remembered["every"]), datetime.fromisoformat(remembered["start"])
    turn, left = _turn_after(every, start, remembered["turn"], now), remembered["left"]
    if left is not None:
        left -= turn - remembered["turn"]
        if left <= 0:
            return None
    return {**remembered, "due": every.after(start, turn).isoformat(), "turn": turn, "left": left}


def _armed(kind: TimerKind, value: Any, now: datetime) -> dict[str, Any]:
    if kind is TimerKind.DATE:
        return {"due": moment_of(value).isoformat()}
    if kind is TimerKind.DURATION:
        return {"due": Duration.of(value).after(now).isoformat()}
    return _armed_cycle(value, now)


def _armed_cycle(value: Any, now: datetime) -> dict[str, Any]:
    if not isinstance(value, str) or not value.startswith("R"):
        raise ValueError("it is not a cycle such as R3/PT24H or R/2026-01-01T09:00:00/P1M")
    count, *parts = value[1:].split("/")
    if len(parts) not in {1, 2} or (count and not count.isdigit()):
        raise ValueError("it is not a cycle such as R3/PT24H or R/2026-01-01T09:00:00/P1M")
    every = Duration.of(parts[-1])
    if not every.is_positive:
        raise ValueError("the step of a cycle is longer than nothing")
    left = int(count) if count else None
    if left == 0:
        raise ValueError("a cycle happens at least once")
    start, turn = (moment_of(parts[0]), 0) if len(parts) == 2 else (now, 1)
    due = every.after(start, turn).isoformat()
    return {"due": due, "start": start.isoformat(), "every": every.iso_text(), "turn": turn, "left": left}


def _turn_after(every: Duration, start: datetime, turn: int, now: datetime) -> int:
    """The first turn whose moment lies after `now`, found by doubling and halving: a year of seconds costs 25 looks."""
    low, step = turn, 1
    while every.after(start, low + step) <= now:
        low, step = low + step, step * 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if every.after(start, middle) <= now else (low, middle)
    return high
