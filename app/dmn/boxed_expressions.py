"""Translates boxed expressions into FEEL trees, so that one compiler serves both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.dmn.decision_table import read_table
from app.dmn.errors import UnreadableCellError
from app.dmn.item_types import ItemTypes
from app.dmn.typed import typed
from app.dmn.xml_source import Element, Source, attribute, describe, local
from app.feel.errors import FeelError
from app.feel.name_book import normalize_name
from app.feel.nodes import (
    Call,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    ListOf,
    Literal,
    NamedType,
    Node,
    Quantified,
)
from app.feel.parser import parse_expression, parse_unary_tests

MAX_DEPTH = 25
Names = tuple[str, ...]
_NOT_EXPRESSIONS = {
    "description",
    "question",
    "allowedAnswers",
    "variable",
    "informationRequirement",
    "knowledgeRequirement",
    "authorityRequirement",
    "supportedObjective",
    "impactedPerformanceIndicator",
    "decisionMaker",
    "decisionOwner",
    "usingProcess",
    "usingTask",
    "extensionElements",
    "formalParameter",
    "parameter",
    "encapsulatedLogic",
    "documentation",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read expressions: the file, its types, and the name of the table that they stand in.

    `foreign_names` are the names of what imported files hold, which stand in paths.
    """

    source: Source
    types: ItemTypes
    owner: str
    foreign_names: Names = ()

    def parse(self, element: Element, text: str, names: Names, *, rule: int = 0, column: str = "") -> Node:
        """The tree of a FEEL text; raises UnreadableCellError."""
        try:
            return parse_expression(
                text, (*names, *self.types.component_names, *self.foreign_names), tuple(self.types.types)
            )
        except FeelError as error:
            raise self.unreadable(error, element, text, rule, column) from error

    def parse_tests(self, element: Element, text: str, names: Names, *, rule: int = 0, column: str = "") -> Any:
        """The tests of a cell; raises UnreadableCellError."""
        try:
            return parse_unary_tests(
                text or "-", (*names, *self.types.component_names, *self.foreign_names), tuple(self.types.types)
            )
        except FeelError as error:
            raise self.unreadable(error, element, text, rule, column) from error

    def unreadable(self, error: FeelError, element: Element, text: str, rule: int, column: str) -> UnreadableCellError:
        """The refusal of a text in the file."""
        place = f"table {self.owner}" if rule else f"{self.owner}, {describe(element)}"
        return UnreadableCellError(error, source=self.source.name, element=place, text=text, rule=rule, column=column)


def read_expression_of(reading: Reading, parent: Element, names: Names, depth: int = 0) -> Node:
    """The one expression inside an element; refused if there is none or more."""
    found = [child for child in reading.source.children(parent) if local(child) not in _NOT_EXPRESSIONS]
    if len(found) != 1:
        reading.source.refuse(parent, f"{len(found)} expressions where one belongs", "Give it exactly one expression")
    return read_expression(reading, found[0], names, depth + 1)


def read_expression(reading: Reading, element: Element, names: Names, depth: int = 0) -> Node:
    """The tree of a boxed expression."""
    if depth > MAX_DEPTH:
        reading.source.refuse(element, f"boxes nest deeper than {MAX_DEPTH}", "Move a part into a decision of its own")
    reader = _READERS.get(local(element))
    if reader is None:
        reading.source.refuse(element, f"{local(element)} is not supported", "Use a table or a literal expression")
    node = reader(reading, element, names, depth)
    type_name = attribute(element, "typeRef")
    if not type_name or local(element) == "functionDefinition":
        return node
    return typed(node, reading.types.resolve(element, type_name))


def _read_literal(reading: Reading, element: Element, names: Names, _depth: int) -> Node:
    language = attribute(element, "expressionLanguage").lower()
    if language and "feel" not in language and "/dmn/" not in language:
        reading.source.refuse(element, f"the language {language} is not run here", "Write the expression in FEEL")
    if reading.source.child(element, "importedValues") is not None:
        reading.source.refuse(element, "imported values are not supported", "Write the values as FEEL")
    text = reading.source.text(element)
    return reading.parse(element, text, names) if text else Literal(None)


