"""Neither the cost of a step nor the size of a state grows with what has passed; models are shared between threads."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.engine.kernel.execution import Execution
from app.engine.kernel.parsing import parse_models
from tests.drawing import service, task
from tests.engine.kernel.conftest import Case, FakeHost
from tests.engine.kernel.drawing_events import boundary, call, draw, gateway, many, subprocess, timer

LOOP = draw(
    gateway("exclusive", "again")
    + gateway("parallel", "fork")
    + task("a", output="x=answers.x")
    + service("count", "main.count", inputs="n=n", outputs="n=result.n")
    + gateway("parallel", "join")
    + gateway("exclusive", "decide", "flow_decide_done"),
    "begin again", "again fork", "fork a", "fork count", "a join", "count join", "join decide", "decide again x", "decide done",
)  # fmt: skip

RICH = draw(
    gateway("parallel", "fork")
    + subprocess("sub", task("s"), "sub_begin s", "s sub_done", inner=many("items", item="item"))
    + task("t")
    + boundary("late", "t", timer("timeDuration", "P1D"))
    + gateway("exclusive", "either")
    + call("ask", "called")
    + gateway("parallel", "join"),
    "begin fork", "fork sub", "fork t", "fork ask", "sub join", "t either", "late either", "either join", "ask join", "join done",
)  # fmt: skip
CALLED = draw(task("c"), "begin c", "c done", key="called")


def rounds(case: Case, count: int) -> float:
    """Play rounds of the loop; return the least CPU time of one in milliseconds."""
    best = float("inf")
    for _ in range(count):
        begun = time.process_time()
        execution = case.load()
        execution.complete(execution.open_tasks()[0].engine_task_id, {"x": True})
        execution.run()
        case.state = execution.dump()
        execution.release()
        best = min(best, time.process_time() - begun)
    return best * 1000


def test_round_five_thousand_of_a_loop_costs_and_weighs_what_round_ten_does(begin: Any) -> None:
    case = begin(LOOP, operations={"main.count": lambda n: {"n": n + 1}}, n=1_000_000)
    rounds(case, 10)
    size, early = len(case.state), rounds(case, 200)

    rounds(case, 4_600)
    late = rounds(case, 200)

    assert case.variables["n"] == 1_005_011
    assert len(case.state) <= size + 12  # the digits of the counters
    assert late <= early * 1.5 + 0.05


def test_a_long_automatic_stretch_keeps_nothing_of_what_it_passed(make_host: Any) -> None:
    xml = draw(
        gateway("exclusive", "again") + service("count", "main.count", inputs="n=n", outputs="n=result.n")
        + gateway("exclusive", "decide", "flow_decide_done"),
        "begin again", "again count", "count decide", "decide again n &lt; 3000", "decide done",
    )  # fmt: skip
    execution = Execution.start(
        parse_models({"a": xml})["main"], {"n": 0}, FakeHost({"main.count": lambda n: {"n": n + 1}})
    )

    execution.run()

    assert execution.is_completed
    assert execution.variables() == {"n": 3000}
    assert execution._process.tasks == {}


def test_a_hundred_cases_on_four_threads_share_one_model() -> None:
    models = parse_models({"a.bpmn": RICH, "b.bpmn": CALLED})

    def play(number: int) -> dict[str, Any]:
        case = Case(models["main"], FakeHost())
        case.start({"items": [number, number + 1], "number": number})
        while case.open():
            case.do(case.open()[number % len(case.open())])
        assert case.is_completed
        return case.variables

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(play, range(100)))

    assert ended == [{"items": [number, number + 1], "number": number} for number in range(100)]


def test_a_released_case_leaves_no_circles_for_the_collector(begin: Any) -> None:
    case = begin(RICH, CALLED, items=[1, 2, 3])
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            execution = case.load()
            execution.dump()
            execution.release()
            del execution
        left = gc.collect()
    finally:
        gc.enable()

    assert left < 50
