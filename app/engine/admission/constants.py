"""Expressions without variables: their one value is known at deployment, and is of the kind that its place wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.engine.admission import iso_times
from app.feel import DaysTimeDuration, Expression, FeelError, YearsMonthsDuration


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _is_duration(value: Any) -> bool:
    is_text = isinstance(value, str) and iso_times.is_sound("timeDuration", value)
    return is_text or isinstance(value, DaysTimeDuration | YearsMonthsDuration)


def _is_moment(value: Any) -> bool:
    is_text = isinstance(value, str) and iso_times.is_sound("timeDate", value)
    return is_text or isinstance(value, date)


def _is_cycle(value: Any) -> bool:
    return isinstance(value, str) and iso_times.is_sound("timeCycle", value)


WANTED: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "conditionExpression": ("boolean", _is_boolean),
    "completionCondition": ("boolean", _is_boolean),
    "loopCardinality": ("number", _is_number),
    "loopDataInputRef": ("list", _is_list),
    "timeDate": ("date", _is_moment),
    "timeDuration": ("duration", _is_duration),
    "timeCycle": ("cycle", _is_cycle),
    "working_days": ("number", _is_number),
    "duration": ("duration", _is_duration),
    "backoff": ("duration", _is_duration),
}
"""What the place of an expression wants; any value will do elsewhere."""


def wrong_kind(use: str, expression: Expression) -> str | None:
    """What the place wants, if the constant is something else; None if it fits.

    Evaluates the expression, which needs no variable; FEEL bounds its work.
    """
    wanted, fits = WANTED.get(use, ("", None))
    if fits is None:
        return None
    try:
        return None if fits(expression.evaluate({})) else wanted
    except FeelError:
        return wanted
