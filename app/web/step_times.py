"""How many working days the steps have taken: the middle and the slower end, beside what they may take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.domain.calendar import WorkingCalendar
from app.engine.workload import StepRun
from app.web.due import last_day
from app.web.languages import local, pick

STEPS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step; times in tenths of a working day.

    Attributes:
        four_fifths_tenths: four of five were done within this.
        limit_days: what the latest one was given; None: no deadline.
    """

    title: str
    runs: int
    median_tenths: int
    four_fifths_tenths: int
    limit_days: int | None

    @property
    def is_slow(self) -> bool:
        """Whether more than one in five was done too late."""
        return self.limit_days is not None and self.four_fifths_tenths > self.limit_days * 10


def step_times(runs: Sequence[StepRun], calendar: WorkingCalendar) -> list[StepTime]:
    """The steps that were done most often, each with its times.

    Args:
        runs: the latest first.
    """
    by_step: dict[tuple[str, str], list[StepRun]] = defaultdict(list)
    for run in runs:
        by_step[run.process_key, run.element_id].append(run)
    most = sorted(by_step.values(), key=len, reverse=True)[:STEPS_SHOWN]
    return [_times(one, calendar) for one in most]


def _times(runs: Sequence[StepRun], calendar: WorkingCalendar) -> StepTime:
    taken = sorted(taken_tenths(run, calendar) for run in runs)
    latest = runs[0]
    limit = None
    if latest.due_at is not None:
        limit = calendar.working_days_between(local(latest.created_at).date(), last_day(latest.due_at))
    return StepTime(pick(latest), len(taken), _within(taken, 1, 2), _within(taken, 4, 5), limit)


def taken_tenths(run: StepRun, calendar: WorkingCalendar) -> int:
    """Tenths of a working day that a step took, rounded down: working days, and how far the clock moved within one."""
    begun, ended = local(run.created_at), local(run.ended_at)
    days = calendar.working_days_between(begun.date(), ended.date())
    moved = timedelta(hours=ended.hour - begun.hour, minutes=ended.minute - begun.minute)
    return max(0, (timedelta(days=days) + moved) * 10 // timedelta(days=1))


def _within(ordered: Sequence[int], part: int, of: int) -> int:
    """The least value that so large a part of them do not exceed."""
    return ordered[max(0, -(-len(ordered) * part // of) - 1)]
