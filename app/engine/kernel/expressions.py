"""Expressions at their place in a diagram: compiled once at deployment, evaluated with the process data of a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.kernel.errors import ConditionNotBooleanError, ExpressionFailedError
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import Output
from app.feel import Expression, FeelError

RESERVED_NAMES = frozenset({"now", "today", "deadline"})
"""The functions that expressions may call beside FEEL's own; a process variable may not have such a name."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression with its text and its place, so that a failure can name both."""

    process_key: str
    element_id: str
    text: str
    expression: Expression

    def value(self, context: Mapping[str, Any]) -> Any:
        """The FEEL value; null where FEEL says so.

        Raises ExpressionFailedError when evaluation itself breaks off, for example at a limit.
        """
        return self._evaluate(context, None)

    def is_true(self, context: Mapping[str, Any]) -> bool:
        """The value of a condition.

        Raises ConditionNotBooleanError when it is neither true nor false.
        """
        problems: list[Any] = []
        value = self._evaluate(context, problems)
        if value is True or value is False:
            return bool(value)
        raise ConditionNotBooleanError(
            self.process_key, self.element_id, self.text, f"is {value!r}, not true or false", _reasons(problems)
        )

    def refuse(self, context: Mapping[str, Any], reason: str) -> ExpressionFailedError:
        """The error that says why the value cannot be used, with what FEEL found wrong on the way."""
        problems: list[Any] = []
        self._evaluate(context, problems)
        return ExpressionFailedError(self.process_key, self.element_id, self.text, reason, _reasons(problems))

    def _evaluate(self, context: Mapping[str, Any], problems: list[Any] | None) -> Any:
        try:
            return self.expression.evaluate(context, problems)
        except FeelError as error:
            raise ExpressionFailedError(
                self.process_key, self.element_id, self.text, f"failed: {error}", _reasons(problems or [])
            ) from error


def values_of(named: tuple[Output, ...], context: Mapping[str, Any]) -> dict[str, Any]:
    """The values of inputs or outputs by name, as FEEL values."""
    return {output.name: output.expression.evaluate(context) for output in named}


def json_of(named: tuple[Output, ...], context: Mapping[str, Any]) -> dict[str, Any]:
    """The values of inputs or outputs by name, as JSON values."""
    return {output.name: to_json(output.expression.evaluate(context)) for output in named}


def _reasons(problems: list[Any]) -> list[str]:
    return [str(getattr(problem, "reason", problem)) for problem in problems]
