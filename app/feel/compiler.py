"""Turns the tree into closures: one per node, each `(run, frame) -> value`."""

from collections.abc import Callable
from typing import Any

from app.feel.compile_calls import compile_call, compile_function
from app.feel.compile_comparisons import compile_comparison
from app.feel.compile_loops import compile_for, compile_quantified
from app.feel.compile_paths import compile_filter, compile_path
from app.feel.compile_tests import compile_in, compile_tests
from app.feel.compile_values import (
    compile_between,
    compile_chain,
    compile_context,
    compile_if,
    compile_instance_of,
    compile_list,
    compile_logic,
    compile_negation,
    compile_range,
)
from app.feel.nodes import (
    AtLiteral,
    Between,
    Call,
    Chain,
    Comparison,
    ContextOf,
    Embedded,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeOf,
)
from app.feel.runtime import Code
from app.feel.scope import Scope, Surroundings, reader


class Compiler:
    """Compiles the parts of one expression within its surroundings."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings

    def compile(self, node: Node, scope: Scope | None = None) -> Code:
        """The closure of a node in a scope."""
        return _COMPILERS[type(node)](self, node, scope)


def _compile_literal(_compiler: Compiler, node: Literal | AtLiteral, _scope: Scope | None) -> Code:
    value = node.value
    return lambda _run, _frame: value


def _compile_name(compiler: Compiler, node: Name, scope: Scope | None) -> Code:
    return reader(node.name, scope, compiler.surroundings)


def _compile_embedded(compiler: Compiler, node: Embedded, scope: Scope | None) -> Code:
    codes = [compiler.compile(child, scope) for child in node.expressions]
    tests = [compile_tests(compiler, test, scope) for test in node.tests]
    made: Code = node.make(codes, tests)
    return made


_COMPILERS: dict[type[Node], Callable[[Compiler, Any, Scope | None], Code]] = {
    Literal: _compile_literal,
    AtLiteral: _compile_literal,
    Name: _compile_name,
    ListOf: compile_list,
    ContextOf: compile_context,
    RangeOf: compile_range,
    Chain: compile_chain,
    Negation: compile_negation,
    Comparison: compile_comparison,
    Between: compile_between,
    In: compile_in,
    Logic: compile_logic,
    If: compile_if,
    For: compile_for,
    Quantified: compile_quantified,
    Path: compile_path,
    Filter: compile_filter,
    Call: compile_call,
    FunctionOf: compile_function,
    InstanceOf: compile_instance_of,
    Embedded: _compile_embedded,
}
