"""Compiles what one file holds: its functions, decisions and decision services."""

from collections.abc import Sequence
from typing import Any

from app.dmn.boxed_expressions import Names, Reading, read_expression_of, read_function
from app.dmn.decision_functions import function_as_decision, outputs_code, returning, service_function
from app.dmn.errors import DmnReadError, UnreadableCellError
from app.dmn.graph import Item, linked, required_order
from app.dmn.imports import Home
from app.dmn.item_types import ItemTypes
from app.dmn.model import Decision, Imported, Input, Step
from app.dmn.xml_source import attribute, describe
from app.feel.builtin_names import BUILTIN_NAMES
from app.feel.errors import FeelError
from app.feel.expression import compile_node
from app.feel.nodes import Node
from app.feel.runtime import Code, Run
from app.feel.types import ANY, FeelType
from app.feel.values import FeelFunction


class ModelFile:
    """One file among those of a model; `knowledge` is what its functions see, themselves and imports included."""

    def __init__(
        self,
        home: Home,
        items: dict[str, Item],
        steps: dict[str, Step],
        imported: Sequence["ModelFile"],
        *,
        tolerant: bool,
    ) -> None:
        self.home = home
        self._source = home.source
        self._items = items
        self._steps = steps
        self._imported = imported
        self._tolerant = tolerant
        below = {_import_name(home, each.home): each.types for each in imported}
        self.types: ItemTypes = ItemTypes(home.source, below)
        self.knowledge: dict[str, Any] = {}
        for each in imported:
            name = _import_name(home, each.home)
            self.knowledge.update({name: each.knowledge} if name else each.knowledge)
        self._read()

    def _read(self) -> None:
        for item in self._of_kind("businessKnowledgeModel"):
            self.knowledge[item.name] = self._function(item)
        for item in self._of_kind("decision"):
            self._steps[item.id] = Step(item.name, self._decision_code(item), self._type_of(item), item.space)
        self.services = [self._service(item) for item in self._of_kind("decisionService")]

    def decisions(self) -> tuple[Decision, ...]:
        """All decisions of the file."""
        return tuple(self._decision(item) for item in self._of_kind("decision"))

    def function_decisions(self) -> tuple[Decision, ...]:
        """All business knowledge models of the file, to be asked like decisions."""
        found = [(item, self.knowledge[item.name]) for item in self._of_kind("businessKnowledgeModel")]
        return tuple(
            function_as_decision(attribute(item.element, "id"), item.name, function)
            for item, function in found
            if function is not None
        )

    def _of_kind(self, kind: str) -> list[Item]:
        return [item for item in self._items.values() if item.kind == kind and item.home is self.home]

    def _type_of(self, item: Item) -> FeelType:
        if item.home is not self.home:
            return next((f.type_in_import(item) for f in self._imported if f.holds(item)), ANY)
        variable = self._source.child(item.element, "variable")
        return ANY if variable is None else self.types.resolve(variable, attribute(variable, "typeRef"))

    def holds(self, item: Item) -> bool:
        """Whether the item stands in this file or in one that it imports."""
        return item.home is self.home or any(each.holds(item) for each in self._imported)

    def type_in_import(self, item: Item) -> FeelType:
        """The declared type of an item of this file or of one below."""
        return self._type_of(item)

    def _names(self, item: Item) -> Names:
        required = [self._items[each] for each in (*item.inputs, *item.decisions, *item.knowledge)]
        own = [each.name for each in required if each.space == item.space]
        imports = [_import_name(self.home, each.home) for each in self._imported]
        return tuple(dict.fromkeys([*own, *filter(None, imports)]))

    def _reading(self, item: Item) -> Reading:
        foreign = {each.name for each in self._items.values() if each.home is not self.home and self.holds(each)}
        return Reading(self._source, self.types, item.name, tuple(sorted(foreign)))

    def _compile(self, item: Item, node: Node, names: Names) -> Code:
        try:
            code, free = compile_node(node, names, self.types.types)
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
        function: FeelFunction = code(Run(self.knowledge), None)
        return returning(function, self._type_of(item))

    def _decision(self, item: Item) -> Decision:
        order = required_order(item, self._items)
        return self._graph(item, order, self._inputs_of(order))

    def _inputs_of(self, order: Sequence[Item]) -> list[Item]:
        ids = dict.fromkeys(each for item in order for each in item.inputs)
        return [self._items[each] for each in ids]

    def _graph(self, item: Item, order: Sequence[Item], inputs: Sequence[Item], *more: Step) -> Decision:
        needed = {self._items[each].name for step in order for each in step.knowledge}
        needed |= {name for each in self._imported if not _import_name(self.home, each.home) for name in each.knowledge}
        knowledge = {name: self.knowledge[name] for name in needed if name in self.knowledge}
        return Decision(
            attribute(item.element, "id") or item.name,
            attribute(item.element, "name"),
            tuple(Input(each.name, self._type_of(each), each.space) for each in inputs),
            (*(self._steps[each.id] for each in order), *more),
            knowledge,
            self.home.space,
            tuple(self._lent()),
        )

    def _lent(self) -> list[Imported]:
        """What all files below lend, those above before those below them."""
        return [
            lent
            for each in self._imported
            for lent in (Imported(each.home.space, each.knowledge), *each._lent())  # noqa: SLF001 - its own kind
        ]

    def _service(self, item: Item) -> Decision:
        inputs = [*linked(item, "inputData", self._items), *linked(item, "inputDecision", self._items)]
        outputs = linked(item, "outputDecision", self._items)
        if not outputs:
            self._source.refuse(
                item.element, "the service has no output decision", "Place a decision into its upper part"
            )
        given = frozenset(each.id for each in inputs)
        order: list[Item] = []
        for output in outputs:
            seen = given | {each.id for each in order}
            order += required_order(output, self._items, seen) if output.id not in seen else []
        last = Step(item.name, outputs_code([each.name for each in outputs]), self._type_of(item), item.space)
        service = self._graph(item, order, inputs, last)
        self.knowledge[item.name] = service_function(item.name, service)
        return service


def _import_name(importing: Home, imported: Home) -> str:
    """The name of an import, "" if its elements count as the importing file's own."""
    return imported.space[-1] if len(imported.space) > len(importing.space) else ""
