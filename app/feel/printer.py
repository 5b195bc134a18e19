"""Writes a tree as FEEL text, with as few brackets as its meaning needs; the text is read as the same tree."""

import re
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from typing import Any

from app.feel.keywords import KEYWORDS
from app.feel.nodes import (
    AtLiteral,
    Between,
    Call,
    Chain,
    Comparison,
    ContextOf,
    ContextType,
    Filter,
    For,
    FunctionOf,
    FunctionType,
    If,
    In,
    InstanceOf,
    ListOf,
    ListType,
    Literal,
    Logic,
    Name,
    NamedType,
    Negation,
    Node,
    OperatorTest,
    Path,
    Quantified,
    RangeOf,
    RangeType,
    Span,
    Tests,
    ValueTest,
)
from app.feel.parser import parse_expression, parse_unary_tests
from app.feel.value_text import quote

# How strongly a form binds; what binds weaker than its surroundings gets brackets.
_OPEN, _OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _UNARY, _POSTFIX = range(9)
_CHAIN_RANKS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}
_FIXED_RANKS: dict[type[Node], int] = {
    If: _OPEN,
    For: _OPEN,
    Quantified: _OPEN,
    FunctionOf: _OPEN,
    Comparison: _COMPARE,
    Between: _COMPARE,
    In: _COMPARE,
    Negation: _UNARY,
    InstanceOf: _UNARY,
}
_PLAIN_KEY = re.compile(r"[^\W\d]\w*", re.ASCII)


def format_expression(text: str, names: Collection[str] = ()) -> str:
    """The expression in the printer's layout; raises FeelSyntaxError or FeelLimitError if it cannot be read."""
    return print_node(parse_expression(text, names))


def format_unary_tests(text: str, names: Collection[str] = ()) -> str:
    """The tests of a cell in the printer's layout; raises FeelSyntaxError or FeelLimitError if they cannot be read."""
    return print_node(parse_unary_tests(text, names))


def print_node(node: Node) -> str:
    """The text of a tree; raises KeyError for a node of a host language, which has no text."""
    return _PRINTERS[type(node)](node)


def _rank(node: Node) -> int:
    if isinstance(node, Logic):
        return _OR if node.operator == "or" else _AND
    if isinstance(node, Chain):
        return _CHAIN_RANKS[node.rest[0][0]]
    if isinstance(node, Literal) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return _UNARY if str(node.value).startswith("-") else _POSTFIX
    return _FIXED_RANKS.get(type(node), _POSTFIX)


def _within(node: Node, lowest: int) -> str:
    """The text of a part, in brackets if it binds weaker than the lowest rank allowed."""
    text = print_node(node)
    return text if _rank(node) >= lowest else f"({text})"


def _end(node: Node | None) -> str:
    """An end of a range, where no filter may stand without brackets."""
    simple = isinstance(node, Literal | AtLiteral | Name)
    return print_node(node or Literal(None)) if simple or node is None else f"({print_node(node)})"


def _listed(nodes: Iterable[Node]) -> str:
    return ", ".join(print_node(node) for node in nodes)


def _literal(node: Literal) -> str:
    if isinstance(node.value, str):
        return quote(node.value)
    if node.value is None or isinstance(node.value, bool):
        return {None: "null", True: "true", False: "false"}[node.value]
    return str(node.value)


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) and name not in KEYWORDS else quote(name)


def _context(node: ContextOf) -> str:
    return "{" + ", ".join(f"{_key(name)}: {print_node(value)}" for name, value in node.entries) + "}"


def _range(node: RangeOf) -> str:
    if node.operator is not None:
        return f"({node.operator} {_end(node.end if node.operator[0] == '<' else node.start)})"
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{opening}{_end(node.start)}..{_end(node.end)}{closing}"


def _chain(node: Chain) -> str:
    inner = _rank(node) + 1
    return _within(node.first, inner) + "".join(f" {sign} {_within(part, inner)}" for sign, part in node.rest)


def _comparison(node: Comparison) -> str:
    return f"{_within(node.left, _ADD)} {node.operator} {_within(node.right, _ADD)}"


