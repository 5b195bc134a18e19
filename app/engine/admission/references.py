"""Ids and what refers to them: unique words, references that lead to the right kind of element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.engine.admission.diagram import Diagram, kind, text_of
from app.engine.admission.elements import ACTIVITIES, FLOW_NODES
from app.engine.admission.problems import Problem, problem

WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
GENERATED = re.compile(r"(?i)(activity|gateway|event|flow|task|process|lane|message|error)_[a-z0-9]{7}$")
MAX_ID = 80
NAMED = FLOW_NODES | {"process", "lane", "message", "error"}

WANTED: dict[str, frozenset[str]] = {
    "messageRef": frozenset({"message"}),
    "errorRef": frozenset({"error"}),
    "processRef": frozenset({"process"}),
    "default": frozenset({"sequenceFlow"}),
    "attachedToRef": frozenset(ACTIVITIES),
    "dataObjectRef": frozenset({"dataObject"}),
    "categoryValueRef": frozenset({"categoryValue"}),
    "itemRef": frozenset({"itemDefinition"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "correlationKeyRef": frozenset({"correlationKey"}),
    "flowNodeRef": frozenset(FLOW_NODES),
    "incoming": frozenset({"sequenceFlow"}),
    "outgoing": frozenset({"sequenceFlow"}),
}
ENDS = ("sourceRef", "targetRef")
"""The kind of what these lead to depends on whose ends they are."""


def check(diagram: Diagram) -> Iterator[Problem]:
    """The ids and references of one file."""
    seen: set[str] = set()
    for node in diagram.standard():
        yield from _id(diagram, node, seen)
        for name in ENDS + tuple(WANTED):
            if node.get(name) is not None:
                yield from _reference(diagram, node, name, str(node.get(name)))
        if kind(node) in WANTED:
            yield from _reference(diagram, node.getparent(), kind(node), text_of(node))


def _id(diagram: Diagram, node: Any, seen: set[str]) -> Iterator[Problem]:
    name = node.get("id")
    if name is None:
        if kind(node) in NAMED | {"sequenceFlow"}:
            yield problem("id_missing", diagram.path, None, node.sourceline, kind=kind(node))
        return
    if name in seen:
        yield problem("id_twice", diagram.path, name, node.sourceline, name=name)
    seen.add(name)
    is_worded = WORDS.fullmatch(name) and not GENERATED.fullmatch(name) and len(name) <= MAX_ID
    if kind(node) in NAMED and not is_worded:
        yield problem("id_words", diagram.path, name, node.sourceline, name=name)


def _reference(diagram: Diagram, node: Any, attribute: str, name: str) -> Iterator[Problem]:
    target, wanted = diagram.by_id.get(name), WANTED.get(attribute)
    if wanted is None and kind(node) == "sequenceFlow":
        wanted = frozenset(FLOW_NODES)
    if target is None:
        yield problem("dangling", diagram.path, node.get("id"), node.sourceline, attribute=attribute, name=name)
    elif wanted is not None and kind(target) not in wanted:
        rule = "boundary_host" if attribute == "attachedToRef" else "reference_kind"
        yield problem(
            rule, diagram.path, node.get("id"), node.sourceline, attribute=attribute, name=name,
            wanted="flowNode" if wanted == FLOW_NODES else "/".join(sorted(wanted)),
        )  # fmt: skip
