"""Reads a DMN file into a model; every expression is compiled here, and what is not supported is refused."""

from collections.abc import Sequence
from typing import Any

from app.dmn.boxed_expressions import Names, Reading, read_expression_of, read_function
from app.dmn.errors import DmnReadError, UnreadableCellError
from app.dmn.graph import Item, linked, read_graph, required_order
from app.dmn.item_types import ItemTypes
from app.dmn.model import Decision, Input, Model, Step
from app.dmn.xml_source import Element, Source, attribute, describe, local
from app.feel.builtin_names import BUILTIN_NAMES
from app.feel.errors import FeelError, Undefined
from app.feel.expression import compile_node
from app.feel.nodes import Node
from app.feel.runtime import Code, Run
from app.feel.types import ANY, FeelType, coerce
from app.feel.values import FeelFunction

_KNOWN_ROOT_PARTS = {
    "description",
    "extensionElements",
    "itemDefinition",
    "decision",
    "inputData",
    "businessKnowledgeModel",
    "decisionService",
    "knowledgeSource",
    "textAnnotation",
    "association",
    "group",
    "elementCollection",
    "organizationUnit",
    "performanceIndicator",
}


def read_model(content: bytes, *, source: str = "", tolerant: bool = False) -> Model:
    """The model of a DMN 1.2 to 1.5 file; `source` names it in errors.

    `tolerant` is for foreign models: a decision that cannot be read becomes null instead of refusing the whole file.
    Raises DmnReadError.
    """
    return _ModelReader(Source(content, source), tolerant=tolerant).read()


