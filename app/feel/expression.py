"""Compiled expressions and unary tests, ready to run any number of times."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from app.feel.builtins.table import BUILTINS
from app.feel.compile_tests import compile_tests
from app.feel.compiler import Compiler
from app.feel.errors import FeelLimitError, Problem
from app.feel.nodes import Node
from app.feel.parser import parse_expression, parse_unary_tests
from app.feel.runtime import Code, Run, TestCode
from app.feel.scope import Surroundings
from app.feel.types import FeelType

_CACHED_TEXTS = 4096


class Expression:
    """An expression, compiled.

    `free_names` are the variables that it reads, without built-ins that are called and names that it binds itself.
    Inside a filter only names that were declared at compilation count: the others are entries of the filtered items.
    """

    __slots__ = ("_code", "free_names", "text")

    def __init__(self, text: str, code: Code, free_names: frozenset[str]) -> None:
        self.text = text
        self.free_names = free_names
        self._code = code

    def evaluate(self, context: Mapping[str, Any], *, problems: list[Problem] | None = None) -> Any:
        """The value over these variables; the reasons of nulls are appended to `problems`.

        Raises FeelLimitError when the work is too much.
        """
        try:
            return self._code(Run(context, problems), None)
        except RecursionError as error:
            raise too_deep() from error

    def __call__(self, context: Mapping[str, Any]) -> Any:
        """The value over these variables."""
        return self.evaluate(context)


class UnaryTests:
    """The tests of one cell of a decision table, compiled."""

    __slots__ = ("_test", "free_names", "text")

    def __init__(self, text: str, test: TestCode, free_names: frozenset[str]) -> None:
        self.text = text
        self.free_names = free_names
        self._test = test

    def matches(self, value: Any, context: Mapping[str, Any], *, problems: list[Problem] | None = None) -> bool | None:
        """Whether the value passes; None if that is undefined."""
        try:
            return self._test(value, Run(context, problems), None)
        except RecursionError as error:
            raise too_deep() from error


def too_deep() -> FeelLimitError:
    """The error for an evaluation that exhausts Python's stack."""
    return FeelLimitError("the evaluation nests too deep", hint="Split the expression, or end the recursion earlier")


def compile_expression(text: str, names: Collection[str] = ()) -> Expression:
    """The compiled expression; `names` are the variables that it may read, needed where they contain spaces or signs.

    Raises FeelSyntaxError or FeelLimitError.
    """
    return _compile_expression(text, frozenset(names))


def compile_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """The compiled tests of a cell, such as `-`, `"a", "b"`, `[1..10]`, `not(< 3)` or `? > limit`.

    Raises FeelSyntaxError or FeelLimitError.
    """
    return _compile_unary_tests(text, frozenset(names))


@lru_cache(maxsize=_CACHED_TEXTS)
def _compile_expression(text: str, names: frozenset[str]) -> Expression:
    try:
        code, free = compile_node(parse_expression(text, names), names, {})
    except RecursionError as error:
        raise too_deep() from error
    return Expression(text, code, free)


@lru_cache(maxsize=_CACHED_TEXTS)
def _compile_unary_tests(text: str, names: frozenset[str]) -> UnaryTests:
    known = Surroundings(names, {}, BUILTINS)
    try:
        test = compile_tests(Compiler(known), parse_unary_tests(text, names), None)
    except RecursionError as error:
        raise too_deep() from error
    return UnaryTests(text, test, frozenset(known.free - {"?"}))


def compile_node(node: Node, names: Collection[str], types: Mapping[str, FeelType]) -> tuple[Code, frozenset[str]]:
    """The closure of a tree and its free names; for hosts that build trees of their own, such as DMN.

    Raises FeelSyntaxError for an unknown type.
    """
    known = Surroundings(frozenset(names), types, BUILTINS)
    code = Compiler(known).compile(node)
    return code, frozenset(known.free)