def _between(node: Between) -> str:
    return f"{_within(node.operand, _ADD)} between {_within(node.low, _ADD)} and {_within(node.high, _ADD)}"


def _in(node: In) -> str:
    operand = _within(node.operand, _ADD)
    if len(node.tests) == 1 and isinstance(node.tests[0], ValueTest) and not node.tests[0].uses_input:
        test = _within(node.tests[0].operand, _ADD)
        return f"{operand} in ({test})" if test.startswith("(") else f"{operand} in {test}"
    return f"{operand} in ({_listed(node.tests)})"


def _logic(node: Logic) -> str:
    return f" {node.operator} ".join(_within(item, _rank(node) + 1) for item in node.items)


def _iterators(iterators: tuple[tuple[str, Node], ...]) -> str:
    return ", ".join(f"{name} in {print_node(domain)}" for name, domain in iterators)


def _function(node: FunctionOf) -> str:
    parameters = (name if kind is None else f"{name}: {print_node(kind)}" for name, kind in node.parameters)
    return f"function({', '.join(parameters)}) {print_node(node.body)}"


def _call(node: Call) -> str:
    if node.names is None:
        return f"{_within(node.callee, _POSTFIX)}({_listed(node.arguments)})"
    named = (f"{name}: {print_node(value)}" for name, value in zip(node.names, node.arguments, strict=True))
    return f"{_within(node.callee, _POSTFIX)}({', '.join(named)})"


def _context_type(node: ContextType) -> str:
    return "context<" + ", ".join(f"{name}: {print_node(kind)}" for name, kind in node.fields) + ">"


def _instance_of(node: InstanceOf) -> str:
    operand = _within(node.operand, _POSTFIX)
    if isinstance(node.operand, Literal) and _rank(node.operand) == _UNARY:
        operand = print_node(node.operand)  # a number with its sign
    return f"{operand} instance of {print_node(node.type)}"


def _negation(node: Negation) -> str:
    text = _within(node.operand, _UNARY)
    return f"-({text})" if text[0].isdigit() else f"-{text}"  # a minus before a number is a part of it


def _tests(node: Tests) -> str:
    if not node.items:
        return "-"
    text = _listed(node.items)
    if node.negated:
        return f"not({text})"
    return f"({text})" if text.startswith("not(") and len(node.items) == 1 else text


_PRINTERS: dict[type[Node], Callable[[Any], str]] = {
    Literal: _literal,
    AtLiteral: lambda node: "@" + quote(node.text),
    Name: lambda node: str(node.name),
    ListOf: lambda node: f"[{_listed(node.items)}]",
    ContextOf: _context,
    RangeOf: _range,
    Span: lambda node: f"{_within(node.start, _ADD)}..{_within(node.end, _ADD)}",
    Chain: _chain,
    Negation: _negation,
    Comparison: _comparison,
    Between: _between,
    In: _in,
    Logic: _logic,
    If: lambda node: f"if {print_node(node.condition)} then {print_node(node.then)} else {print_node(node.otherwise)}",
    For: lambda node: f"for {_iterators(node.iterators)} return {print_node(node.body)}",
    Quantified: lambda node: f"{node.quantifier} {_iterators(node.iterators)} satisfies {print_node(node.condition)}",
    Path: lambda node: f"{_within(node.base, _POSTFIX)}.{node.name}",
    Filter: lambda node: f"{_within(node.base, _POSTFIX)}[{print_node(node.condition)}]",
    Call: _call,
    FunctionOf: _function,
    InstanceOf: _instance_of,
    NamedType: lambda node: str(node.name),
    ListType: lambda node: f"list<{print_node(node.item)}>",
    RangeType: lambda node: f"range<{print_node(node.item)}>",
    ContextType: _context_type,
    FunctionType: lambda node: f"function<{_listed(node.parameters)}> -> {print_node(node.result)}",
    OperatorTest: lambda node: f"{node.operator} {_within(node.operand, _ADD)}",
    ValueTest: lambda node: print_node(node.operand),
    Tests: _tests,
}
