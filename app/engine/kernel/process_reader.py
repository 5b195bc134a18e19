"""From diagram files to specs, on SpiffWorkflow's parsers: a process is read node by node, then flow by flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from app.engine.kernel.container_specs import CallSpec, SubprocessSpec
from app.engine.kernel.documents import Document, Node, bpmn, local_name, text_of
from app.engine.kernel.element_parsers import (
    GUARD,
    CallActivityParser,
    DecisionParser,
    ElementParser,
    ServiceTaskParser,
    SubprocessParser,
    UserTaskParser,
)
from app.engine.kernel.element_specs import (
    DecisionSpec,
    EndSpec,
    ErrorEndSpec,
    PassSpec,
    ProcessSpec,
    ServiceTaskSpec,
    UserTaskSpec,
)
from app.engine.kernel.event_parsers import (
    BoundaryEventParser,
    CatchEventParser,
    EndEventParser,
    ReceiveTaskParser,
    StartEventParser,
    ThrowEventParser,
)
from app.engine.kernel.event_specs import BoundarySpec, CatchSpec, RaceSpec
from app.engine.kernel.extensions import Place
from app.engine.kernel.gateway_specs import BranchingSpec, ExclusiveSpec, InclusiveSpec, ParallelSpec

ELEMENTS: dict[str, tuple[type[ElementParser], type]] = {
    bpmn("startEvent"): (StartEventParser, PassSpec),
    bpmn("endEvent"): (EndEventParser, EndSpec),
    bpmn("intermediateThrowEvent"): (ThrowEventParser, PassSpec),
    bpmn("intermediateCatchEvent"): (CatchEventParser, CatchSpec),
    bpmn("boundaryEvent"): (BoundaryEventParser, BoundarySpec),
    bpmn("receiveTask"): (ReceiveTaskParser, CatchSpec),
    bpmn("userTask"): (UserTaskParser, UserTaskSpec),
    bpmn("serviceTask"): (ServiceTaskParser, ServiceTaskSpec),
    bpmn("businessRuleTask"): (DecisionParser, DecisionSpec),
    bpmn("exclusiveGateway"): (ElementParser, ExclusiveSpec),
    bpmn("parallelGateway"): (ElementParser, ParallelSpec),
    bpmn("inclusiveGateway"): (ElementParser, InclusiveSpec),
    bpmn("eventBasedGateway"): (ElementParser, RaceSpec),
    bpmn("subProcess"): (SubprocessParser, SubprocessSpec),
    bpmn("callActivity"): (CallActivityParser, CallSpec),
}

_ACTIVITIES = frozenset(
    map(bpmn, ("userTask", "serviceTask", "businessRuleTask", "receiveTask", "subProcess", "callActivity"))
)

MAX_LEVELS = 50
"""How deep subprocesses and calls may lie in each other."""

_NOT_ELEMENTS = frozenset(
    map(
        bpmn,
        (
            "documentation",
            "extensionElements",
            "laneSet",
            "sequenceFlow",
            "textAnnotation",
            "association",
            "group",
            "incoming",
            "outgoing",
            "correlationSubscription",
            "property",
            "multiInstanceLoopCharacteristics",
            "dataObject",
            "dataObjectReference",
            "category",
            "auditing",
            "monitoring",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call activity that has been read."""

    document: Document
    node: Node
    caller: str
    called: str
    level: int
    """In how many subprocesses it lies."""


class DiagramReader(BpmnParser):  # type: ignore[misc]
    """All files of a bundle; what is known in one file is never mixed up with another file's ids."""

    def __init__(self) -> None:
        super().__init__()
        self.specs: dict[str, ProcessSpec] = {}
        self.calls: list[Call] = []
        self.levels: dict[str, int] = {}
        """How many subprocesses lie in each other, by process key."""

    def add_document(self, document: Document) -> list[ProcessReader]:
        """Take in a file; return the readers of its executable processes."""
        nodes = [node for node in document.find_all("process") if node.get("isExecutable", "true") == "true"]
        return [ProcessReader(self, document, node, node.get("id", "")) for node in nodes]


