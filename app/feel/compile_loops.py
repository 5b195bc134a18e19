"""Compiles `for`, `some` and `every`; every round counts against the budget."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from app.feel import kinds
from app.feel.calendar_days import date_of_days, epoch_days, make_date
from app.feel.compare import compare, number
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.nodes import For, Node, Quantified, Span
from app.feel.runtime import Code, Frame, Run
from app.feel.scope import Scope, partial_results, variable
from app.feel.values import Range

if TYPE_CHECKING:
    from app.feel.compiler import Compiler


def compile_for(compiler: "Compiler", node: For, scope: Scope | None) -> Code:
    """`for … return …`: a list of the bodies' values; `partial` is the list so far."""
    domains, inner = _compile_iterators(compiler, node.iterators, partial_results(scope))
    body = compiler.compile(node.body, inner)

    def loop(run: Run, frame: Frame) -> Any:
        results: list[Any] = []
        try:
            for local in _rounds(domains, 0, run, (results, frame)):
                results.append(body(run, local))  # noqa: PERF401 - the body sees the results so far
        except Undefined as undefined:
            return run.null(undefined.reason)
        return results

    return loop


def compile_quantified(compiler: "Compiler", node: Quantified, scope: Scope | None) -> Code:
    """`some` and `every` with three truth values."""
    domains, inner = _compile_iterators(compiler, node.iterators, scope)
    condition = compiler.compile(node.condition, inner)
    decisive = node.quantifier == "some"

    def test(run: Run, frame: Frame) -> Any:
        result: bool | None = not decisive
        try:
            for local in _rounds(domains, 0, run, frame):
                value = condition(run, local)
                if value is decisive:
                    return decisive
                if value is not True and value is not False:
                    result = None
        except Undefined as undefined:
            return run.null(undefined.reason)
        return result

    return test


def _compile_iterators(
    compiler: "Compiler", iterators: tuple[tuple[str, Node], ...], scope: Scope | None
) -> tuple[list[Code], Scope | None]:
    domains: list[Code] = []
    for name, domain in iterators:
        domains.append(_compile_domain(compiler, domain, scope))
        scope = variable(name, scope)
    return domains, scope


def _compile_domain(compiler: "Compiler", node: Node, scope: Scope | None) -> Code:
    if isinstance(node, Span):
        start, end = compiler.compile(node.start, scope), compiler.compile(node.end, scope)
        return lambda run, frame: _count(start(run, frame), end(run, frame))
    code = compiler.compile(node, scope)
    return lambda run, frame: _items(code(run, frame))


def _rounds(domains: list[Code], index: int, run: Run, frame: Frame) -> Iterator[Frame]:
    innermost = index + 1 == len(domains)
    for value in domains[index](run, frame):
        run.spend(1)
        if innermost:
            yield value, frame
        else:
            yield from _rounds(domains, index + 1, run, (value, frame))


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _range_items(value)
    if value is None:
        raise Undefined("a loop runs over null")
    return (value,)


def _range_items(value: Range) -> Iterable[Any]:
    if value.operator is not None or compare("<=", value.start, value.end) is not True:
        raise Undefined("a loop runs over a range that cannot be counted upwards")
    return (
        item
        for item in _count(value.start, value.end)
        if (value.start_included or item != value.start) and (value.end_included or item != value.end)
    )


def _count(start: Any, end: Any) -> Iterator[Any]:
    """Whole numbers or dates from start to end, upwards or downwards."""
    which = kind(start)
    if which != kind(end) or which not in {kinds.NUMBER, kinds.DATE}:
        raise Undefined(f"a loop cannot count from {which} to {kind(end)}")
    if which == kinds.NUMBER:
        return _whole_numbers(number(start), number(end))
    return _days(start, end)


def _whole_numbers(start: Any, end: Any) -> Iterator[Any]:
    first, last = int(start), int(end)
    if first != start or last != end:
        raise Undefined("a loop counts whole numbers only")
    return iter(range(first, last + 1) if first <= last else range(first, last - 1, -1))


def _days(start: Any, end: Any) -> Iterator[Any]:
    first, last = epoch_days(start), epoch_days(end)
    days = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return (make_date(*date_of_days(day)) for day in days)
