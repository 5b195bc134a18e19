"""Makes a tree of a FEEL text.

Operators are parsed by climbing their ranks in a loop, so long chains cost no depth; brackets do, up to a limit.
"""

from collections.abc import Collection
from decimal import Decimal

from app.feel.builtin_names import BUILTIN_NAMES
from app.feel.errors import FeelSyntaxError
from app.feel.limits import MAX_DEPTH
from app.feel.nodes import (
    Between,
    Chain,
    Comparison,
    In,
    InstanceOf,
    Literal,
    Logic,
    Negation,
    Node,
    OperatorTest,
    RangeOf,
    Tests,
    ValueTest,
)
from app.feel.parse_primary import parse_postfix
from app.feel.parse_types import parse_type
from app.feel.token_stream import TokenStream

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(1, 7)
_SIGN_RANKS = {
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _COMPARE),
    "+": _ADD,
    "-": _ADD,
    "*": _MULTIPLY,
    "/": _MULTIPLY,
    "**": _POWER,
}
_WORD_RANKS = {"or": _OR, "and": _AND, "between": _COMPARE, "in": _COMPARE}
_TEST_SIGNS = ("<", "<=", ">", ">=", "=", "!=")


def parse_expression(text: str, names: Collection[str] = (), types: Collection[str] = ()) -> Node:
    """The tree of an expression; `names` are the variables known to it, `types` the types.

    Raises FeelSyntaxError or FeelLimitError.
    """
    stream = TokenStream(text, (*BUILTIN_NAMES, *names), types, expression)
    node = expression(stream)
    _expect_end(stream)
    return node


def parse_unary_tests(text: str, names: Collection[str] = (), types: Collection[str] = ()) -> Tests:
    """The tree of a cell of a decision table."""
    stream = TokenStream(text, (*BUILTIN_NAMES, *names), types, expression)
    if stream.at_sign("-") and stream.tokens[1].kind == "end":
        return Tests(())
    if [token.text for token in stream.tokens[:2]] == ["not", "("]:
        return _parse_negated(text, names, types, stream)
    return _parse_all_tests(stream)


def _parse_negated(text: str, names: Collection[str], types: Collection[str], stream: TokenStream) -> Tests:
    """`not(a, b)`; what is none may still begin with a call of `not`, as `not(a) and b` does."""
    stream.index = 2
    try:
        tests = Tests(_parse_tests(stream), negated=True)
        stream.expect(")", "after the tests")
        _expect_end(stream)
    except FeelSyntaxError as refusal:
        try:
            return _parse_all_tests(TokenStream(text, (*BUILTIN_NAMES, *names), types, expression))
        except FeelSyntaxError as other:
            # The reading that came further is the one that was meant.
            further = (other.line, other.column) > (refusal.line, refusal.column)
            raise (other if further else refusal) from None
    return tests


def _parse_all_tests(stream: TokenStream) -> Tests:
    tests = Tests(_parse_tests(stream))
    _expect_end(stream)
    return tests


def _expect_end(stream: TokenStream) -> None:
    if stream.token.kind != "end":
        stream.fail(f"the expression is complete before this place, {stream.found()}", "Join the parts by an operator")


def expression(stream: TokenStream, *, rank: int = _OR) -> Node:
    """One expression from the reading position on; `_ADD` as rank reads an end point."""
    with stream.nested():
        return _climb(stream, rank)


def _climb(stream: TokenStream, lowest: int) -> Node:
    left = _parse_unary(stream)
    compared = 0
    while (rank := _rank(stream)) >= lowest:
        if rank <= _AND:
            left = _parse_logic(stream, left, rank)
        elif rank == _COMPARE:
            left = _parse_comparison(stream, left)
            compared += 1
            if compared > MAX_DEPTH:
                stream.fail("too many comparisons in a row", "Join them by and")
        else:
            left = _parse_chain(stream, left, rank)
    return left


