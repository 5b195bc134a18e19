"""Random processes behave as an independent oracle says, stored and loaded at every step."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.kernel.parsing import parse_models
from tests.engine.kernel.oracle import Oracle
from tests.engine.kernel.random_processes import RandomProcess

CASES = 1_000
BATCH = 100
MOST_STEPS = 120
INTERRUPTED = 0.15
"""How often a boundary event fires instead of a task being completed, where one is armed."""


def play(seed: int, depth: int, make_case: Any, make_host: Any) -> int:
    """Play one random process to its end (or for MOST_STEPS); return the number of steps."""
    dice = random.Random(seed)
    drawn = RandomProcess(dice, depth)
    block, diagrams = drawn.build()
    models = parse_models({f"{number}.bpmn": xml for number, xml in enumerate(diagrams)})
    case = make_case(models["main"], make_host({"same": lambda value: value}))
    case.start(drawn.variables)
    oracle = Oracle(block)
    step = 0
    while not oracle.is_done and step < MOST_STEPS:
        assert case.open() == oracle.names(), (seed, step)
        step += 1
        guards = oracle.interruptible()
        if guards and dice.random() < INTERRUPTED:
            guard = dice.choice(guards)
            assert case.send(f"{guard}_message"), (seed, step, guard)
            oracle.interrupt(guard)
            continue
        task = dice.choice(oracle.names())
        case.do(task, step=step)
        oracle.complete(task)
    if oracle.is_done:
        assert case.is_completed, seed
        assert case.open() == []
    return step


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_a_thousand_random_processes_do_what_the_oracle_says(first: int, make_case: Any, make_host: Any) -> None:
    steps = [play(seed, 3 + seed % 4, make_case, make_host) for seed in range(first, first + BATCH)]

    assert len(steps) == BATCH
    assert min(steps) >= 2


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=CASES, max_value=10**9), depth=st.integers(min_value=1, max_value=4))
def test_any_random_process_does_what_the_oracle_says(seed: int, depth: int, make_case: Any, make_host: Any) -> None:
    assert play(seed, depth, make_case, make_host) >= 2
