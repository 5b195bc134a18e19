"""From sequence flows, links and compensation associations to connections between specs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.engine.kernel.complex_gateway import ComplexSpec
from app.engine.kernel.documents import Document, Node, bpmn, text_of
from app.engine.kernel.element_specs import EndSpec, ErrorEndSpec, Split
from app.engine.kernel.event_specs import BoundarySpec, CatchSpec, RaceSpec
from app.engine.kernel.extensions import Place
from app.engine.kernel.gateway_specs import BranchingSpec, ParallelSpec

_BEGINS = {bpmn("startEvent"), bpmn("boundaryEvent")}


class FlowReader:
    """Draws what connects the elements of one process or subprocess."""

    def __init__(self, document: Document, node: Node, process_key: str, nodes: dict[str, Node]) -> None:
        """Take the document, the process's node and its key, and the nodes in it by their ids."""
        self.document, self.node, self.process_key, self.nodes = document, node, process_key, nodes
        self.flows = list(node.iterfind(bpmn("sequenceFlow")))

    def draw(self, specs: dict[str, Any], entry: Callable[[str], Any]) -> None:
        """Connect the elements.

        Args:
            specs: the elements by their ids.
            entry: gives what a token comes to first at an element: its gate, its frame, or itself.
        """
        for flow in self.flows:
            source, target = specs.get(flow.get("sourceRef", "")), specs.get(flow.get("targetRef", ""))
            if source is None or target is None or {source.name, target.name} - self.nodes.keys():
                raise self.document.refuse(flow, "the flow does not lead from an element to an element", "Draw it anew")
            self._check(flow, source, target)
            self._connect(flow, source, entry(target.name))

    def _check(self, flow: Node, source: Any, target: Any) -> None:
        if self.nodes[source.name].tag == bpmn("endEvent"):
            raise self.document.refuse(flow, "a flow leads out of an end event", "Let the flow begin before it")
        if self.nodes[target.name].tag in _BEGINS:
            raise self.document.refuse(
                flow, "a flow leads into an event that begins a path", "Let the flow lead behind it"
            )
        for spec in (source, target):
            node = self.nodes[spec.name]
            if node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true":
                raise self.document.refuse(
                    flow, "event subprocesses and compensation handlers have no flows", "Take the flow away"
                )

    def _connect(self, flow: Node, source: Any, target: Any) -> None:
        condition = flow.find(bpmn("conditionExpression"))
        source.connect(target)
        if isinstance(source, BranchingSpec):
            self._branch(flow, condition, source, target)
        elif isinstance(source, ParallelSpec):
            return  # a parallel gateway asks no conditions (§13.4.1)
        elif isinstance(source, RaceSpec | CatchSpec | BoundarySpec | EndSpec | ErrorEndSpec) and condition is not None:
            raise self.document.refuse(
                flow, "a condition has no effect here", "Put an exclusive gateway before the flow"
            )
        elif self._is_split(source.name):
            self._split(flow, condition, source, target)

    def _is_split(self, name: str) -> bool:
        return self.nodes[name].get("default") is not None or any(
            flow.get("sourceRef") == name and flow.find(bpmn("conditionExpression")) is not None for flow in self.flows
        )

    def _split(self, flow: Node, condition: Node | None, source: Any, target: Any) -> None:
        if source.split is None:
            source.split = Split(self.process_key, source.name)
        if self.nodes[source.name].get("default") == flow.get("id"):
            source.split.default = target.name
        elif condition is None:
            source.split.always.append(target.name)
        else:
            source.split.branches.append((self._formula(flow, condition, source), target.name))

    def _branch(self, flow: Node, condition: Node | None, source: BranchingSpec, target: Any) -> None:
        gateway = self.nodes[source.bpmn_id]
        is_only = sum(one.get("sourceRef") == source.bpmn_id for one in self.flows) == 1
        if gateway.get("default", "") == flow.get("id") or (is_only and condition is None):
            source.default = target.name
        elif condition is not None:
            source.branches.append((self._formula(flow, condition, source), target.name))
        elif isinstance(source, ComplexSpec):
            source.always.append(target.name)
        else:
            raise self.document.refuse(
                flow, "the flow has neither a condition nor is it the default", "Write a condition"
            )

    def _formula(self, flow: Node, condition: Node, source: Any) -> Any:
        place = Place(self.document, self.nodes[source.name], self.process_key, None)
        return place.formula(text_of(condition), flow)

    def link(self, sources: list[tuple[str, str]], targets: list[tuple[str, str]], specs: dict[str, Any]) -> None:
        """Connect link events of one name: several throw, one catches."""
        by_name: dict[str, str] = {}
        for name, target in targets:
            if name in by_name:
                raise self.document.refuse(self.nodes[target], f"two links are named {name!r}", "Name them apart")
            by_name[name] = target
        for name, source in sources:
            if name not in by_name:
                raise self.document.refuse(self.nodes[source], f"no link is named {name!r}", "Draw where it goes on")
            specs[source].connect(specs[by_name[name]])

    def compensate(self, specs: dict[str, Any], entry: Callable[[str], Any]) -> None:
        """Give each activity the handler that an association leads to from its compensation event."""
        ends = [(one.get("sourceRef"), one.get("targetRef")) for one in self.document.find_all("association")]
        for event in self.node.iterfind(bpmn("boundaryEvent")):
            if not self.document.is_compensation(event):
                continue
            name, host = event.get("id"), event.get("attachedToRef", "")
            handlers = [two if one == name else one for one, two in ends if name in {one, two}]
            found = [self.nodes[one] for one in handlers if one in self.nodes]
            if len(found) != 1 or found[0].get("isForCompensation") != "true":
                raise self.document.refuse(
                    event, "it leads to no compensation handler", "Associate it with one activity for compensation"
                )
            if host not in specs:
                raise self.document.refuse(event, f"it is attached to no activity {host!r}", "Attach it to an activity")
            specs[host].handler = entry(found[0].get("id", "")).name
