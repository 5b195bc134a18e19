"""Decisions asked beside any case: the value, and what matched on which inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.catalogue import Bundle
from app.feel import to_json


def evaluate_decision(bundle: Bundle, key: str, inputs: Mapping[str, Any]) -> tuple[Any, Any]:
    """Evaluate the decision `key` of a bundle; return its value as JSON and its trace. Nothing changes."""
    result = bundle.decisions[key].decision(key).evaluate(inputs)
    return to_json(result.value), result.trace_json()
