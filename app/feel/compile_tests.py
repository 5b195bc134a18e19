"""Compiles unary tests (the cells of decision tables) and `in`.

A test is `(value, run, frame) -> true, false or null`. Tests of literals become direct comparisons.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel.compare import belongs, compare, range_contains, same
from app.feel.compile_comparisons import constant_test
from app.feel.nodes import AtLiteral, In, Literal, Node, OperatorTest, RangeOf, Tests, ValueTest
from app.feel.runtime import Code, Frame, Run, TestCode
from app.feel.scope import Scope, variable
from app.feel.values import Range

if TYPE_CHECKING:
    from app.feel.compiler import Compiler


def compile_tests(compiler: "Compiler", tests: Tests, scope: Scope | None) -> TestCode:
    """The test of a whole cell."""
    if not tests.items:
        return always
    combined = _all_strings(tests.items) or _any_of([_compile_test(compiler, test, scope) for test in tests.items])
    return _negated(combined) if tests.negated else combined


def compile_in(compiler: "Compiler", node: In, scope: Scope | None) -> Code:
    """`a in (tests)`."""
    operand = compiler.compile(node.operand, scope)
    test = _all_strings(node.tests) or _any_of([_compile_test(compiler, test, scope) for test in node.tests])
    return lambda run, frame: test(operand(run, frame), run, frame)


def always(_value: Any, _run: Run, _frame: Frame) -> bool:
    """The test of a cell with `-`, which every value passes."""
    return True


def _all_strings(tests: tuple[Node, ...]) -> TestCode | None:
    """`"a", "b"`: one look into a set."""
    values = [test.operand.value for test in tests if isinstance(test, ValueTest) and isinstance(test.operand, Literal)]
    if len(values) != len(tests) or not all(type(value) is str for value in values):
        return None
    if len(values) == 1:
        return constant_test("=", values[0])
    known = frozenset(values)

    def test(value: Any, _run: Run, _frame: Frame) -> bool | None:
        if type(value) is str:
            return value in known
        return any(belongs(value, item) for item in values)

    return test


def _any_of(tests: list[TestCode]) -> TestCode:
    if len(tests) == 1:
        return tests[0]

    def test(value: Any, run: Run, frame: Frame) -> bool | None:
        result: bool | None = False
        for each in tests:
            verdict = each(value, run, frame)
            if verdict is True:
                return True
            if verdict is None:
                result = None
        return result

    return test


def _negated(test: TestCode) -> TestCode:
    def opposite(value: Any, run: Run, frame: Frame) -> bool | None:
        verdict = test(value, run, frame)
        return None if verdict is None else not verdict

    return opposite


def _compile_test(compiler: "Compiler", test: Node, scope: Scope | None) -> TestCode:
    if isinstance(test, OperatorTest):
        return _compile_operator(compiler, test, scope)
    assert isinstance(test, ValueTest), "the parser makes no other test"
    operand = test.operand
    if isinstance(operand, Literal) and type(operand.value) in (int, Decimal, str, bool):
        return constant_test("=", operand.value)
    if isinstance(operand, RangeOf) and operand.operator is None:
        direct = _number_range(operand)
        if direct is not None:
            return direct
    return _compile_value(compiler, test, scope)


def _compile_operator(compiler: "Compiler", test: OperatorTest, scope: Scope | None) -> TestCode:
    sign, operand = test.operator, test.operand
    if isinstance(operand, Literal) and operand.value is not None and not isinstance(operand.value, bool):
        return constant_test(sign, operand.value)
    if isinstance(operand, AtLiteral):
        constant = operand.value
        return lambda value, _run, _frame: compare(sign, value, constant)
    code = compiler.compile(operand, variable("?", scope))
    return lambda value, run, frame: compare(sign, value, code(run, (value, frame)), run.spend)


def _number_range(node: RangeOf) -> TestCode | None:
    """`[1..10]` with numbers: two direct comparisons."""
    ends = [end.value for end in (node.start, node.end) if isinstance(end, Literal) and type(end.value) is not bool]
    if len(ends) != 2 or any(isinstance(end, str) or end is None for end in ends):
        return None
    start, end = ends
    if not (node.start_included and node.end_included):
        interval = Range(start, end, node.start_included, node.end_included)
        return lambda value, _run, _frame: range_contains(interval, value)

    def test(value: Any, _run: Run, _frame: Frame) -> bool | None:
        if type(value) is int or type(value) is Decimal:
            return bool(start <= value <= end)  # type: ignore[operator]
        return range_contains(Range(start, end), value)

    return test


def _compile_value(compiler: "Compiler", test: ValueTest, scope: Scope | None) -> TestCode:
    code = compiler.compile(test.operand, variable("?", scope))
    if test.uses_input:

        def asked(value: Any, run: Run, frame: Frame) -> bool | None:
            verdict = code(run, (value, frame))
            return (
                verdict if isinstance(verdict, bool) else (None if verdict is None else same(value, verdict, run.spend))
            )

        return asked

    def equal_or_inside(value: Any, run: Run, frame: Frame) -> bool | None:
        target = code(run, (value, frame))
        if target is True and not isinstance(value, bool):
            return True  # a condition on other variables
        return belongs(value, target, run.spend)

    return equal_or_inside