class ProcessReader(ProcessParser):  # type: ignore[misc]
    """One process or embedded subprocess."""

    def __init__(
        self,
        reader: DiagramReader,
        document: Document,
        node: Node,
        process_key: str,
        *,
        lane: str | None = None,
        level: int = 0,
    ) -> None:
        self.document, self.process_key, self.level = document, process_key, level
        reader.levels[process_key] = max(level, reader.levels.get(process_key, 0))
        super().__init__(reader, node, None, {}, filename=document.file, lane=lane)

    def create_spec(self) -> ProcessSpec:
        """A process without the joins that the library adds."""
        name = self.process_key if self.node.tag == bpmn("process") else f"{self.process_key}/{self.bpmn_id}"
        if name in self.parser.specs:
            raise self.document.refuse(
                self.node, f"the id {self.bpmn_id!r} is used twice", "Give each process its own id"
            )
        spec = self.parser.specs[name] = ProcessSpec(name, self.process_key, self.document.file)
        return spec

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        """Read the nodes, then the boundary events' frames, then the flows."""
        for node in self.node:
            if node.tag in ELEMENTS:
                self.parse_node(node)
            elif node.tag not in _NOT_ELEMENTS:
                raise self.document.refuse(
                    node, f"{local_name(node)} is not supported", "Draw it with supported elements"
                )
        if len(self.spec.start.outputs) != 1:
            raise self.document.refuse(
                self.node, "it needs exactly one start event", "Begin with one plain start event"
            )
        self._attach_boundary_events()
        self._draw_flows()

    def parse_node(self, node: Node) -> Any:
        """Create the spec of one node."""
        parser, spec_class = ELEMENTS[node.tag]
        if not node.get("id") or node.get("id") in self.spec.task_specs:
            raise self.document.refuse(node, "its id is missing or used twice", "Give each element its own id")
        lane = self.document.lanes.get(node.get("id", "")) or self.lane
        return parser(self, spec_class, node, self.nsmap, lane=lane).parse_node()

    def read_subprocess(self, node: Node, lane: str | None) -> str:
        """Read an embedded subprocess; return its name."""
        if self.level == MAX_LEVELS:
            raise self.document.refuse(
                node, f"more than {MAX_LEVELS} subprocesses lie in each other", "Nest less deeply"
            )
        inside = ProcessReader(self.parser, self.document, node, self.process_key, lane=lane, level=self.level + 1)
        return str(inside.get_spec().name)

    def note_call(self, node: Node, called: str) -> None:
        """Remember a call, to be checked when all files are read."""
        self.parser.calls.append(Call(self.document, node, self.process_key, called, self.level))

    def _attach_boundary_events(self) -> None:
        specs = self.spec.task_specs
        for event in self.node.iterfind(bpmn("boundaryEvent")):
            attached = event.get("attachedToRef", "")
            if attached + GUARD not in specs or self.nodes_by_id[attached].tag not in _ACTIVITIES:
                raise self.document.refuse(
                    event, f"it is attached to no activity {attached!r}", "Attach it to an activity"
                )
            specs[attached + GUARD].connect(specs[event.get("id", "")])

    def _draw_flows(self) -> None:
        specs = self.spec.task_specs
        for flow in self.node.iterfind(bpmn("sequenceFlow")):
            source, target = specs.get(flow.get("sourceRef", "")), specs.get(flow.get("targetRef", ""))
            if source is None or target is None:
                raise self.document.refuse(flow, "the flow does not lead from an element to an element", "Draw it anew")
            self._connect(flow, source, specs.get(target.name + GUARD, target))

    def _connect(self, flow: Node, source: Any, target: Any) -> None:
        if isinstance(source, EndSpec | ErrorEndSpec):
            raise self.document.refuse(flow, "a flow leads out of an end event", "Let the flow begin before it")
        if isinstance(target, BoundarySpec) or target in self.spec.start.outputs:
            raise self.document.refuse(
                flow, "a flow leads into an event that begins a path", "Let the flow lead behind it"
            )
        condition = flow.find(bpmn("conditionExpression"))
        source.connect(target)
        if isinstance(source, BranchingSpec):
            self._branch(flow, condition, source, target)
        elif condition is not None:
            raise self.document.refuse(
                flow, "a condition has no effect here", "Put an exclusive gateway before the flow"
            )
        elif len(source.outputs) > 1 and not isinstance(source, ParallelSpec | RaceSpec):
            raise self.document.refuse(
                flow, f"{source.bpmn_id} has several outgoing flows", "Split with a parallel gateway"
            )

    def _branch(self, flow: Node, condition: Node | None, source: BranchingSpec, target: Any) -> None:
        gateway = self.nodes_by_id[source.bpmn_id]
        is_only = len(self.get_outgoing_sequence_flows(source.bpmn_id)) == 1
        if gateway.get("default", "") == flow.get("id") or (is_only and condition is None):
            source.default = target.name
        elif condition is None:
            raise self.document.refuse(
                flow, "the flow has neither a condition nor is it the default", "Write a condition"
            )
        else:
            formula = Place(self.document, gateway, self.process_key, None).formula(text_of(condition), flow)
            source.branches.append((formula, target.name))
