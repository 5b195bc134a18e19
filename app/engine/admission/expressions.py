"""Every FEEL expression of a diagram compiles, and reads nothing that no step ever sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.engine.admission import iso_times
from app.engine.admission.constants import wrong_kind
from app.engine.admission.diagram import Diagram, kind, text_of
from app.engine.admission.elements import BPMN, QL, owner
from app.engine.admission.problems import Problem, problem
from app.feel import FeelError, compile_expression

HOST = frozenset({"now", "today", "deadline"})
LOOP = frozenset({
    "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances",
    "loopCounter",
})  # fmt: skip
TIMES = ("timeDate", "timeDuration", "timeCycle")
TEXTS = (
    *TIMES, "conditionExpression", "loopCardinality", "completionCondition", "loopDataInputRef", "formalExpression",
    "messagePath", "dataPath",
)  # fmt: skip
VALUES = ("value", "working_days", "duration", "backoff")
LOCAL = {
    "form": frozenset({"answers"}),
    "operation": frozenset({"result"}),
    "decision": frozenset({"result"}),
    "call": frozenset({"result"}),
    "message": frozenset({"payload"}),
}
"""What the outputs of each extension see beside the variables of the process."""


@dataclass(frozen=True, slots=True)
class Place:
    """An expression where it stands: `use` is the element or attribute that holds it."""

    node: Any
    use: str
    text: str
    local: frozenset[str] = frozenset()


def check(diagram: Diagram, shared: frozenset[str]) -> Iterator[Problem]:
    """The expressions of one diagram.

    Args:
        shared: what callers and called processes set that share their variables with this one.
    """
    known = set_by(diagram) | shared | HOST | LOOP
    for place in _places(diagram.root):
        for rule, words in _faults(place, known):
            yield problem(rule, diagram.path, owner(place.node), place.node.sourceline, text=place.text, **words)


def set_by(diagram: Diagram) -> frozenset[str]:
    """Every variable that some step of the diagram sets, or its starter gives."""
    named = diagram.root.iter(f"{{{QL}}}output", f"{{{QL}}}variable")
    items = diagram.root.iter(f"{{{BPMN}}}inputDataItem", f"{{{BPMN}}}outputDataItem")
    lists = diagram.root.iter(f"{{{BPMN}}}loopDataOutputRef")
    return frozenset(
        [str(node.get("name")) for node in named]
        + [str(node.get("name") or node.get("id")) for node in items]
        + [text_of(node) for node in lists]
    )


def _faults(place: Place, known: frozenset[str]) -> Iterator[tuple[str, dict[str, str]]]:
    if place.use in TIMES and iso_times.is_literal(place.text):
        if not iso_times.is_sound(place.use, place.text):
            yield "timer_faulty", {"kind": place.use}
        return
    try:
        expression = compile_expression(place.text)
    except FeelError as error:
        yield "expression_faulty", {"reason": str(error)}
        return
    for name in sorted(expression.free_names - known - place.local):
        yield "variable_unknown", {"name": name}
    wanted = None if expression.free_names else wrong_kind(place.use, expression)
    if wanted:
        yield "constant_kind", {"wanted": wanted}


def _places(root: Any) -> Iterator[Place]:
    for node in root.iter(*(f"{{{BPMN}}}{name}" for name in TEXTS)):
        yield Place(node, kind(node), text_of(node))
    for node in root.iter(f"{{{QL}}}*"):
        local = LOCAL.get(kind(node.getparent()), frozenset()) if kind(node) == "output" else frozenset()
        for name in VALUES:
            if node.get(name) is not None:
                yield Place(node, name, str(node.get(name)), local)
