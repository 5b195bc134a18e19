"""What happened in a case during one run, in order: the material of its history."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of happenings; a multi-instance as a whole has its own, so that no task is counted twice."""

    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    INSTANCES_ENTERED = "instances_entered"
    INSTANCES_COMPLETED = "instances_completed"
    INSTANCES_CANCELLED = "instances_cancelled"
    TIMER_FIRED = "timer_fired"
    MESSAGE_RECEIVED = "message_received"
    ERROR_CAUGHT = "error_caught"
    PROCESS_COMPLETED = "process_completed"
    PROCESS_CANCELLED = "process_cancelled"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a case; `element_id` is the process's own id for the two kinds of the whole process."""

    kind: str
    element_id: str
    engine_task_id: int
    process_key: str
