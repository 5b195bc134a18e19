"""Measures the DMN TCK: every case is asked through the adapter and compared with what the suite expects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.feel.compare import same
from tests.conformance.tck_adapter import Decisions
from tests.conformance.tck_values import from_typed

_TOLERANCE = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class Row:
    """One case: its group, whether it passed, whether it expects a value, and why it failed."""

    suite: str
    group: str
    case: str
    passed: bool
    expects_value: bool
    reason: str = ""


def run(folder: Path) -> list[Row]:
    """One row per case of the suite in this folder, `cases.json` with its models; none if there is no suite."""
    listing = folder / "cases.json"
    if not listing.exists():
        return []
    decisions = Decisions()
    return [_row(folder, decisions, case) for case in json.loads(listing.read_text())]


def _row(folder: Path, decisions: Decisions, case: dict[str, Any]) -> Row:
    blind = {**case, "results": [{"name": each["name"]} for each in case["results"]]}
    outcomes = decisions.run(folder / case["model"], blind)
    failures = list(_failures(case["results"], outcomes))
    values = any(each.get("expected") is not None for each in case["results"])
    name = f"{case['dir']} {case['id']}"
    return Row("tck", f"DMN TCK level {case['level']}", name, not failures, values, "; ".join(failures)[:300])


def _failures(results: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> Iterator[str]:
    for result, outcome in zip(results, outcomes, strict=True):
        expected, got = result.get("expected"), outcome["value"]
        if not agree(from_typed(got), from_typed(expected)):
            yield f"{result['name']}: expected {_shown(expected)}, got {_shown(got)} ({outcome['error'] or 'no reason'})"


def agree(left: Any, right: Any) -> bool:
    """Whether two values are equal; numbers by eight digits, as the suite asks."""
    if _is_number(left) and _is_number(right):
        return abs(Decimal(left) - Decimal(right)) <= _TOLERANCE * max(1, abs(Decimal(right)))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(agree, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(agree(left[key], right[key]) for key in left)
    return left is right if left is None or right is None else same(left, right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _shown(typed: dict[str, Any] | None) -> str:
    return "null" if typed is None else f"{typed['t']} {typed['v']!s:.80}"
