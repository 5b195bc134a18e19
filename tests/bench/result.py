"""One measured figure, its goal, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the table: `goal` is a bound such as "<= 1.5", or "" where the figure only informs."""

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        if not self.goal:
            return True
        sign, bound = self.goal.split()
        return self.value <= float(bound) if sign == "<=" else self.value >= float(bound)
