"""Expressions at their place in a diagram: compiled once at deployment, evaluated with the process data of a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.engine.kernel.errors import ConditionNotBooleanError, ExpressionFailedError
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import Output
from app.feel import Expression, FeelError, Problem

RESERVED_NAMES = frozenset({"now", "today", "deadline"})
"""The functions that expressions may call beside FEEL's own; a process variable may not have such a name."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression at its place, so that a failure can name both."""

    process_key: str
    element_id: str
    expression: Expression

    def value(self, context: Mapping[str, Any]) -> Any:
        """The FEEL value; null where FEEL says so.

        Raises ExpressionFailedError when evaluation breaks off, for example at a limit.
        """
        return self._evaluate(context, None)

    def is_true(self, context: Mapping[str, Any]) -> bool:
        """The value of a condition.

        Raises ConditionNotBooleanError when it is neither true nor false.
        """
        problems: list[Problem] = []
        value = self._evaluate(context, problems)
        if value is True or value is False:
            return bool(value)
        raise ConditionNotBooleanError(*self._place, f"is {value!r}, not true or false", _reasons(problems))

    def refuse(self, context: Mapping[str, Any], reason: str) -> ExpressionFailedError:
        """The error that says why the value cannot be used, with what FEEL found wrong on the way."""
        problems: list[Problem] = []
        self._evaluate(context, problems)
        return ExpressionFailedError(*self._place, reason, _reasons(problems))

    @property
    def _place(self) -> tuple[str, str, str]:
        return self.process_key, self.element_id, self.expression.text

    def _evaluate(self, context: Mapping[str, Any], problems: list[Problem] | None) -> Any:
        try:
            return self.expression.evaluate(context, problems=problems)
        except FeelError as error:
            raise ExpressionFailedError(*self._place, f"failed: {error}", _reasons(problems or [])) from error


class At(Protocol):
    """The element whose inputs or outputs are evaluated."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def process_key(self) -> str:
        """The key of its process."""


def values_of(named: tuple[Output, ...], context: Mapping[str, Any], at: At) -> dict[str, Any]:
    """The values of inputs or outputs by name, as FEEL values."""
    return {one.name: Formula(at.process_key, at.id, one.expression).value(context) for one in named}


def json_of(named: tuple[Output, ...], context: Mapping[str, Any], at: At) -> dict[str, Any]:
    """The values of inputs or outputs by name, as JSON values."""
    return {name: to_json(value) for name, value in values_of(named, context, at).items()}


def _reasons(problems: list[Problem]) -> list[str]:
    return [problem.reason for problem in problems]
