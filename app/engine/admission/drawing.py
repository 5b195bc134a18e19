"""The drawing: people work on what they see, so every node has a shape and every flow a line."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.admission.diagram import Diagram
from app.engine.admission.problems import Problem, problem

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"


def check(diagram: Diagram) -> Iterator[Problem]:
    """What is not drawn in one file."""
    shapes = {shape.get("bpmnElement") for shape in diagram.root.iter(f"{{{BPMNDI}}}BPMNShape")}
    lines = {edge.get("bpmnElement") for edge in diagram.root.iter(f"{{{BPMNDI}}}BPMNEdge")}
    for scope in diagram.scopes:
        for elements, drawn in ((scope.nodes.values(), shapes), (scope.flows, lines)):
            for element in elements:
                if element.get("id") not in drawn:
                    yield problem("not_drawn", diagram.path, element.get("id"), element.sourceline)
