"""Timers as modelling tools write them: bare ISO 8601 text, without the quotes that FEEL would ask for."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

LITERAL = re.compile(r"R\d*/\S+|-?P[\dT]\S*|\d{4}-\d\d-\d\d\S*", re.ASCII)
"""What is meant as ISO 8601; anything else is FEEL."""
_N = r"\d{1,6}"
"""Enough for any count of a timer; Python refuses to read thousands of digits as a number."""
DURATION = re.compile(
    rf"-?P(?=[\dT])({_N}Y)?({_N}M)?({_N}W)?({_N}D)?(T(?=\d)({_N}H)?({_N}M)?({_N}(\.{_N})?S)?)?", re.ASCII
)
CYCLE = re.compile(rf"R(?P<count>{_N})?(/(?P<start>[^/\s]+))?/(?P<step>[^/\s]+)", re.ASCII)
DIGITS = re.compile(r"[1-9]")


def is_cycle(node: Any) -> bool:
    """Whether a timer's element says how often it repeats."""
    return str(node.tag).endswith("}timeCycle")


def is_literal(text: str) -> bool:
    """Whether the text is meant as ISO 8601."""
    return LITERAL.fullmatch(text) is not None


def is_sound(kind: str, text: str) -> bool:
    """Whether ISO 8601 text is what `kind` (timeDate, timeDuration or timeCycle) asks for."""
    if kind == "timeDate":
        return _is_moment(text)
    if kind == "timeDuration":
        return DURATION.fullmatch(text) is not None
    found = CYCLE.fullmatch(text)
    if found is None or (found["count"] and int(found["count"]) == 0):
        return False
    if found["start"] and not _is_moment(found["start"]):
        return False
    step = found["step"]
    return DURATION.fullmatch(step) is not None and DIGITS.search(step) is not None and not step.startswith("-")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
