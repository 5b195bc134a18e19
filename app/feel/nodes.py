"""The tree that the parser makes of a FEEL text: frozen, comparable, without behaviour."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that stands in the text."""

    value: object


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    """A temporal value written as `@"…"`; `value` is what the text means."""

    text: str
    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, a built-in, or `?`."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{a: 1, b: a + 1}`; with a `result` (boxed contexts only) the value is that of the result."""

    entries: tuple[tuple[str, Node], ...]
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[1..10]`, or `(< 10)` with an operator and the other end None."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class Span(Node):
    """`1..10` in a for: counted upwards or downwards."""

    start: Node
    end: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`a + b - c`: operators of one rank, applied from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-a`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`a < b` and its kin."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`a between b and c`."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`a in (tests)`."""

    operand: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and c`, or the same with `or`."""

    operator: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if a then b else c`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for a in b, c in d return e`; the body also sees `partial`."""

    iterators: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some a in b satisfies c`, or `every`."""

    quantifier: str
    iterators: tuple[tuple[str, Node], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`a.b`."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`a[b]`."""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`f(a, b)`, or `f(x: a, y: b)` with names."""

    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a: number, b) a + b`; a `result` type is known for boxed functions only."""

    parameters: tuple[tuple[str, Node | None], ...]
    body: Node
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`a instance of type`."""

    operand: Node
    type: Node


@dataclass(frozen=True, slots=True)
class NamedType(Node):
    """A type by its name; `at` is its offset in the text."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListType(Node):
    """`list<item>`."""

    item: Node


@dataclass(frozen=True, slots=True)
class RangeType(Node):
    """`range<item>`."""

    item: Node


@dataclass(frozen=True, slots=True)
class ContextType(Node):
    """`context<a: type>`."""

    fields: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class FunctionType(Node):
    """`function<type, type> -> type`."""

    parameters: tuple[Node, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class OperatorTest(Node):
    """The test `< 10`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """A test by an expression: equal to it, in it, or, where it uses `?`, true by it."""

    operand: Node
    uses_input: bool


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """What stands in a cell: `-` (items empty), `a, b`, or `not(a, b)`."""

    items: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Embedded(Node):
    """A construct of a host language, such as a decision table, over expressions and tests of this one.

    `make` receives the compiled expressions and the compiled tests and returns the compiled whole.
    """

    expressions: tuple[Node, ...]
    tests: tuple[Tests, ...]
    make: Callable[[list[Any], list[Any]], Any] = field(compare=False)
