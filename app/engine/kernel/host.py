"""What the kernel asks of the world around it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from app.engine.kernel.model import DecisionElement, ServiceTaskElement


class Host(Protocol):
    """What the kernel asks of the world around it; the caller gives one for each transaction."""

    def now(self) -> datetime:
        """The instant of the transaction, aware."""

    def functions(self) -> Mapping[str, object]:
        """FEEL functions that expressions may call: now, today, deadline."""

    def call_operation(
        self, element: ServiceTaskElement, inputs: dict[str, object], *, engine_task_id: int, guarded: bool
    ) -> dict[str, object]:
        """Do what a service task asks for; an exception with a `code` may go to an error boundary.

        Args:
            element: the service task.
            inputs: its inputs, as JSON values.
            engine_task_id: the token's number within the case.
            guarded: an error boundary is around it, so what was written may have to be undone alone.
        """

    def decide(self, element: DecisionElement, inputs: dict[str, object]) -> object:
        """The value of a decision."""