def _read_context(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    entries: list[tuple[str, Node]] = []
    for entry in reading.source.children(element, "contextEntry"):
        variable = reading.source.child(entry, "variable")
        if variable is None:
            return ContextOf(tuple(entries), read_expression_of(reading, entry, names, depth))
        name = normalize_name(attribute(variable, "name"))
        # A function may call itself by its name.
        value = read_expression_of(reading, entry, (*names, name), depth)
        entries.append((name, typed(value, reading.types.resolve(variable, attribute(variable, "typeRef")))))
        names = (*names, name)
    return ContextOf(tuple(entries))


def _read_invocation(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    callees = [child for child in reading.source.children(element) if local(child) != "binding"]
    if not callees:
        reading.source.refuse(element, "the invocation names no function", "Name the function that it calls")
    bindings = reading.source.children(element, "binding")
    parameters: list[str] = []
    arguments: list[Node] = []
    for binding in bindings:
        parameter = reading.source.child(binding, "parameter")
        if parameter is None:
            reading.source.refuse(binding, "the binding names no parameter", "Name the parameter")
        parameters.append(normalize_name(attribute(parameter, "name")))
        arguments.append(read_expression_of(reading, binding, names, depth))
    function = read_expression(reading, callees[0], names, depth + 1)
    return Call(function, tuple(arguments), tuple(parameters) if parameters else None)


def read_function(reading: Reading, element: Element, names: Names, depth: int = 0) -> FunctionOf:
    """A function definition, also the encapsulated logic of a business knowledge model."""
    kind = attribute(element, "kind", "FEEL") or "FEEL"
    if kind != "FEEL":
        reading.source.refuse(element, f"functions of kind {kind} are not run here", "Write the function in FEEL")
    parameters = [
        (normalize_name(attribute(parameter, "name")), _type_node(reading, parameter))
        for parameter in reading.source.children(element, "formalParameter")
    ]
    inner = (*names, *(name for name, _ in parameters))
    body = read_expression_of(reading, element, inner, depth)
    return FunctionOf(tuple(parameters), body, _type_node(reading, element))


def _type_node(reading: Reading, element: Element) -> Node | None:
    type_name = attribute(element, "typeRef").removeprefix("feel:")
    reading.types.resolve(element, type_name)
    return NamedType(normalize_name(type_name)) if type_name else None


def _read_relation(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    columns = [normalize_name(attribute(column, "name")) for column in reading.source.children(element, "column")]
    rows: list[Node] = []
    for row in reading.source.children(element, "row"):
        cells = [read_expression(reading, cell, names, depth + 1) for cell in reading.source.children(row)]
        if len(cells) != len(columns):
            reading.source.refuse(row, "the row has not one cell per column", "Fill the row")
        rows.append(ContextOf(tuple(zip(columns, cells, strict=True))))
    return ListOf(tuple(rows))


def _read_list(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    items = reading.source.children(element)
    return ListOf(tuple(read_expression(reading, item, names, depth + 1) for item in items))


def _part(reading: Reading, element: Element, name: str, names: Names, depth: int) -> Node:
    child = reading.source.child(element, name)
    if child is None:
        reading.source.refuse(element, f"its part {name!r} is missing", f"Add {name}")
    return read_expression_of(reading, child, names, depth)


def _read_conditional(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    condition, then, otherwise = (_part(reading, element, name, names, depth) for name in ("if", "then", "else"))
    return If(condition, then, otherwise)


def _read_filter(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    base = _part(reading, element, "in", names, depth)
    return Filter(base, _part(reading, element, "match", (*names, "item"), depth))


def _read_for(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    variable = normalize_name(attribute(element, "iteratorVariable"))
    domain = _part(reading, element, "in", names, depth)
    return For(((variable, domain),), _part(reading, element, "return", (*names, variable, "partial"), depth))


def _read_quantified(reading: Reading, element: Element, names: Names, depth: int) -> Node:
    variable = normalize_name(attribute(element, "iteratorVariable"))
    domain = _part(reading, element, "in", names, depth)
    condition = _part(reading, element, "satisfies", (*names, variable), depth)
    return Quantified(local(element), ((variable, domain),), condition)


def _read_table(reading: Reading, element: Element, names: Names, _depth: int) -> Node:
    return read_table(reading, element, names)


_READERS: dict[str, Callable[[Reading, Element, Names, int], Node]] = {
    "literalExpression": _read_literal,
    "context": _read_context,
    "invocation": _read_invocation,
    "functionDefinition": read_function,
    "relation": _read_relation,
    "list": _read_list,
    "conditional": _read_conditional,
    "filter": _read_filter,
    "for": _read_for,
    "some": _read_quantified,
    "every": _read_quantified,
    "decisionTable": _read_table,
}