def _rank(stream: TokenStream) -> int:
    token = stream.token
    if token.kind == "op":
        return _SIGN_RANKS.get(token.text, 0)
    return _WORD_RANKS.get(token.text, 0) if token.kind == "name" else 0


def _parse_logic(stream: TokenStream, left: Node, rank: int) -> Node:
    word = stream.token.text
    items = [left]
    while stream.accept(word):
        items.append(_climb(stream, rank + 1))
    return Logic(word, tuple(items))


def _parse_chain(stream: TokenStream, left: Node, rank: int) -> Node:
    rest = []
    while _rank(stream) == rank:
        sign = stream.take().text
        rest.append((sign, _climb(stream, rank + 1)))
    return Chain(left, tuple(rest))


def _parse_comparison(stream: TokenStream, left: Node) -> Node:
    sign = stream.take().text
    if sign == "between":
        low = _climb(stream, _ADD)
        stream.expect("and", "between the two ends")
        return Between(left, low, _climb(stream, _ADD))
    if sign == "in":
        return In(left, _parse_in(stream))
    return Comparison(sign, left, _climb(stream, _ADD))


def _parse_in(stream: TokenStream) -> tuple[Node, ...]:
    if not stream.at_sign("("):
        return (_parse_test(stream, inside_in=True),)
    stream.take()
    if stream.accept(")"):
        stream.fail("the list of tests is empty", "Write at least one test")
    with stream.nested():
        tests = [_parse_test(stream)]
        if stream.accept(".."):
            return (_finish_open_range(stream, tests[0]),)
        while stream.accept(","):
            tests.append(_parse_test(stream))
    stream.expect(")", "after the tests")
    return tuple(tests)


def _finish_open_range(stream: TokenStream, start: Node) -> Node:
    end = parse_end_point(stream)
    if not stream.at_sign(")", "]", "["):
        stream.fail(f"the range has no end, {stream.found()}", "Close it with ) or ]")
    operand = start.operand if isinstance(start, ValueTest) else start
    return ValueTest(RangeOf(operand, end, False, stream.take().text == "]"), uses_input=False)


def parse_end_point(stream: TokenStream) -> Node:
    """An end of a range; a `[` after it closes the range and is no filter."""
    with stream.nested():
        stream.filters_allowed = False
        return _climb(stream, _ADD)


def _parse_tests(stream: TokenStream) -> tuple[Node, ...]:
    tests = [_parse_test(stream)]
    while stream.accept(","):
        tests.append(_parse_test(stream))
    return tuple(tests)


def _parse_test(stream: TokenStream, *, inside_in: bool = False) -> Node:
    if stream.at_sign(*_TEST_SIGNS):
        sign = stream.take().text
        return OperatorTest(sign, _climb(stream, _ADD))
    before, stream.saw_input = stream.saw_input, False
    operand = expression(stream, rank=_ADD if inside_in else _OR)
    uses_input = stream.saw_input and not inside_in
    stream.saw_input = stream.saw_input or before
    return ValueTest(operand, uses_input)


def _parse_unary(stream: TokenStream) -> Node:
    if stream.at_sign("-"):
        stream.take()
        if stream.token.kind == "number":  # the sign belongs to the number
            node = _negate(parse_postfix(stream, parse_end_point))
        else:
            with stream.nested():
                return _negate(_parse_unary(stream))
    else:
        node = parse_postfix(stream, parse_end_point)
    if stream.accept("instance"):
        stream.expect("of", "after instance")
        return InstanceOf(node, parse_type(stream))
    return node


def _negate(operand: Node) -> Node:
    if isinstance(operand, Literal) and isinstance(operand.value, Decimal):
        return Literal(operand.value.copy_negate())  # a plain minus would round to 28 digits
    if isinstance(operand, Literal) and type(operand.value) is int:
        return Literal(-operand.value)
    return Negation(operand)
