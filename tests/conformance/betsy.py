"""Measures the betsy suite: executable models are run and their traces compared, faulty ones must be refused."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.engine.kernel.errors import KernelError
from app.feel import FeelError
from tests.conformance.betsy_adapter import Engine, RefusedError
from tests.conformance.tck import Row

TICK_SECONDS = 0.05
GRACE_SECONDS = 0.3
ERROR = "ERROR"


def run(folder: Path) -> list[Row]:
    """One row per test of the suite in this folder; none if there is no suite."""
    listing = folder / "cases.json"
    if not listing.exists():
        return []
    return [_row(folder, test) for test in json.loads(listing.read_text())]


def _row(folder: Path, test: dict[str, Any]) -> Row:
    failures = []
    for case in test["cases"]:
        got = _trace(folder / test["path"], test["name"], case)
        if sorted(got) != sorted(case["expect"]) and not (case["expect"] == [ERROR] and got[-1:] == [ERROR]):
            failures.append(f"{case['input']}: expected {case['expect']}, got {got}")
    is_faulty = test["cases"][0]["expect"] == ["ERROR_deployment"]
    group = "betsy, faulty models" if is_faulty else f"betsy, {test['group']}"
    return Row("betsy", group, test["name"], not failures, not is_faulty, "; ".join(failures)[:300])


def _trace(path: Path, name: str, case: dict[str, Any]) -> list[str]:
    log: list[str] = []
    engine = Engine(log)
    try:
        engine.deploy(path)
    except (RefusedError, KernelError):
        return [ERROR] if case["expect"] == [ERROR] else ["ERROR_deployment"]
    if case["expect"] == ["ERROR_deployment"]:
        return ["deployed"]
    try:
        engine.start(name, {"test": case["input"], "integerVariable": case["integer"]})
        _pump(engine, case["delay_ms"] / 1000)
    except (KernelError, FeelError) as error:
        return [*log, f"{ERROR} {error}"] if case["expect"] != [ERROR] else [ERROR]
    return log + _ends(engine, parallel=case["parallel"])


def _pump(engine: Engine, seconds: float) -> None:
    end = time.monotonic() + (seconds + GRACE_SECONDS if seconds else TICK_SECONDS)
    while time.monotonic() < end:
        engine.pump()
        time.sleep(TICK_SECONDS)


def _ends(engine: Engine, *, parallel: bool) -> list[str]:
    found = ["MARKER_exists"] if engine.marker else []
    if engine.data_ok:
        found.append("DATA_correct")
    if engine.unhandled_error:
        found.append(engine.unhandled_error)
    if parallel and _overlap(engine.spans):
        found.append("EXECUTION_parallel")
    return found


def _overlap(spans: list[tuple[float, float]]) -> bool:
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))
