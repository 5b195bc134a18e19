"""From a node of the diagram to its spec, one class for each kind of element, on SpiffWorkflow's task parser."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from app.engine.kernel.container_specs import Behaviour, GuardSpec, MultiInstanceSpec, Repetition
from app.engine.kernel.documents import Node, bpmn, text_of
from app.engine.kernel.element_specs import ElementSpec, PassSpec
from app.engine.kernel.event_definitions import DefinitionReader
from app.engine.kernel.expressions import RESERVED_NAMES, Formula
from app.engine.kernel.extensions import Place, read_decision, read_flow_element, read_service_task, read_user_task
from app.engine.kernel.loop_specs import Loop, LoopSpec, QuantitySpec
from app.engine.kernel.ports import read_ports

GUARD, INSTANCE, GATE = ":guard", ":instance", ":gate"
"""Endings of the names of hidden specs; no XML id can hold a colon."""

_DATA = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")

MAX_QUANTITY = 1_000


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

    takes_data = False
    """Whether data inputs and outputs of the standard are read here; elsewhere `ql:input` and `ql:output` say it."""

    def parse_node(self) -> ElementSpec:
        """Create the element's spec, with the repetition, the guard and the gate around it where they are drawn."""
        self.check()
        spec = self.create_task()
        element = self.read_element()
        self._settle(spec, element)
        spec = self._repeated(spec, element)
        spec.completion_quantity = self._quantity("completionQuantity")
        first = spec
        if self.place.document.boundary_events.get(self.bpmn_id):
            first = self._guard(spec)
            self._settle(first, element)
        quantity = self._quantity("startQuantity")
        if quantity > 1:
            gate = QuantitySpec(self.spec, self.bpmn_id + GATE, quantity=quantity, lane=self.lane)
            gate.connect(first)
            self._settle(gate, element)
        return spec

    def check(self) -> None:
        """Refuse what the kernel cannot run."""
        if not self.takes_data and any(self.node.find(bpmn(name)) is not None for name in _DATA):
            raise self.place.document.refuse(
                self.node, "its data inputs and outputs are not read", "Name them with ql:input and ql:output"
            )

    def _quantity(self, attribute: str) -> int:
        text = self.node.get(attribute, "1")
        if not text.isdigit() or not 0 < int(text) <= MAX_QUANTITY:
            reason = f"{attribute} {text!r} is no number from 1 to {MAX_QUANTITY}"
            raise self.place.document.refuse(self.node, reason, "Write a whole number of tokens")
        return int(text)

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

    def _repeated(self, spec: ElementSpec, element: Any) -> ElementSpec:
        many = self.node.find(bpmn("multiInstanceLoopCharacteristics"))
        loop = self.node.find(bpmn("standardLoopCharacteristics"))
        if many is not None and loop is not None:
            raise self.place.document.refuse(
                self.node, "it is both a loop and a multi-instance", "Choose one of the two markers"
            )
        if many is None and loop is None:
            return spec
        del self.spec.task_specs[spec.name]
        spec.name = self.bpmn_id + INSTANCE
        self.spec.task_specs[spec.name] = spec
        around: ElementSpec
        if loop is not None:
            around = LoopSpec(self.spec, self.bpmn_id, instance=spec.name, loop=self._loop(loop), lane=self.lane)
        else:
            around = MultiInstanceSpec(
                self.spec, self.bpmn_id, instance=spec.name, repetition=self._repetition(many), lane=self.lane
            )
        self._settle(around, element)
        return around

    def _loop(self, node: Node) -> Loop:
        text, condition = node.get("loopMaximum"), self._formula(node, "loopCondition")
        if text is not None and not text.isdigit():
            raise self.place.document.refuse(node, f"loopMaximum {text!r} is no number of rounds", "Write a number")
        if text is None and condition is None:
            raise self.place.document.refuse(node, "the loop never ends", "Give it a loopCondition or a loopMaximum")
        return Loop(condition, None if text is None else int(text), node.get("testBefore") == "true")

    def _behaviours(self, node: Node) -> tuple[Behaviour, ...]:
        """The events that are thrown for the instances (table 8.38)."""
        kind, reader = node.get("behavior", "All"), DefinitionReader(self.place, self.node)
        if kind == "All":
            return ()
        if kind in {"None", "One"}:
            reference = node.get(f"{kind.lower()}BehaviorEventRef", "").rpartition(":")[2]
            definition = self.place.document.by_id.get(reference)
            if definition is None:
                raise self.place.document.refuse(
                    node, f"behavior {kind} names no event", "Refer to an event definition"
                )
            return (Behaviour(reader.throw(definition), only_first=kind == "One"),)
        found = []
        for one in node.iterfind(bpmn("complexBehaviorDefinition")):
            event, condition = one.find(bpmn("event")), self._formula(one, "condition")
            throws = () if event is None else reader.throws(self.place.document.definitions(event))
            found += [Behaviour(throw, condition=condition) for throw in throws]
        return tuple(found)

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
            behaviours=self._behaviours(node),
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


class ScriptTaskParser(ElementParser):
    """A script task; its script is FEEL."""

    takes_data = True

    def create_task(self) -> ElementSpec:
        """With its script, and the variables behind its data inputs and outputs."""
        script = self.node.find(bpmn("script"))
        text = text_of(script)
        formula = self.place.formula(text, script) if text else None
        return self.new_spec(script=formula, ports=read_ports(self.place))


class PlainTaskParser(ElementParser):
    """A task that says nothing of what is done: it passes the token."""

    takes_data = True


class EventGatewayParser(ElementParser):
    """An event-based gateway; one that starts a process by several events at once is no race (§10.6.6)."""

    def create_task(self) -> ElementSpec:
        """A race, unless all of the events are needed."""
        if self.node.get("eventGatewayType") == "Parallel":
            return PassSpec(self.spec, self.bpmn_id, lane=self.lane, bpmn_name=self.node.get("name"))
        return self.new_spec()


class ComplexGatewayParser(ElementParser):
    """A complex gateway."""

    def create_task(self) -> ElementSpec:
        """With its activation condition."""
        spec = self.new_spec()
        spec.activation = self._formula(self.node, "activationCondition")
        return spec


class SubprocessParser(ElementParser):
    """An embedded subprocess, transaction or ad hoc subprocess."""

    def create_task(self) -> ElementSpec:
        """The spec, and that of its inside; an event subprocess is watched for in the scope around it."""
        inside = self.process_parser.read_subprocess(self.node, self.lane)
        if self.node.get("triggeredByEvent") == "true":
            self.process_parser.watch(self.node, self.lane)
        return self.new_spec(subworkflow_spec=inside)


class CallActivityParser(ElementParser):
    """A call activity; that the called process is there is checked when all files are read."""

    def create_task(self) -> ElementSpec:
        """With the mapping of `ql:call`, if it has one."""
        called = self.node.get("calledElement") or ""
        self.process_parser.note_call(self.node, called)
        call = self.place.extension("call")
        mapping = None if call is None else (self.place.mapping(call, "input"), self.place.mapping(call, "output"))
        return self.new_spec(subworkflow_spec=called, mapping=mapping)
