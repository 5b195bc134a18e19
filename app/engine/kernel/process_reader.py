"""From diagram files to specs, on SpiffWorkflow's parsers: a process is read node by node, then flow by flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from app.engine.kernel.ad_hoc import AdHocSpec
from app.engine.kernel.documents import Document, Node, bpmn, local_name, text_of
from app.engine.kernel.element_parsers import GATE, GUARD
from app.engine.kernel.element_specs import ElementSpec, ProcessSpec
from app.engine.kernel.element_table import ACTIVITIES, ELEMENTS, NOT_ELEMENTS
from app.engine.kernel.event_parsers import WatchParser
from app.engine.kernel.event_specs import RaceSpec
from app.engine.kernel.extensions import Place
from app.engine.kernel.flow_reader import FlowReader
from app.engine.kernel.global_tasks import KINDS, as_process
from app.engine.kernel.undo import UndoSpec

MAX_LEVELS = 50
"""How deep subprocesses and calls may lie in each other."""


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
        """Take in a file; return the readers of its executable processes and global tasks."""
        nodes = [node for node in document.find_all("process") if node.get("isExecutable", "true") == "true"]
        nodes += [as_process(node) for node in document.root if node.tag in KINDS]
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
        self.typed_starts: list[ElementSpec] = []
        self.link_sources: list[tuple[str, str]] = []
        self.link_targets: list[tuple[str, str]] = []
        self.is_handler = node.get("triggeredByEvent") == "true"
        reader.levels[process_key] = max(level, reader.levels.get(process_key, 0))
        super().__init__(reader, node, None, {}, filename=document.file, lane=lane)

    def create_spec(self) -> ProcessSpec:
        """A process without the joins that the library adds."""
        name = self.process_key if self.node.tag == bpmn("process") else f"{self.process_key}/{self.bpmn_id}"
        if name in self.parser.specs:
            raise self.document.refuse(
                self.node, f"the id {self.bpmn_id!r} is used twice", "Give each process its own id"
            )
        kind = AdHocSpec if self._is_ad_hoc else ProcessSpec
        spec = self.parser.specs[name] = kind(name, self.process_key, self.document.file)
        spec.is_handler = self.is_handler
        undo = UndoSpec(spec, ":undo")
        undo.process_key = self.process_key
        return spec

    @property
    def _is_ad_hoc(self) -> bool:
        return bool(self.node.tag == bpmn("adHocSubProcess"))

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        """Read the nodes, then what lies on activities, then where it begins, then the flows."""
        here: dict[str, Node] = {}
        for node in self.node:
            if node.tag in ELEMENTS:
                self.parse_node(node)
                here[node.get("id", "")] = node
            elif node.tag not in NOT_ELEMENTS:
                raise self.document.refuse(
                    node, f"{local_name(node)} is not supported", "Draw it with supported elements"
                )
        flows = FlowReader(self.document, self.node, self.process_key, here)
        self._attach_boundary_events(here)
        self._begin(here, flows)
        flows.draw(self.spec.task_specs, self.entry)
        flows.link(self.link_sources, self.link_targets, self.spec.task_specs)
        flows.compensate(self.spec.task_specs, self.entry)
        if isinstance(self.spec, AdHocSpec):
            self._settle_ad_hoc(self.spec)

    def entry(self, name: str) -> Any:
        """What a token comes to first at an element: its gate, its frame, or itself."""
        specs = self.spec.task_specs
        return specs.get(name + GATE) or specs.get(name + GUARD) or specs[name]

    def _begin(self, here: dict[str, Node], flows: FlowReader) -> None:
        """Where a token begins: at the plain start event, else at what starts it, else wherever no flow leads."""
        start, typed = self.spec.start, self.typed_starts
        if len(start.outputs) > 1:
            raise self.document.refuse(self.node, "it has several plain start events", "Begin with one of them")
        if start.outputs:
            return
        if len(typed) > 1:
            race = RaceSpec(self.spec, ":starts")
            race.process_key, race.is_hidden = self.process_key, True
            start.connect(race)
            start = race
        for spec in typed:
            start.connect(spec)
        if not typed:
            self._begin_anywhere(here, flows)

    def _begin_anywhere(self, here: dict[str, Node], flows: FlowReader) -> None:
        reached = {flow.get("targetRef") for flow in flows.flows} | {name for _, name in self.link_targets}
        if any(node.tag == bpmn("endEvent") for node in here.values()):
            reached = set(here)  # with an end event there must be a start event (§10.5.3)
        for name, node in here.items():
            is_apart = node.get("isForCompensation") == "true" or node.get("triggeredByEvent") == "true"
            if name not in reached and not is_apart and node.tag != bpmn("boundaryEvent"):
                self.spec.start.connect(self.entry(name))
        if not self.spec.start.outputs:
            raise self.document.refuse(self.node, "it begins nowhere", "Begin with one plain start event")

    def _settle_ad_hoc(self, spec: AdHocSpec) -> None:
        condition = self.node.find(bpmn("completionCondition"))
        place = Place(self.document, self.node, self.process_key, None)
        spec.condition = None if condition is None else place.formula(text_of(condition), condition)
        spec.is_sequential = self.node.get("ordering") == "Sequential"
        spec.cancels_rest = self.node.get("cancelRemainingInstances", "true") == "true"

    def watch(self, node: Node, lane: str | None) -> None:
        """Watch for the start event of an event subprocess."""
        starts = list(node.iterfind(bpmn("startEvent")))
        if len(starts) != 1:
            raise self.document.refuse(
                node, "an event subprocess needs exactly one start event", "Begin it with the event it waits for"
            )
        WatchParser(self, None, starts[0], self.nsmap, lane=lane).parse_watch(node.get("id", ""))

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

    def _attach_boundary_events(self, here: dict[str, Node]) -> None:
        specs = self.spec.task_specs
        for event in self.node.iterfind(bpmn("boundaryEvent")):
            attached = event.get("attachedToRef", "")
            if attached not in here or here[attached].tag not in ACTIVITIES:
                raise self.document.refuse(
                    event, f"it is attached to no activity {attached!r}", "Attach it to an activity"
                )
            if attached + GUARD in specs and not self.document.is_compensation(event):
                specs[attached + GUARD].connect(specs[event.get("id", "")])