class _ModelReader:
    def __init__(self, source: Source, *, tolerant: bool) -> None:
        self._source = source
        self._tolerant = tolerant
        for child in source.children(source.root):
            if local(child) not in _KNOWN_ROOT_PARTS and not _is_diagram(child):
                source.refuse(child, f"{local(child)} is not supported", "Put everything into one file without it")
        self._types = ItemTypes(source)
        self._items = read_graph(source)
        # What functions see: all functions of the model, themselves included, so that they may call each other.
        self._knowledge: dict[str, Any] = {}
        self._steps: dict[str, Step] = {}

    def read(self) -> Model:
        for item in self._of_kind("businessKnowledgeModel"):
            self._knowledge[item.name] = self._function(item)
        for item in self._of_kind("decision"):
            self._steps[item.id] = Step(item.name, self._decision_code(item), self._type_of(item))
        services = tuple(self._service(item) for item in self._of_kind("decisionService"))
        decisions = tuple(self._decision(item) for item in self._of_kind("decision"))
        return Model(attribute(self._source.root, "name"), self._source.name, decisions, services)

    def _of_kind(self, kind: str) -> list[Item]:
        return [item for item in self._items.values() if item.kind == kind]

    def _type_of(self, item: Item) -> FeelType:
        variable = self._source.child(item.element, "variable")
        return ANY if variable is None else self._types.resolve(variable, attribute(variable, "typeRef"))

    def _names(self, item: Item) -> Names:
        required = [self._items[each].name for each in (*item.inputs, *item.decisions, *item.knowledge)]
        return tuple(dict.fromkeys(required))

    def _reading(self, item: Item) -> Reading:
        return Reading(self._source, self._types, item.name)

    def _compile(self, item: Item, node: Node, names: Names) -> Code:
        try:
            code, free = compile_node(node, names, self._types.types)
        except FeelError as error:
            raise UnreadableCellError(
                error, source=self._source.name, element=describe(item.element), text=item.name
            ) from error
        unknown = sorted(free - set(names) - BUILTIN_NAMES)
        if unknown and not self._tolerant:
            self._source.refuse(
                item.element,
                f"it reads {', '.join(unknown)}, which it does not require",
                "Draw an information requirement, or put text in double quotes",
            )
        return code

    def _decision_code(self, item: Item) -> Code:
        try:
            names = self._names(item)
            return self._compile(item, read_expression_of(self._reading(item), item.element, names), names)
        except DmnReadError as error:
            if not self._tolerant:
                raise
            reason = str(error)
            return lambda run, _frame: run.null(reason)

    def _function(self, item: Item) -> Any:
        logic = self._source.child(item.element, "encapsulatedLogic")
        try:
            if logic is None:
                self._source.refuse(item.element, "it has no logic", "Write its function")
            names = (*self._names(item), item.name)
            code = self._compile(item, read_function(self._reading(item), logic, names), names)
        except DmnReadError:
            if not self._tolerant:
                raise
            return None
        function: FeelFunction = code(Run(self._knowledge), None)
        return _returning(function, self._type_of(item))

    def _decision(self, item: Item) -> Decision:
        order = required_order(self._source, item, self._items)
        return self._graph(item, order, self._inputs_of(order))

    def _inputs_of(self, order: Sequence[Item]) -> list[Item]:
        ids = dict.fromkeys(each for item in order for each in item.inputs)
        return [self._items[each] for each in ids]

    def _graph(self, item: Item, order: Sequence[Item], inputs: Sequence[Item], *more: Step) -> Decision:
        needed = {self._items[each].name for step in order for each in step.knowledge}
        knowledge = {name: self._knowledge[name] for name in needed if name in self._knowledge}
        return Decision(
            attribute(item.element, "id") or item.name,
            attribute(item.element, "name"),
            tuple(Input(each.name, self._type_of(each)) for each in inputs),
            (*(self._steps[each.id] for each in order), *more),
            knowledge,
        )

    def _service(self, item: Item) -> Decision:
        source, element = self._source, item.element
        inputs = [*linked(source, element, "inputData", self._items)]
        inputs += linked(source, element, "inputDecision", self._items)
        outputs = linked(source, element, "outputDecision", self._items)
        if not outputs:
            source.refuse(element, "the service has no output decision", "Place a decision into its upper part")
        given = frozenset(each.id for each in inputs)
        order: list[Item] = []
        for output in outputs:
            seen = given | {each.id for each in order}
            order += required_order(source, output, self._items, seen) if output.id not in seen else []
        last = Step(item.name, _outputs_code([each.name for each in outputs]), self._type_of(item))
        service = self._graph(item, order, inputs, last)
        self._knowledge[item.name] = _service_function(item.name, service)
        return service


def _is_diagram(element: Element) -> bool:
    return local(element) in {"DMNDI", "artifact"}


def _returning(function: FeelFunction, wanted: FeelType) -> FeelFunction:
    """The function with its result held to a type."""
    if wanted is ANY or wanted.accepts(function):
        return function

    def invoke(run: Any, arguments: Sequence[Any]) -> Any:
        return coerce(function.invoke(run, arguments), wanted)

    return FeelFunction(function.parameters, invoke, function.name)


def _outputs_code(names: list[str]) -> Code:
    if len(names) == 1:
        name = names[0]
        return lambda run, _frame: run.variables.get(name)
    return lambda run, _frame: {name: run.variables.get(name) for name in names}


def _service_function(name: str, service: Decision) -> FeelFunction:
    """The decision service as a function of its inputs."""

    def invoke(caller: Any, arguments: Sequence[Any]) -> Any:
        if len(arguments) != len(service.declared):
            raise Undefined(f"{name} takes {len(service.declared)} arguments, {len(arguments)} were given")
        variables: dict[str, Any] = dict(service.knowledge)
        for declared, value in zip(service.declared, arguments, strict=True):
            variables[declared.name] = coerce(value, declared.type)
        run: Run = caller.with_variables(variables)
        run.enter()
        result: Any = None
        try:
            for step in service.steps:
                result = variables[step.name] = coerce(step.code(run, None), step.type)
        finally:
            run.leave()
        return result

    return FeelFunction(service.inputs, invoke, name)
