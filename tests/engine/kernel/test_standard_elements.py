"""The elements of the standard beyond tasks and plain gateways: what each does, stored and loaded around every act."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.kernel.errors import NoFlowTakenError, UncaughtBpmnError
from app.engine.kernel.execution import Execution
from app.engine.kernel.parsing import parse_models
from tests.drawing import flows, process, task
from tests.engine.kernel.conftest import FakeHost
from tests.engine.kernel.drawing_events import (
    PAYMENT,
    boundary,
    catch,
    draw,
    end,
    error,
    gateway,
    many,
    message,
    subprocess,
    timer,
)

SIGNAL = '<bpmn:signal id="stop" name="stop"/>'
ESCALATION = '<bpmn:escalation id="esc" escalationCode="too_late"/>'
BAD = '<bpmn:error id="bad" errorCode="bad"/>'
BY_SIGNAL = '<bpmn:signalEventDefinition signalRef="stop"/>'
BY_ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc"/>'
UNDO = "<bpmn:compensateEventDefinition/>"


def throw(key: str, definition: str) -> str:
    return f'<bpmn:intermediateThrowEvent id="{key}">{definition}</bpmn:intermediateThrowEvent>'


def condition(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition><bpmn:condition>{text}</bpmn:condition></bpmn:conditionalEventDefinition>"


def handler(key: str, definition: str, *, interrupts: bool = True) -> str:
    """An event subprocess with one user task `<key>_do`."""
    start = f'<bpmn:startEvent id="{key}_on" isInterrupting="{str(interrupts).lower()}">{definition}</bpmn:startEvent>'
    body = task(f"{key}_do") + f'<bpmn:endEvent id="{key}_end"/>' + flows(f"{key}_on {key}_do", f"{key}_do {key}_end")
    return f'<bpmn:subProcess id="{key}" triggeredByEvent="true">{start}{body}</bpmn:subProcess>'


def compensated(key: str) -> str:
    """A user task with a handler `undo_<key>`."""
    undo = task(f"undo_{key}").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    link = f'<bpmn:association id="as_{key}" sourceRef="c_{key}" targetRef="undo_{key}"/>'
    return task(key) + boundary(f"c_{key}", key, UNDO) + undo + link


def lane(xml: bytes, *tasks: str) -> bytes:
    """Tasks inside subprocesses lie in the lane of the reviewers as well."""
    refs = "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in tasks)
    return xml.replace(b"</bpmn:lane>", refs.encode() + b"</bpmn:lane>", 1)


def test_several_flows_from_a_task_are_all_taken(begin: Any) -> None:
    case = begin(draw(task("a") + task("b") + task("c"), "begin a", "a b", "a c", "b done", "c done"))
    case.do("a")

    assert case.open() == ["b", "c"]


@pytest.mark.parametrize(("wanted", "follows"), [(1, ["b"]), (2, ["c"]), (3, ["d"])])
def test_conditions_behind_a_task_choose_and_the_default_is_the_rest(
    begin: Any, wanted: int, follows: list[str]
) -> None:
    body = task("a").replace('id="a"', 'id="a" default="flow_a_d"') + task("b") + task("c") + task("d")
    case = begin(draw(body, "begin a", "a b n = 1", "a c n = 2", "a d", "b done", "c done", "d done"), n=wanted)
    case.do("a")

    assert case.open() == follows


def test_a_task_whose_conditions_are_all_false_is_an_error(begin: Any) -> None:
    case = begin(draw(task("a") + task("b"), "begin a", "a b n = 1", "b done"), n=2)

    with pytest.raises(NoFlowTakenError):
        case.do("a")


def test_an_inclusive_join_in_a_loop_waits_for_its_round_alone(begin: Any) -> None:
    body = (
        gateway("exclusive", "m") + gateway("inclusive", "f", "flow_f_a") + task("a") + task("b", output="again=answers.again")
        + gateway("inclusive", "j") + gateway("exclusive", "g", "flow_g_done")
    )  # fmt: skip
    case = begin(
        draw(body, "begin m", "m f", "f a", "f b true", "a j", "b j", "j g", "g m again", "g done"), again=False
    )
    for again in (True, False):
        assert case.open() == ["b"]
        case.do("b", again=again)

    assert case.is_completed


def test_a_complex_gateway_starts_by_its_condition_and_resets_with_the_rest(begin: Any) -> None:
    join = '<bpmn:complexGateway id="j"><bpmn:activationCondition>activationCount &gt;= 2</bpmn:activationCondition></bpmn:complexGateway>'
    body = gateway("parallel", "f") + task("a") + task("b") + task("c") + join + task("after")
    case = begin(draw(body, "begin f", "f a", "f b", "f c", "a j", "b j", "c j", "j after", "after done"))
    case.do("a")
    assert case.open() == ["b", "c"]
    case.do("c")
    assert case.open() == ["after", "b"]
    case.do("after")
    case.do("b")

    assert case.is_completed
    assert case.trace.count("completed after") == 1


@pytest.mark.parametrize("interrupts", [True, False])
def test_a_signal_reaches_everyone_who_waits_for_it(begin: Any, interrupts: bool) -> None:
    body = (
        gateway("parallel", "f")
        + task("a")
        + boundary("s", "a", BY_SIGNAL, interrupts=interrupts)
        + task("b")
        + task("c")
        + throw("t", BY_SIGNAL)
    )
    case = begin(draw(body, "begin f", "f a", "f b", "b t", "t done", "a done", "s c", "c done", outside=SIGNAL))
    case.do("b")

    assert case.open() == (["c"] if interrupts else ["a", "c"])


def test_a_conditional_event_happens_when_its_condition_becomes_true(begin: Any) -> None:
    body = gateway("parallel", "f") + task("a", output="n=answers.n") + catch("w", condition("n &gt; 5")) + task("b")
    case = begin(draw(body, "begin f", "f a", "f w", "w b", "a done", "b done"), n=1)
    assert case.open() == ["a"]
    case.do("a", n=6)

    assert case.open() == ["b"]


def test_a_condition_that_interrupts_nothing_happens_at_each_change_to_true(begin: Any) -> None:
    steps = "".join(task(one, output="n=answers.n") for one in "xyz")
    inner = subprocess("s", steps, "s_begin x", "x y", "y z", "z s_done")
    body = inner + boundary("w", "s", condition("n &gt; 5"), interrupts=False) + task("last")
    case = begin(lane(draw(body, "begin s", "s done", "w last", "last done"), "x", "y", "z"), n=1)
    case.do("x", n=6)
    assert case.open() == ["last", "y"]
    case.do("y", n=7)
    assert case.open() == ["last", "z"]  # it has stayed true
    case.do("z", n=1)

    assert case.open() == ["last"]


def test_an_escalation_acts_beside_the_activity_and_the_flow_goes_on(begin: Any) -> None:
    inner = subprocess("s", throw("t", BY_ESCALATION) + task("x"), "s_begin t", "t x", "x s_done")
    body = inner + boundary("e", "s", BY_ESCALATION, interrupts=False) + task("told")
    case = begin(lane(draw(body, "begin s", "s done", "e told", "told done", outside=ESCALATION), "x"))

    assert case.open() == ["told", "x"]


def test_an_escalation_that_nothing_catches_is_told_to_the_world(begin: Any) -> None:
    case = begin(draw(task("a") + end("e", BY_ESCALATION), "begin a", "a e", outside=ESCALATION))
    execution = case.load()
    execution.complete(execution.open_tasks()[0].engine_task_id, {})
    execution.run()

    assert [(one.kind, one.name) for one in execution.thrown()] == [("escalation", "too_late")]
    assert execution.is_completed


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_subprocess_begins_with_its_message(begin: Any, interrupts: bool) -> None:
    case = begin(
        lane(
            draw(task("a") + handler("h", message(), interrupts=interrupts), "begin a", "a done", outside=PAYMENT),
            "h_do",
        )
    )
    assert case.send("payment_arrived")
    assert case.open() == (["h_do"] if interrupts else ["a", "h_do"])
    assert case.send("payment_arrived") is not interrupts
    while case.open():
        case.do(case.open()[0].partition("#")[0])

    assert case.is_completed


def test_a_watch_does_not_keep_its_process_at_work(begin: Any) -> None:
    case = begin(lane(draw(task("a") + handler("h", timer("timeDuration", "P1D")), "begin a", "a done"), "h_do"))
    assert case.load().due_at() is not None
    case.do("a")

    assert case.is_completed


def test_an_error_goes_to_the_event_subprocess_of_its_scope(begin: Any) -> None:
    body = subprocess("s", task("x") + handler("h", error("bad")) + end("oops", error("bad")), "s_begin x", "x oops")
    case = begin(lane(draw(body + task("after"), "begin s", "s after", "after done", outside=BAD), "x", "h_do"))
    case.do("x")
    assert case.open() == ["h_do"]
    case.do("h_do")

    assert case.open() == ["after"]


def test_what_was_completed_is_undone_the_latest_first(begin: Any) -> None:
    body = compensated("a") + compensated("b") + task("c") + throw("back", UNDO) + task("after")
    case = begin(lane(draw(body, "begin a", "a b", "b c", "c back", "back after", "after done"), "undo_a", "undo_b"))
    for key in ("a", "b", "c", "undo_b", "undo_a", "after"):
        assert case.open() == [key]
        case.do(key)

    assert case.is_completed


def test_one_activity_can_be_undone_and_only_once(begin: Any) -> None:
    one = '<bpmn:compensateEventDefinition activityRef="a"/>'
    body = compensated("a") + compensated("b") + throw("back", one) + throw("again", one) + task("after")
    case = begin(
        lane(draw(body, "begin a", "a b", "b back", "back again", "again after", "after done"), "undo_a", "undo_b")
    )
    for key in ("a", "b", "undo_a", "after"):
        assert case.open() == [key]
        case.do(key)

    assert case.is_completed


def test_a_completed_subprocess_is_undone_from_inside(begin: Any) -> None:
    body = subprocess("s", compensated("x"), "s_begin x", "x s_done") + task("a") + end("back", UNDO)
    case = begin(lane(draw(body, "begin s", "s a", "a back"), "x", "undo_x"))
    for key in ("x", "a", "undo_x"):
        assert case.open() == [key]
        case.do(key)

    assert case.is_completed


def test_a_cancelled_transaction_undoes_its_work_and_leaves_by_the_cancel_event(begin: Any) -> None:
    inside = compensated("x") + task("y") + end("stop", "<bpmn:cancelEventDefinition/>")
    inner = subprocess("s", inside, "s_begin x", "x y", "y stop").replace("bpmn:subProcess", "bpmn:transaction")
    body = inner + boundary("c", "s", "<bpmn:cancelEventDefinition/>") + task("after") + task("never")
    case = begin(lane(draw(body, "begin s", "s never", "never done", "c after", "after done"), "x", "y", "undo_x"))
    for key in ("x", "y", "undo_x", "after"):
        assert case.open() == [key]
        case.do(key)

    assert case.is_completed


def test_a_link_leads_to_the_event_of_its_name(begin: Any) -> None:
    body = (
        throw("out", '<bpmn:linkEventDefinition name="on"/>')
        + catch("into", '<bpmn:linkEventDefinition name="on"/>')
        + task("a")
    )
    case = begin(draw(body, "begin out", "into a", "a done"))

    assert case.open() == ["a"]


@pytest.mark.parametrize(("before", "first"), [("true", []), ("false", ["a"])])
def test_a_loop_tests_before_or_after_its_rounds(begin: Any, before: str, first: list[str]) -> None:
    loop = f'<bpmn:standardLoopCharacteristics testBefore="{before}"><bpmn:loopCondition>n &lt; 2</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'
    case = begin(draw(task("a", inner=loop, output="n=answers.n"), "begin a", "a done"), n=2)

    assert case.open() == first


def test_a_loop_ends_by_its_condition_or_its_maximum(begin: Any) -> None:
    loop = '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>more</bpmn:loopCondition></bpmn:standardLoopCharacteristics>'
    for answers, rounds in (([True, True, True], 3), ([True, False], 2)):
        case = begin(draw(task("a", inner=loop, output="more=answers.more"), "begin a", "a done"))
        for more in answers:
            case.do("a", more=more)
        assert case.is_completed
        assert case.trace.count("completed a") == rounds


def test_an_activity_waits_for_its_quantity_and_gives_its_own(begin: Any) -> None:
    gathers = task("c").replace('id="c"', 'id="c" startQuantity="2"')
    doubles = task("a").replace('id="a"', 'id="a" completionQuantity="2"')
    case = begin(draw(doubles + task("b") + gathers, "begin a", "a b", "b c", "c done"))
    case.do("a")
    assert case.open() == ["b", "b"]
    case.do("b")
    assert case.open() == ["b"]
    case.do("b")
    assert case.open() == ["c"]


@pytest.mark.parametrize(("ordering", "first"), [("Parallel", ["x", "y"]), ("Sequential", ["x"])])
def test_an_ad_hoc_subprocess_does_all_its_activities(begin: Any, ordering: str, first: list[str]) -> None:
    inner = f'<bpmn:adHocSubProcess id="s" ordering="{ordering}">{task("x")}{task("y")}</bpmn:adHocSubProcess>'
    case = begin(lane(draw(inner, "begin s", "s done")))
    assert case.open() == first
    case.do("x")
    assert case.open() == ["y"]
    case.do("y")

    assert case.is_completed


def test_an_ad_hoc_subprocess_ends_early_by_its_condition(begin: Any) -> None:
    until = "<bpmn:completionCondition>enough</bpmn:completionCondition>"
    inner = f'<bpmn:adHocSubProcess id="s">{task("x", output="enough=answers.enough")}{task("y")}{until}</bpmn:adHocSubProcess>'
    case = begin(draw(inner, "begin s", "s done"))
    case.do("x", enough=True)

    assert case.is_completed


@pytest.mark.parametrize(("behaviour", "told"), [("None", 2), ("One", 1)])
def test_instances_throw_the_event_of_their_behaviour(begin: Any, behaviour: str, told: int) -> None:
    outside = SIGNAL + '<bpmn:signalEventDefinition id="told" signalRef="stop"/>'
    inner = many(number="2").replace(
        "isSequential", f'behavior="{behaviour}" {behaviour.lower()}BehaviorEventRef="told" isSequential'
    )
    body = task("a", inner=inner) + boundary("s", "a", BY_SIGNAL, interrupts=False) + task("heard")
    case = begin(draw(body, "begin a", "a done", "s heard", "heard done", outside=outside))
    case.do("a#1")
    case.do("a#2")

    assert case.open() == ["heard"] * told


@pytest.mark.parametrize(("needs_all", "after"), [("false", ["b"]), ("true", [])])
def test_an_event_with_several_definitions_needs_one_or_all(begin: Any, needs_all: str, after: list[str]) -> None:
    wait = catch("w", message() + BY_SIGNAL).replace(
        "<bpmn:intermediateCatchEvent ", f'<bpmn:intermediateCatchEvent parallelMultiple="{needs_all}" '
    )
    case = begin(draw(wait + task("b"), "begin w", "w b", "b done", outside=PAYMENT + SIGNAL))
    case.send("payment_arrived")
    assert case.open() == after
    case.act(lambda execution: execution.hear("stop"))

    assert case.open() == ["b"]


def test_a_multiple_boundary_event_that_interrupts_nothing_happens_again(begin: Any) -> None:
    body = task("a") + boundary("w", "a", message() + BY_SIGNAL, interrupts=False) + task("b")
    case = begin(draw(body, "begin a", "a done", "w b", "b done", outside=PAYMENT + SIGNAL))
    case.send("payment_arrived")
    case.act(lambda execution: execution.hear("stop"))
    case.send("payment_arrived")

    assert case.open() == ["a", "b", "b", "b"]


def test_a_script_is_feel_whose_entries_become_variables(begin: Any) -> None:
    script = '<bpmn:scriptTask id="x"><bpmn:script>{n: n + 1}</bpmn:script></bpmn:scriptTask>'
    case = begin(draw(script + task("a"), "begin x", "x a", "a done"), n=1)

    assert case.variables["n"] == 2


def test_a_message_that_is_thrown_is_told_to_the_world(begin: Any) -> None:
    case = begin(draw(task("a") + throw("t", message()), "begin a", "a t", "t done", outside=PAYMENT))
    execution = case.load()
    execution.complete(execution.open_tasks()[0].engine_task_id, {})
    execution.run()

    assert [(one.kind, one.name) for one in execution.thrown()] == [("message", "payment_arrived")]


def test_an_error_that_nothing_catches_stops_the_run(begin: Any) -> None:
    with pytest.raises(UncaughtBpmnError):
        begin(draw(end("oops", error("bad") + BY_SIGNAL), "begin oops", outside=BAD + SIGNAL))


@pytest.mark.parametrize(("kind", "left"), [("Exclusive", ["a"]), ("Parallel", ["a", "w"])])
def test_a_gateway_that_starts_a_process_waits_for_one_event_or_for_all(kind: str, left: list[str]) -> None:
    gate = f'<bpmn:eventBasedGateway id="g" instantiate="true" eventGatewayType="{kind}"/>'
    body = gate + catch("w", message()) + catch("v", BY_SIGNAL) + task("a")
    xml = process("main", body + flows("g w", "g v", "v a", "w a"), lanes={"reviewer": "a"}, outside=PAYMENT + SIGNAL)
    model = parse_models({"main.bpmn": xml})["main"]
    assert {(one.trigger, one.name) for one in model.starts} == {("message", "payment_arrived"), ("signal", "stop")}
    event = next(one.element_id for one in model.starts if one.trigger == "signal")
    execution = Execution.start_by(model, event, {}, FakeHost(), {})
    execution.run()

    assert sorted(execution.tokens()) == left
