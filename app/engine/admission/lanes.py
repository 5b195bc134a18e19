"""Lanes: each is a role, and each step lies in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.engine.admission.diagram import Diagram, child, children, kind, text_of
from app.engine.admission.elements import BPMN
from app.engine.admission.known import KnownNames
from app.engine.admission.problems import Problem, problem

PLACED = {"userTask", "subProcess", "startEvent"}
"""What must lie in a lane: what people do and begin; what lies in a subprocess shares its lane."""


def check(diagram: Diagram, known: KnownNames) -> Iterator[Problem]:
    """The lanes of one file."""
    placed: Counter[str] = Counter()
    for lane in diagram.root.iter(f"{{{BPMN}}}lane"):
        name = lane.get("id")
        if name not in known.roles:
            roles = ", ".join(sorted(known.roles))
            yield problem("lane_unknown", diagram.path, name, lane.sourceline, name=name, roles=roles)
        if child(lane, "childLaneSet") is None:
            placed.update(text_of(reference) for reference in children(lane, "flowNodeRef"))
    for scope in diagram.scopes:
        is_inner = scope.element not in diagram.processes
        for name, node in scope.nodes.items():
            if placed[name] > 1:
                yield problem("lane_twice", diagram.path, name, node.sourceline)
            if not placed[name] and not is_inner and kind(node) in PLACED:
                yield problem("lane_missing", diagram.path, name, node.sourceline)
