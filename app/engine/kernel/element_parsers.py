"""From a node of the diagram to its spec, one class for each kind of element, on SpiffWorkflow's task parser."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from app.engine.kernel.container_specs import GuardSpec, MultiInstanceSpec, Repetition
from app.engine.kernel.documents import Node, bpmn, text_of
from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.expressions import RESERVED_NAMES, Formula
from app.engine.kernel.extensions import Place, read_decision, read_flow_element, read_service_task, read_user_task

GUARD, INSTANCE = ":guard", ":instance"
"""Endings of the names of hidden specs; no XML id can hold a colon."""

_UNSUPPORTED_CHILDREN = {
    "standardLoopCharacteristics": "Draw the loop with an exclusive gateway",
    "ioSpecification": "Name inputs and outputs with ql:input and ql:output",
    "dataInputAssociation": "Name inputs with ql:input",
    "dataOutputAssociation": "Name outputs with ql:output",
}


class ElementParser(TaskParser):  # type: ignore[misc]
    """Reads one node.

    Unlike the library's, it does not walk on along the flows: the process reader visits each node once and then draws
    the flows, so that the size of a diagram is not bounded by Python's stack, and the layout has no influence on the
    order of branches.
    """

    process_parser: Any
    spec: Any
    spec_class: type[ElementSpec]

    @property
    def place(self) -> Place:
        """The node with its document, process and lane."""
        return Place(self.process_parser.document, self.node, self.process_parser.process_key, self.lane)

    def parse_node(self) -> ElementSpec:
        """Create the element's spec, with the multi-instance and the guard around it where they are drawn."""
        self.check()
        spec = self.create_task()
        element = self.read_element()
        self._settle(spec, element)
        repetition = self.node.find(bpmn("multiInstanceLoopCharacteristics"))
        if repetition is not None:
            spec = self._repeat(spec, element, repetition)
        events = self.place.document.boundary_events.get(self.bpmn_id, ())
        if events:
            self._settle(self._guard(spec), element)
        return spec

    def check(self) -> None:
        """Refuse what the kernel cannot run."""
        for name, remedy in _UNSUPPORTED_CHILDREN.items():
            if self.node.find(bpmn(name)) is not None:
                raise self.place.document.refuse(self.node, f"{name} is not supported", remedy)

    def create_task(self) -> ElementSpec:
        """The spec of the element itself."""
        return self.new_spec()

    def new_spec(self, **more: Any) -> ElementSpec:
        """A spec of the class that goes with the tag."""
        return self.spec_class(self.spec, self.bpmn_id, lane=self.lane, bpmn_name=self.node.get("name"), **more)

    def read_element(self) -> Any:
        """What the rest of the engine wants to know of the element."""
        return read_flow_element(self.place)

    def _settle(self, spec: ElementSpec, element: Any) -> None:
        spec.bpmn_id = self.bpmn_id
        spec.element = element
        spec.process_key = self.process_parser.process_key

    def _guard(self, spec: ElementSpec) -> GuardSpec:
        guard = GuardSpec(self.spec, self.bpmn_id + GUARD, lane=self.lane)
        guard.connect(spec)  # the boundary events are connected with the flows
        return guard

    def _repeat(self, spec: ElementSpec, element: Any, node: Node) -> MultiInstanceSpec:
        del self.spec.task_specs[spec.name]
        spec.name = self.bpmn_id + INSTANCE
        self.spec.task_specs[spec.name] = spec
        around = MultiInstanceSpec(
            self.spec, self.bpmn_id, instance=spec.name, repetition=self._repetition(node), lane=self.lane
        )
        self._settle(around, element)
        return around

    def _repetition(self, node: Node) -> Repetition:
        items, cardinality = self._formula(node, "loopDataInputRef"), self._formula(node, "loopCardinality")
        if (items is None) == (cardinality is None):
            raise self.place.document.refuse(
                node, "it needs either loopDataInputRef or loopCardinality", "Give the list of items, or their number"
            )
        return Repetition(
            sequential=node.get("isSequential") == "true",
            items=items,
            cardinality=cardinality,
            item_name=self._variable(node.find(bpmn("inputDataItem"))),
            output_list=self._variable(node.find(bpmn("loopDataOutputRef"))),
            output_item=self._variable(node.find(bpmn("outputDataItem"))),
            condition=self._formula(node, "completionCondition"),
        )

    def _formula(self, parent: Node, name: str) -> Formula | None:
        node = parent.find(bpmn(name))
        return None if node is None else self.place.formula(text_of(node), node)

    def _variable(self, node: Node | None) -> str | None:
        if node is None:
            return None
        name = node.get("name") or node.get("id") or text_of(node)
        if not name or name in RESERVED_NAMES:
            raise self.place.document.refuse(node, f"{name!r} cannot be the name of a variable", "Choose another name")
        return name


class UserTaskParser(ElementParser):
    """A user task."""

    def read_element(self) -> Any:
        """With its lane, form, due time and people."""
        return read_user_task(self.place)


class ServiceTaskParser(ElementParser):
    """A service task."""

    def read_element(self) -> Any:
        """With its operation."""
        return read_service_task(self.place)


class DecisionParser(ElementParser):
    """A business rule task."""

    def read_element(self) -> Any:
        """With its decision."""
        return read_decision(self.place)


class SubprocessParser(ElementParser):
    """An embedded subprocess."""

    def check(self) -> None:
        """Refuse event subprocesses."""
        super().check()
        if self.node.get("triggeredByEvent") == "true":
            raise self.place.document.refuse(
                self.node, "event subprocesses are not supported", "Use a boundary event on a subprocess"
            )

    def create_task(self) -> ElementSpec:
        """The spec, and that of its inside."""
        return self.new_spec(subworkflow_spec=self.process_parser.read_subprocess(self.node, self.lane))


class CallActivityParser(ElementParser):
    """A call activity; that the called process is there is checked when all files are read."""

    def create_task(self) -> ElementSpec:
        """With the mapping of `ql:call`, if it has one."""
        called = self.node.get("calledElement") or ""
        self.process_parser.note_call(self.node, called)
        call = self.place.extension("call")
        mapping = None if call is None else (self.place.mapping(call, "input"), self.place.mapping(call, "output"))
        return self.new_spec(subworkflow_spec=called, mapping=mapping)
