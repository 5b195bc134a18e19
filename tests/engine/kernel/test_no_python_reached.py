"""The kernel's whole life, from reading a diagram to the end of a case, with Python's evaluator closed altogether."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

from app.engine.kernel.script_engine import SCRIPT_ENGINE, FeelEnvironment, FeelScriptEngine, ScriptRefusedError
from tests.drawing import service, task
from tests.engine.kernel.drawing_events import (
    PAYMENT,
    boundary,
    catch,
    draw,
    error,
    gateway,
    many,
    message,
    subprocess,
    timer,
)

WHOLE = draw(
    gateway("parallel", "fork")
    + task("a", output="x=answers.x")
    + task("remind")
    + boundary("ring", "a", timer("timeCycle", "R/P1D"), interrupts=False)
    + subprocess("sub", task("s", output="v=answers.v"), "sub_begin s", "s sub_done",
                 inner=many("items", item="i", into="vs", output="v", until="numberOfCompletedInstances = 2"))
    + service("work", "main.work", inputs="x=items", outputs="y=result.y")
    + boundary("failed", "work", error())
    + catch("paid", message())
    + catch("pause", timer("timeDuration", 'duration("P1D")'))
    + gateway("exclusive", "either")
    + gateway("exclusive", "choose", "flow_choose_join")
    + gateway("parallel", "join"),
    "begin fork", "fork a", "fork sub", "fork work", "fork paid", "fork pause", "a choose", "choose join", "choose done x = 2",
    "ring remind", "remind done", "sub join", "work either", "failed either", "either join", "paid join", "pause join", "join done", outside=PAYMENT,
)  # fmt: skip


@contextmanager
def evaluator_closed() -> Iterator[None]:
    """Any call of eval, exec or compile raises, whoever makes it."""

    def forbidden(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise AssertionError("Python's evaluator was reached")

    names = ("eval", "exec", "compile")
    kept = {name: getattr(builtins, name) for name in names}
    for name in names:
        setattr(builtins, name, forbidden)
    try:
        yield
    finally:
        for name in names:
            setattr(builtins, name, kept[name])


def test_a_case_lives_without_pythons_evaluator(begin: Any) -> None:
    with evaluator_closed():
        case = begin(WHOLE, operations={"main.work": lambda x: {"y": len(x)}}, items=[1, 2, 3])
        case.wait(days=1)
        case.send("payment_arrived", None, amount=1)
        case.do("s#3", v=3)
        case.do("s#1", v=1)
        case.do("a", x=1)
        case.do("remind")

    assert case.is_completed
    assert case.variables == {"items": [1, 2, 3], "y": 3, "amount": 1, "vs": [1, 3], "x": 1}


def test_the_script_engine_executes_nothing_and_evaluates_feel() -> None:
    assert not isinstance(SCRIPT_ENGINE, PythonScriptEngine)
    assert FeelScriptEngine.__mro__[1:] == FeelEnvironment.__mro__[1:] == (object,)
    assert SCRIPT_ENGINE.environment.evaluate("a + 1", {"a": 1}) == 2
    for attempt in (SCRIPT_ENGINE, SCRIPT_ENGINE.environment):
        for method in ("execute", "call_service"):
            with pytest.raises(ScriptRefusedError):
                getattr(attempt, method)("import os", {}, {})
