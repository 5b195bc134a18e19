"""Reads a decision table; everything that can be checked is checked here, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.dmn.hit_policies import POLICIES, Policy, collect
from app.dmn.table_run import Table, run_table
from app.dmn.xml_source import Element, attribute
from app.feel.compile_tests import always
from app.feel.name_book import normalize_name
from app.feel.nodes import AtLiteral, Embedded, Literal, Node, Tests, ValueTest
from app.feel.runtime import Code, TestCode

if TYPE_CHECKING:
    from app.dmn.boxed_expressions import Names, Reading

_AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    allowed: str
    element: Element


def read_table(reading: "Reading", element: Element, names: "Names") -> Node:
    """The table as one FEEL node."""
    source = reading.source
    inputs = [_input_column(reading, column) for column in source.children(element, "input")]
    outputs = [_output_column(reading, column) for column in source.children(element, "output")]
    rules = source.children(element, "rule")
    if not outputs:
        source.refuse(element, "the table has no output", "Add an output column")
    expressions = [_input_expression(reading, column, names) for column in inputs]
    allowed = [reading.parse_tests(column.element, column.allowed, names) for column in inputs]
    cells: list[Tests] = []
    for number, rule in enumerate(rules, 1):
        cells += _read_tests(reading, rule, inputs, names, number)
        expressions += _read_outputs(reading, rule, outputs, names, number)
    defaults = _read_defaults(reading, outputs, names)
    domains = [_domain(reading, column, names) for column in outputs]
    policy = _policy(reading, element, outputs, domains)
    keys = tuple(normalize_name(attribute(column.element, "name")) for column in outputs)
    if len(keys) > 1 and (len(set(keys)) < len(keys) or not all(keys)):
        source.refuse(element, "two outputs have no name of their own", "Name each output")
    parts = _Parts(
        reading.owner, inputs, len(outputs), keys, [attribute(rule, "id") for rule in rules], bool(defaults), policy
    )
    return Embedded((*expressions, *defaults), (*allowed, *cells), parts.make)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What turns the compiled cells into a table."""

    name: str
    inputs: list[_Column]
    width: int
    keys: tuple[str, ...]
    rule_ids: list[str]
    has_default: bool
    policy: Policy

    def make(self, codes: list[Code], tests: list[TestCode]) -> Code:
        count = len(self.inputs)
        outputs = _chunks(codes[count:], self.width)
        default = outputs.pop() if self.has_default else None
        # A cell with - always fits, so it is left out.
        rules = [
            tuple((place, test) for place, test in enumerate(row) if test is not always)
            for row in _chunks(tests[count:], count)
        ] or [()] * len(self.rule_ids)
        allowed = [(place, test) for place, test in enumerate(tests[:count]) if test is not always]
        table = Table(
            name=self.name,
            labels=tuple(column.label for column in self.inputs),
            inputs=tuple(codes[:count]),
            allowed=tuple(allowed),
            rules=tuple(rules),
            rule_ids=tuple(self.rule_ids),
            outputs=tuple(tuple(row) for row in outputs),
            keys=self.keys,
            default=None if default is None else tuple(default),
            policy=self.policy,
        )
        return run_table(table)


def _chunks(values: Sequence[Any], width: int) -> list[Sequence[Any]]:
    return [values[start : start + width] for start in range(0, len(values), width)] if width else []


def _input_column(reading: "Reading", element: Element) -> _Column:
    expression = reading.source.child(element, "inputExpression")
    if expression is None or not reading.source.text(expression):
        reading.source.refuse(element, "the input has no expression", "Say which value the column tests")
    allowed = reading.source.text(reading.source.child(element, "inputValues"))
    label = attribute(element, "label") or reading.source.text(expression)
    return _Column(label, allowed, element)


def _output_column(reading: "Reading", element: Element) -> _Column:
    allowed = reading.source.text(reading.source.child(element, "outputValues"))
    type_name = attribute(element, "typeRef")
    label = attribute(element, "label") or attribute(element, "name") or "output"
    reading.types.resolve(element, type_name)
    return _Column(label, allowed or reading.types.allowed_text(type_name), element)


def _input_expression(reading: "Reading", column: _Column, names: "Names") -> Node:
    expression = reading.source.child(column.element, "inputExpression")
    assert expression is not None, "checked when the column was read"
    reading.types.resolve(expression, attribute(expression, "typeRef"))
    return reading.parse(expression, reading.source.text(expression), names)


def _read_tests(reading: "Reading", rule: Element, columns: list[_Column], names: "Names", number: int) -> list[Tests]:
    cells = reading.source.children(rule, "inputEntry")
    if len(cells) != len(columns):
        reading.source.refuse(rule, f"it has {len(cells)} inputs for {len(columns)} columns", f"Fill row {number}")
    return [
        reading.parse_tests(cell, reading.source.text(cell), names, rule=number, column=column.label)
        for cell, column in zip(cells, columns, strict=True)
    ]


def _read_outputs(reading: "Reading", rule: Element, columns: list[_Column], names: "Names", number: int) -> list[Node]:
    cells = reading.source.children(rule, "outputEntry")
    if len(cells) != len(columns):
        reading.source.refuse(rule, f"it has {len(cells)} outputs for {len(columns)} columns", f"Fill row {number}")
    return [
        reading.parse(cell, reading.source.text(cell) or "null", names, rule=number, column=column.label)
        for cell, column in zip(cells, columns, strict=True)
    ]


def _read_defaults(reading: "Reading", columns: list[_Column], names: "Names") -> list[Node]:
    texts = [reading.source.text(reading.source.child(column.element, "defaultOutputEntry")) for column in columns]
    if not any(texts):
        return []
    if not all(texts):
        reading.source.refuse(columns[0].element, "not every output has a default", "Give all outputs one, or none")
    return [reading.parse(column.element, text, names) for column, text in zip(columns, texts, strict=True)]


def _domain(reading: "Reading", column: _Column, names: "Names") -> tuple[Any, ...]:
    """The allowed values of an output in their order, empty if they are not listed one by one."""
    if not column.allowed:
        return ()
    tests: Tests = reading.parse_tests(column.element, column.allowed, names)
    operands = [test.operand for test in tests.items if isinstance(test, ValueTest)]
    values = tuple(operand.value for operand in operands if isinstance(operand, Literal | AtLiteral))
    return values if len(values) == len(tests.items) and not tests.negated else ()


def _policy(reading: "Reading", element: Element, outputs: list[_Column], domains: list[tuple[Any, ...]]) -> Policy:
    name = attribute(element, "hitPolicy", "UNIQUE") or "UNIQUE"
    aggregation = attribute(element, "aggregation")
    if name in {"PRIORITY", "OUTPUT ORDER"} and not any(domains):
        reading.source.refuse(element, f"{name} needs the order of the outputs", "List the output values, best first")
    if name == "COLLECT" and aggregation:
        if aggregation not in _AGGREGATIONS:
            reading.source.refuse(element, f"the aggregation {aggregation} is unknown", "Use SUM, MIN, MAX or COUNT")
        if len(outputs) > 1 and aggregation != "COUNT":
            reading.source.refuse(element, "only one output can be aggregated", "Split the table")
        return collect(aggregation)
    if name not in POLICIES:
        reading.source.refuse(element, f"the hit policy {name} is unknown", f"Use one of {', '.join(POLICIES)}")
    return POLICIES[name](domains)
