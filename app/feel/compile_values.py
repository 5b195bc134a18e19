"""Compiles what makes values: lists, contexts, ranges, arithmetic, logic, and choices."""

from typing import TYPE_CHECKING, Any

from app.feel.arithmetic import calculate, negate
from app.feel.compare import compare, order
from app.feel.errors import FeelSyntaxError, Undefined
from app.feel.kinds import kind
from app.feel.nodes import (
    Between,
    Chain,
    ContextOf,
    FunctionOf,
    If,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Negation,
    RangeOf,
)
from app.feel.runtime import Code, Frame, Run
from app.feel.scope import Scope, entries
from app.feel.types import resolve_type
from app.feel.values import Range

if TYPE_CHECKING:
    from app.feel.compiler import Compiler


def compile_list(compiler: "Compiler", node: ListOf, scope: Scope | None) -> Code:
    """`[a, b]`: a new list each time."""
    codes = [compiler.compile(item, scope) for item in node.items]
    return lambda run, frame: [code(run, frame) for code in codes]


def compile_context(compiler: "Compiler", node: ContextOf, scope: Scope | None) -> Code:
    """`{a: 1, b: a}`: each entry sees those before it, and a function also itself."""
    parts: list[tuple[str, Code]] = []
    seen: frozenset[str] = frozenset()
    for key, value in node.entries:
        visible = seen | {key} if isinstance(value, FunctionOf) else seen
        parts.append((key, compiler.compile(value, entries(visible, scope))))
        seen |= {key}
    result = None if node.result is None else compiler.compile(node.result, entries(seen, scope))

    def make(run: Run, frame: Frame) -> Any:
        context: dict[str, Any] = {}
        inner = (context, frame)
        for key, code in parts:
            context[key] = code(run, inner)
        return context if result is None else result(run, inner)

    return make


def compile_range(compiler: "Compiler", node: RangeOf, scope: Scope | None) -> Code:
    """`[1..10]`; null if its ends have no common order."""
    start = compiler.compile(node.start or Literal(None), scope)
    end = compiler.compile(node.end or Literal(None), scope)
    start_included, end_included, operator = node.start_included, node.end_included, node.operator

    def make(run: Run, frame: Frame) -> Any:
        low, high = start(run, frame), end(run, frame)
        if operator is None and low is not None and high is not None and order(low, high) is None:
            return run.null(f"a range from {kind(low)} to {kind(high)} is not defined")
        return Range(low, high, start_included, end_included, operator)

    return make


def compile_chain(compiler: "Compiler", node: Chain, scope: Scope | None) -> Code:
    """`a + b - c`, from left to right."""
    first = compiler.compile(node.first, scope)
    rest = [(operator, compiler.compile(operand, scope)) for operator, operand in node.rest]

    def apply(run: Run, frame: Frame) -> Any:
        value = first(run, frame)
        for operator, code in rest:
            try:
                value = calculate(operator, value, code(run, frame))
                if type(value) is str:
                    run.spend(len(value) // 100)
            except Undefined as undefined:
                run.null(undefined.reason)
                value = None
        return value

    return apply


def compile_negation(compiler: "Compiler", node: Negation, scope: Scope | None) -> Code:
    """`-a`."""
    code = compiler.compile(node.operand, scope)

    def apply(run: Run, frame: Frame) -> Any:
        try:
            return negate(code(run, frame))
        except Undefined as undefined:
            return run.null(undefined.reason)

    return apply


def compile_between(compiler: "Compiler", node: Between, scope: Scope | None) -> Code:
    """`a between b and c`, both ends included."""
    operand, low, high = (compiler.compile(part, scope) for part in (node.operand, node.low, node.high))

    def test(run: Run, frame: Frame) -> bool | None:
        value = operand(run, frame)
        above, below = compare(">=", value, low(run, frame)), compare("<=", value, high(run, frame))
        if above is None or below is None:
            run.null("between needs three values of one kind")
            return None
        return above and below

    return test


def compile_logic(compiler: "Compiler", node: Logic, scope: Scope | None) -> Code:
    """`and` and `or` with three truth values; what is not boolean counts as null."""
    codes = [compiler.compile(item, scope) for item in node.items]
    decisive = node.operator == "or"

    def test(run: Run, frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for code in codes:
            value = code(run, frame)
            if value is decisive:
                result = decisive
                break
            if value is not True and value is not False:
                result = None
        return result

    return test


def compile_if(compiler: "Compiler", node: If, scope: Scope | None) -> Code:
    """`if a then b else c`; anything but true takes the else."""
    condition, then, otherwise = (compiler.compile(part, scope) for part in (node.condition, node.then, node.otherwise))

    def choose(run: Run, frame: Frame) -> Any:
        return then(run, frame) if condition(run, frame) is True else otherwise(run, frame)

    return choose


def compile_instance_of(compiler: "Compiler", node: InstanceOf, scope: Scope | None) -> Code:
    """`a instance of type`; null belongs to the type Null only."""
    code = compiler.compile(node.operand, scope)
    try:
        wanted = resolve_type(node.type, compiler.surroundings.types)
    except KeyError as error:
        raise FeelSyntaxError(
            f"the type {error.args[0]} is not known", line=1, column=1, hint="Define it, or use a type of FEEL"
        ) from error
    return lambda run, frame: wanted.accepts(code(run, frame))
