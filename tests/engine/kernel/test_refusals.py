"""What the kernel cannot run soundly is refused with file, element, reason and remedy."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.kernel.errors import KernelRefusal
from app.engine.kernel.parsing import parse_models
from tests.drawing import HEAD, flows, process, service, task
from tests.engine.kernel.drawing_events import (
    END,
    PAYMENT,
    START,
    boundary,
    call,
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

PLAIN = ("begin a", "a done")
AB = ("begin a", "a b", "b done")


def event(key: str, tag: str, definition: str = "") -> str:
    return f'<bpmn:{tag} id="{key}">{definition}</bpmn:{tag}>'


REFUSED = {
    "send task": (draw('<bpmn:sendTask id="a"/>', *PLAIN), "a"),
    "transaction": (draw('<bpmn:transaction id="a"/>', *PLAIN), "a"),
    "ad hoc": (draw('<bpmn:adHocSubProcess id="a"/>', *PLAIN), "a"),
    "complex gateway that joins without a condition": (
        draw(gateway("parallel", "f") + task("a") + task("b") + '<bpmn:complexGateway id="j"/>',
             "begin f", "f a", "f b", "a j", "b j", "j done"), "j",
    ),
    "script that is no FEEL": (draw('<bpmn:scriptTask id="a"><bpmn:script>x = = 1</bpmn:script></bpmn:scriptTask>', *PLAIN), "a"),
    "event subprocess that waits for nothing": (
        draw('<bpmn:subProcess id="x" triggeredByEvent="true"><bpmn:startEvent id="s"/></bpmn:subProcess>' + task("a"), *PLAIN), "s",
    ),
    "standard loop": (draw(task("a", inner="<bpmn:standardLoopCharacteristics/>"), *PLAIN), "a"),
    "io specification": (draw(task("a", inner="<bpmn:ioSpecification/>"), *PLAIN), "a"),
    "signal": (draw(catch("a", "<bpmn:signalEventDefinition/>"), *PLAIN), "a"),
    "conditional": (draw(catch("a", "<bpmn:conditionalEventDefinition/>"), *PLAIN), "a"),
    "link": (draw(event("a", "intermediateThrowEvent", "<bpmn:linkEventDefinition/>"), *PLAIN), "a"),
    "terminate in the middle": (draw(event("a", "intermediateThrowEvent", "<bpmn:terminateEventDefinition/>"), *PLAIN), "a"),
    "cancel outside of a transaction": (draw(end("a", "<bpmn:cancelEventDefinition/>"), "begin a"), "a"),
    "throw unknown message": (draw(event("a", "intermediateThrowEvent", message("nowhere")), *PLAIN), "a"),
    "plain catch": (draw(catch("a", ""), *PLAIN), "a"),
    "two definitions, one impossible": (draw(catch("a", message() + error()), *PLAIN, outside=PAYMENT), "a"),
    "escalation end": (draw(end("a", "<bpmn:escalationEventDefinition/>"), "begin a"), "a"),
    "signal end": (draw(end("a", "<bpmn:signalEventDefinition/>"), "begin a"), "a"),
    "error end without code": (draw(end("a", error()), "begin a"), "a"),
    "unknown error": (draw(end("a", error("nowhere")), "begin a"), "a"),
    "unknown message": (draw(catch("a", message("nowhere")), *PLAIN), "a"),
    "start with an error": (process("main", f'<bpmn:startEvent id="s">{error()}</bpmn:startEvent>{END}{flows("s done")}'), "s"),
    "two starts": (process("main", START + '<bpmn:startEvent id="s"/>' + END + flows("begin done", "s done")), "main"),
    "no start": (process("main", END), "main"),
    "subprocess without start": (draw('<bpmn:subProcess id="a"/>', *PLAIN), "a"),
    "non-interrupting error": (draw(task("a") + boundary("b", "a", error(), interrupts=False), *PLAIN, "b done"), "b"),
    "boundary of a gateway": (draw(gateway("exclusive", "a") + boundary("b", "a", timer("timeDuration", "P1D")), *PLAIN, "b done"), "b"),
    "boundary of nothing": (draw(task("a") + boundary("b", "x", timer("timeDuration", "P1D")), *PLAIN, "b done"), "b"),
    "interrupting cycle": (draw(task("a") + boundary("b", "a", timer("timeCycle", "R/P1D")), *PLAIN, "b done"), "b"),
    "caught cycle": (draw(catch("a", timer("timeCycle", "R/P1D")), *PLAIN), "a"),
    "bad duration": (draw(catch("a", timer("timeDuration", "P1H")), *PLAIN), "a"),
    "bad date": (draw(catch("a", timer("timeDate", "2026-13-01")), *PLAIN), "a"),
    "endless cycle": (draw(task("a") + boundary("b", "a", timer("timeCycle", "R/PT0S"), interrupts=False), *PLAIN, "b done"), "b"),
    "timer without value": (draw(catch("a", "<bpmn:timerEventDefinition/>"), *PLAIN), "a"),
    "empty timer": (draw(catch("a", timer("timeDuration", " ")), *PLAIN), "a"),
    "condition behind an event": (draw(catch("a", timer("timeDuration", "P1D")) + task("b"), "begin a", "a b true", "b done"), "flow_a_b"),
    "flow without condition": (draw(gateway("exclusive", "a") + task("b"), "begin a", "a b x", "a done", "b done"), "flow_a_done"),
    "not FEEL": (draw(gateway("exclusive", "a") + task("b"), "begin a", "a b x = = 1", "b done"), "flow_a_b"),
    "Python": (draw(gateway("exclusive", "a") + task("b"), "begin a", "a b x == 1", "b done"), "flow_a_b"),
    "flow into nothing": (draw(task("a"), *PLAIN, "a nowhere"), "flow_a_nowhere"),
    "no lane": (process("main", START + task("a") + END + flows(*PLAIN)), "a"),
    "no operation": (draw('<bpmn:serviceTask id="a"/>', *PLAIN), "a"),
    "no decision": (draw('<bpmn:businessRuleTask id="a"/>', *PLAIN), "a"),
    "retries": (draw(service("a", "main.a", extension='<ql:async retries="many"/>'), *PLAIN), "a"),
    "reserved output": (draw(task("a", output="today=1"), *PLAIN), "a"),
    "reserved item": (draw(task("a", inner=many("[1]", item="now")), *PLAIN), "in_now"),
    "unknown called process": (draw(call("a", "nowhere"), *PLAIN), "a"),
    "a process that calls itself": (draw(call("a", "main"), *PLAIN), "a"),
    "items and number": (draw(task("a", inner=many("[1]", number="1", item="x")), *PLAIN), "a"),
    "neither items nor number": (draw(task("a", inner=many(item="x")), *PLAIN), "a"),
    "id used twice": (draw(task("a") + task("a"), *PLAIN), "a"),
    "race to a task": (draw(gateway("eventBased", "a") + task("b"), *AB), "a"),
    "race to a shared event": (
        draw(gateway("eventBased", "a") + gateway("exclusive", "m", "flow_m_a") + catch("b", timer("timeDuration", "P1D")),
             "begin m", "m a", "a b", "b done", "m b true"), "a",
    ),
    "flow out of an end": (draw(end("a") + task("b"), "begin a", "a b", "b done"), "flow_a_b"),
    "flow into the start": (draw(task("a"), *PLAIN, "a begin"), "flow_a_begin"),
    "flow into a boundary": (
        draw(task("a") + boundary("b", "a", timer("timeDuration", "P1D")), "begin b", "a done", "b done"),
        "flow_begin_b",
    ),
    "doctype": (b"<!DOCTYPE x>" + draw(task("a"), *PLAIN).partition(b"?>")[2], ""),
    "not XML": (b"<bpmn", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_run_soundly_is_refused_with_its_place_and_a_remedy(what: str) -> None:
    xml, element = REFUSED[what]

    with pytest.raises(KernelRefusal) as refused:
        parse_models({"processes/main/main.bpmn": xml})

    assert (refused.value.file, refused.value.element) == ("processes/main/main.bpmn", element)
    assert refused.value.reason
    assert refused.value.remedy


def test_processes_that_call_each_other_in_a_circle_are_refused() -> None:
    one = draw(call("ask", "other"), "begin ask", "ask done", key="one")
    other = draw(call("ask_back", "one"), "begin ask_back", "ask_back done", key="other")

    with pytest.raises(KernelRefusal) as refused:
        parse_models({"one.bpmn": one, "other.bpmn": other})

    assert refused.value.element in {"ask", "ask_back"}


def test_two_processes_of_one_key_are_refused() -> None:
    xml = draw(task("a"), *PLAIN)

    with pytest.raises(KernelRefusal, match="used twice"):
        parse_models({"one.bpmn": xml, "two.bpmn": xml})


def nested(levels: int) -> bytes:
    body, pairs = task("a"), ("x0_begin a", "a x0_done")
    for level in range(levels - 1):
        body, pairs = (
            subprocess(f"x{level}", body, *pairs),
            (f"x{level + 1}_begin x{level}", f"x{level} x{level + 1}_done"),
        )
    last = f"x{levels - 1}"
    return draw(subprocess(last, body, *pairs), f"begin {last}", f"{last} done")


def test_the_deepest_nesting_that_is_read_also_runs(begin: Any) -> None:
    case = begin(nested(50))

    case.do("a")

    assert case.is_completed


@pytest.mark.parametrize("levels", [51, 100])
def test_deeper_nesting_is_refused(levels: int) -> None:
    with pytest.raises(KernelRefusal) as refused:
        parse_models({"deep.bpmn": nested(levels)})

    assert "lie in each other" in refused.value.reason


def chain(length: int) -> dict[str, bytes]:
    """Processes that each call the next one twice."""
    files = {
        f"p{one}": draw(call("a", f"p{one + 1}") + call("b", f"p{one + 1}"), "begin a", "a b", "b done", key=f"p{one}")
        for one in range(length)
    }
    return files | {f"p{length}": draw(task("a"), *PLAIN, key=f"p{length}")}


def test_a_chain_of_calls_may_be_as_long_as_nesting_is_deep() -> None:
    assert len(parse_models(chain(50))) == 51
    with pytest.raises(KernelRefusal, match="lie in each other"):
        parse_models(chain(51))


def test_a_long_diagram_is_read_without_recursion() -> None:
    count = 2_000
    body = "".join(f'<bpmn:exclusiveGateway id="g{one}"/>' for one in range(count))
    pairs = ["begin g0", *(f"g{one} g{one + 1}" for one in range(count - 1)), f"g{count - 1} done"]

    models = parse_models({"long.bpmn": draw(body, *pairs)})

    assert len(models["main"].elements) == count + 2


def test_a_drawing_with_data_objects_and_notes_is_read() -> None:
    notes = (
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr" dataObjectRef="d"/><bpmn:textAnnotation id="t"/>'
        '<bpmn:association id="as" sourceRef="a" targetRef="t"/><bpmn:documentation>words</bpmn:documentation><!-- note -->'
    )

    assert set(parse_models({"a": draw(notes + task("a"), *PLAIN)})) == {"main"}


def test_an_entity_is_not_resolved() -> None:
    xml = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD.partition("?>")[2]}&x;</bpmn:definitions>'

    with pytest.raises(KernelRefusal):
        parse_models({"a": xml.encode()})
