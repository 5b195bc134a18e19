"""Compiles `=`, `<` and their kin, with a short way for the commonest form: a name against a constant."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.compare import compare
from app.feel.kinds import kind
from app.feel.nodes import Comparison, Literal
from app.feel.runtime import Code, Frame, Run
from app.feel.scope import Scope

if TYPE_CHECKING:
    from app.feel.compiler import Compiler

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NUMBERS = (int, Decimal)


def compile_comparison(compiler: "Compiler", node: Comparison, scope: Scope | None) -> Code:
    """A comparison; a constant on the right is compared without looking its kind up each time."""
    left = compiler.compile(node.left, scope)
    if isinstance(node.right, Literal) and type(node.right.value) in (int, Decimal, str, bool):
        return against_constant(left, node.operator, node.right.value)
    right = compiler.compile(node.right, scope)
    sign = node.operator

    def test(run: Run, frame: Frame) -> bool | None:
        first, second = left(run, frame), right(run, frame)
        result = compare(sign, first, second, run.spend)
        if result is None:
            run.null(f"{kind(first)} {sign} {kind(second)} is not defined")
        return result

    return test


def against_constant(left: Code, sign: str, constant: Any) -> Code:
    """The comparison of a code's value with a number, string or boolean."""
    test = constant_test(sign, constant)

    def apply(run: Run, frame: Frame) -> bool | None:
        return test(left(run, frame), run, frame)

    return apply


def constant_test(sign: str, constant: Any) -> Callable[[Any, Run, Frame], bool | None]:
    """The test of a value against a number, string or boolean."""
    apply = OPERATORS[sign]
    if type(constant) in NUMBERS:
        return _number_test(sign, apply, constant)
    wanted = type(constant)

    def test(value: Any, run: Run, _frame: Frame) -> bool | None:
        if type(value) is wanted and wanted is str:
            return apply(value, constant)  # type: ignore[no-any-return]
        return _slow(sign, value, constant, run)

    return test


def _number_test(
    sign: str, apply: Callable[[Any, Any], Any], constant: Any
) -> Callable[[Any, Run, Frame], bool | None]:
    def test(value: Any, run: Run, _frame: Frame) -> bool | None:
        if type(value) is int or type(value) is Decimal:
            return apply(value, constant)  # type: ignore[no-any-return]
        return _slow(sign, value, constant, run)

    return test


def _slow(sign: str, value: Any, constant: Any, run: Run) -> bool | None:
    result = compare(sign, value, constant)
    if result is None:
        run.null(f"{kind(value)} {sign} {kind(constant)} is not defined")
    return result
