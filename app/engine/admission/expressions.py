"""Every FEEL expression of a diagram compiles, and reads nothing that no step ever sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, kind
from app.engine.admission.elements import BPMN, QL
from app.engine.admission.problems import Problem, problem
from app.feel import FeelError, compile_expression

HOST = frozenset({"now", "today", "deadline"})
LOOP = frozenset({
    "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances", "numberOfTerminatedInstances",
    "loopCounter",
})  # fmt: skip
TEXTS = {
    "conditionExpression", "timeDate", "timeDuration", "timeCycle", "loopCardinality", "completionCondition",
    "loopDataInputRef", "formalExpression", "messagePath", "dataPath",
}  # fmt: skip
TIMES = {"timeDate", "timeDuration", "timeCycle"}
VALUES = {"value", "working_days", "duration", "backoff"}
LOCAL = {
    "form": {"answers"},
    "operation": {"result"},
    "decision": {"result"},
    "call": {"result"},
    "message": {"payload"},
}


def check(diagram: Diagram, passed_in: frozenset[str]) -> Iterator[Problem]:
    """The expressions of one diagram.

    Args:
        passed_in: what callers and called processes set, since they share their variables.
    """
    known = _set_somewhere(diagram) | passed_in | HOST | LOOP
    for element, text, local in _expressions(diagram.root):
        where = _owner(element)
        try:
            expression = compile_expression(text)
        except FeelError as error:
            yield problem("expression_faulty", diagram.path, where, element.sourceline, text=text, reason=str(error))
            continue
        for name in sorted(expression.free_names - known - local):
            yield problem("variable_unknown", diagram.path, where, element.sourceline, name=name, text=text)


def set_by(diagram: Diagram) -> frozenset[str]:
    """Every variable that some step of the diagram sets, or its starter gives."""
    return frozenset(_set_somewhere(diagram))


def _set_somewhere(diagram: Diagram) -> set[str]:
    found: set[str] = set()
    for node in diagram.root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag in {f"{{{QL}}}output", f"{{{QL}}}variable"}:
            found.add(str(node.get("name")))
        elif node.tag in {f"{{{BPMN}}}inputDataItem", f"{{{BPMN}}}outputDataItem"}:
            found |= {str(node.get("name")), str(node.get("id"))}
        elif node.tag == f"{{{BPMN}}}loopDataOutputRef":
            found.add((node.text or "").strip())
    return found


def _expressions(root: Any) -> Iterator[tuple[Any, str, set[str]]]:
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag.startswith(f"{{{BPMN}}}") and kind(node) in TEXTS:
            text = (node.text or "").strip()
            if not (kind(node) in TIMES and text[:1] in {"P", "R"}) and not (
                kind(node) in TIMES and text[:1].isdigit()
            ):
                yield node, text, set()
        elif node.tag.startswith(f"{{{QL}}}"):
            parent = node.getparent()
            local = LOCAL.get(kind(parent), set()) if kind(node) == "output" else set()
            for name in VALUES & set(node.attrib):
                yield node, str(node.get(name)), local


def _owner(node: Any) -> str | None:
    while node is not None and not (node.get("id") and str(node.tag).startswith(f"{{{BPMN}}}")):
        node = node.getparent()
    return None if node is None else str(node.get("id"))
