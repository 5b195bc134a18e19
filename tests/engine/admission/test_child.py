"""The check in a child process: the same findings, and never an outage."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.engine.admission import check_files, check_files_in_child

ROOT = Path(__file__).parents[3]
CONDITION = 'outcome = "passed"'


def test_the_child_finds_the_same(broken: Any, known: Any) -> None:
    files = broken((CONDITION, 'income = "passed"'))

    assert check_files_in_child(files, known) == check_files(files, known)


def test_the_child_works_wherever_the_server_was_started(
    files: Any, known: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert check_files_in_child(files, known) == []


def _costly(broken: Any) -> Any:
    """A diagram within all bounds of size that still takes seconds: every condition is another long text."""
    flow = '<bpmn:sequenceFlow id="flow_begin_again" sourceRef="begin" targetRef="again"/>'
    terms = " + ".join("1" for _ in range(200))
    many = "".join(
        f'<bpmn:sequenceFlow id="flow_{n}" sourceRef="result" targetRef="again"><bpmn:conditionExpression>'
        f"{terms} = {n}</bpmn:conditionExpression></bpmn:sequenceFlow>"
        for n in range(2_000)
    )
    return broken((flow, flow + many))


def test_a_check_that_needs_too_much_time_is_stopped_and_said(broken: Any, known: Any) -> None:
    (found,) = check_files_in_child(_costly(broken), known, seconds=1)

    assert found.rule == "out_of_time"


def test_a_check_that_needs_too_much_memory_is_stopped_and_said(broken: Any, known: Any) -> None:
    (found,) = check_files_in_child(_costly(broken), known, megabytes=40)

    assert found.rule == "out_of_time"


def test_admission_never_loads_the_engine() -> None:
    seen = "import sys, app.engine.admission; print([m for m in sys.modules if 'Spiff' in m or 'engine.kernel' in m])"

    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
