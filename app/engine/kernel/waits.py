"""What a case waits for: people, messages, workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.kernel.model import ServiceTaskElement, UserTaskElement


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person; `data` are the variables visible there, a multi-instance's item included."""

    engine_task_id: int
    element: UserTaskElement
    data: Mapping[str, Any]
    item_key: str | None
    """Which item: its place from 1, with those of enclosing multi-instances before it ("2.1"); None outside of any."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A message that the case waits for; without a correlation the name is enough."""

    engine_task_id: int
    message: str
    correlation: str | None


@dataclass(frozen=True, slots=True)
class PendingService:
    """An asynchronous service task that waits for its worker."""

    engine_task_id: int
    element: ServiceTaskElement
    inputs: dict[str, Any]
    guarded: bool
    """Whether an error boundary is around it, those of calling processes included."""
