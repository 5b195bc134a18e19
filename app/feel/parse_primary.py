"""Reads what operators join: literals, names, brackets, calls, paths, filters, and the forms with a keyword."""

from collections.abc import Callable
from decimal import Decimal, Overflow

from app.feel.arithmetic import DECIMAL
from app.feel.keywords import CONSTANTS
from app.feel.limits import MAX_DEPTH, MAX_NUMBER_DIGITS
from app.feel.nodes import (
    AtLiteral,
    Call,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    ListOf,
    Literal,
    Name,
    Node,
    Path,
    Quantified,
    RangeOf,
    Span,
)
from app.feel.parse_types import parse_type
from app.feel.temporal_text import parse_at_text
from app.feel.token_stream import TokenStream
from app.feel.tokens import refuse, unescape

EndPoint = Callable[[TokenStream], Node]
_RANGE_SIGNS = ("<", "<=", ">", ">=", "=", "!=")


def parse_postfix(stream: TokenStream, end_point: EndPoint) -> Node:
    """A primary with its calls, paths and filters."""
    node = _parse_primary(stream, end_point)
    for _ in range(MAX_DEPTH):
        if stream.at_sign("("):
            node = _parse_call(stream, node)
        elif stream.at_sign("."):
            stream.take()
            node = Path(node, _read_property(stream))
        elif stream.filters_allowed and stream.at_sign("["):
            stream.take()
            with stream.scope("item"):
                condition = stream.expression(stream)
            stream.expect("]", "after the filter")
            node = Filter(node, condition)
        else:
            return node
    return stream.fail(f"more than {MAX_DEPTH} steps in one path", "Give a part of it a name in a context")


def _read_property(stream: TokenStream) -> str:
    name = stream.token
    following = stream.tokens[min(stream.index + 1, len(stream.tokens) - 1)]
    if name.kind == "name" and following.kind != "name":
        known = stream.properties.longest_match(stream.tokens, stream.index)
        if known is None:
            return stream.take().text  # one word, which may even be a keyword
    return stream.read_name(stream.properties)


def _parse_primary(stream: TokenStream, end_point: EndPoint) -> Node:
    token = stream.token
    if token.kind == "number":
        return Literal(_number(stream))
    if token.kind == "string":
        return Literal(unescape(stream.take().text))
    if token.kind == "name":
        return _parse_word(stream)
    if token.kind == "op":
        reader = _BRACKETS.get(token.text)
        if reader is not None:
            return reader(stream, end_point)
    return stream.fail(f"a value is missing here, {stream.found()}", "Write a name, a number, a string or a bracket")


def _number(stream: TokenStream) -> int | Decimal:
    text = stream.token.text
    if text.isdigit() and len(text) <= MAX_NUMBER_DIGITS:
        return int(stream.take().text)
    try:
        number = DECIMAL.create_decimal(text)
    except Overflow:
        stream.fail(f"the number {text[:40]} is too large", "Numbers end at 10 to the power of 6144")
    stream.take()
    return number


def _parse_word(stream: TokenStream) -> Node:
    word = stream.token.text
    reader = _FORMS.get(word)
    if reader is not None and not _known_longer(stream):
        stream.take()
        return reader(stream)
    if word in CONSTANTS and not _known_longer(stream):
        stream.take()
        return Literal(CONSTANTS[word])
    name = stream.read_name()
    if name == "?":
        stream.saw_input = True
    return Name(name)


def _known_longer(stream: TokenStream) -> bool:
    """Whether a known name begins with this keyword; a name that is nothing but a keyword does not hide it."""
    known = stream.names.longest_match(stream.tokens, stream.index)
    return known is not None and known[0] > 1


def _parse_if(stream: TokenStream) -> Node:
    condition = stream.expression(stream)
    stream.expect("then", "after the condition")
    then = stream.expression(stream)
    stream.expect("else", "before the other value")
    return If(condition, then, stream.expression(stream))


def _parse_for(stream: TokenStream) -> Node:
    iterators = _parse_iterators(stream, "return")
    names = [name for name, _ in iterators]
    stream.expect("return", "before the value of each round")
    with stream.scope("partial"):
        body = stream.expression(stream)
    _forget(stream, names)
    return For(tuple(iterators), body)


def _parse_quantified(stream: TokenStream, quantifier: str) -> Node:
    iterators = _parse_iterators(stream, "satisfies")
    names = [name for name, _ in iterators]
    stream.expect("satisfies", "before the condition")
    condition = stream.expression(stream)
    _forget(stream, names)
    return Quantified(quantifier, tuple(iterators), condition)


def _parse_iterators(stream: TokenStream, end: str) -> list[tuple[str, Node]]:
    iterators: list[tuple[str, Node]] = []
    while True:
        name = stream.read_words_until("in")
        stream.expect("in", "after the variable")
        domain = stream.expression(stream)
        if stream.accept(".."):
            domain = Span(domain, stream.expression(stream))
        iterators.append((name, domain))
        stream.names.push(name)
        if not stream.accept(","):
            if not stream.at_word(end):
                stream.fail(f"{end!r} is missing here, {stream.found()}", f"Write {end} after the lists")
            return iterators


def _forget(stream: TokenStream, names: list[str]) -> None:
    for name in names:
        stream.names.pop(name)


def _parse_function(stream: TokenStream) -> Node:
    stream.expect("(", "before the parameters")
    parameters: list[tuple[str, Node | None]] = []
    while not stream.at_sign(")"):
        name = stream.read_words_until(",", ":", ")")
        parameters.append((name, parse_type(stream) if stream.accept(":") else None))
        if not stream.accept(","):
            break
    stream.expect(")", "after the parameters")
    if stream.at_word("external"):
        stream.fail("external functions are not run here", "Write the function in FEEL, or let the host lend it")
    with stream.scope(*(name for name, _ in parameters)):
        body = stream.expression(stream)
    return FunctionOf(tuple(parameters), body)


def _parse_call(stream: TokenStream, callee: Node) -> Node:
    stream.take()
    arguments: list[Node] = []
    names: list[str] = []
    while not stream.at_sign(")"):
        key = stream.read_key()
        if arguments and (key is None) == bool(names):
            stream.fail("some arguments have names and some not", "Name all of them or none")
        if key is not None:
            names.append(key)
        arguments.append(stream.expression(stream))
        if not stream.accept(","):
            break
    stream.expect(")", "after the arguments")
    return Call(callee, tuple(arguments), tuple(names) if names else None)


def _parse_round(stream: TokenStream, end_point: EndPoint) -> Node:
    stream.take()
    if stream.at_sign(*_RANGE_SIGNS):
        node = _parse_operator_range(stream, end_point)
        stream.expect(")", "after the range")
        return node
    node = stream.expression(stream)
    if stream.accept(".."):
        return _finish_range(stream, node, end_point, start_included=False)
    stream.expect(")", "after the expression")
    return node


def _parse_operator_range(stream: TokenStream, end_point: EndPoint) -> Node:
    sign = stream.take().text
    bound = end_point(stream)
    if sign in {"<", "<="}:
        return RangeOf(None, bound, False, sign == "<=", sign)
    if sign in {">", ">="}:
        return RangeOf(bound, None, sign == ">=", False, sign)
    return RangeOf(bound, bound, sign == "=", sign == "=", sign)


def _parse_square(stream: TokenStream, end_point: EndPoint) -> Node:
    stream.take()
    if stream.accept("]"):
        return ListOf(())
    first = stream.expression(stream)
    if stream.accept(".."):
        return _finish_range(stream, first, end_point, start_included=True)
    items = [first]
    while stream.accept(","):
        items.append(stream.expression(stream))
    stream.expect("]", "after the list")
    return ListOf(tuple(items))


def _parse_open_square(stream: TokenStream, end_point: EndPoint) -> Node:
    stream.take()
    first = end_point(stream)
    stream.expect("..", "between the ends of the range")
    return _finish_range(stream, first, end_point, start_included=False)


def _finish_range(stream: TokenStream, start: Node, end_point: EndPoint, *, start_included: bool) -> Node:
    end = end_point(stream)
    if not stream.at_sign(")", "]", "["):
        stream.fail(f"the range has no end, {stream.found()}", "Close it with ] or )")
    return RangeOf(start, end, start_included, stream.take().text == "]")


def _parse_curly(stream: TokenStream, _: EndPoint) -> Node:
    stream.take()
    entries: list[tuple[str, Node]] = []
    seen: set[str] = set()
    while not stream.at_sign("}"):
        start = stream.token.start
        key = _read_context_key(stream)
        if key in seen:
            refuse(stream.text, start, f"the context has two entries {key!r}", "Give each entry its own name")
        seen.add(key)
        stream.properties.push(key)
        with stream.scope(key):  # a function may call itself by its key
            entries.append((key, stream.expression(stream)))
        stream.names.push(key)
        if not stream.accept(","):
            break
    stream.expect("}", "after the entries of the context")
    _forget(stream, [key for key, _ in entries])
    return ContextOf(tuple(entries))


def _read_context_key(stream: TokenStream) -> str:
    if stream.token.kind == "string":
        key = unescape(stream.take().text)
        stream.expect(":", "after the name of the entry")
        return key
    name = stream.read_key()
    if name is None:
        stream.fail(f"the name of an entry is missing, {stream.found()}", "Write name: value")
    return name


def _parse_at(stream: TokenStream, _: EndPoint) -> Node:
    stream.take()
    if stream.token.kind != "string":
        stream.fail(f"a string is missing after @, {stream.found()}", 'Write for instance @"2026-01-31"')
    text = unescape(stream.token.text)
    value = parse_at_text(text)
    if value is None:
        stream.fail(f"{text[:40]!r} is no date, time or duration", 'Write for instance @"2026-01-31" or @"P10D"')
    stream.take()
    return AtLiteral(text, value)


_FORMS: dict[str, Callable[[TokenStream], Node]] = {
    "if": _parse_if,
    "for": _parse_for,
    "some": lambda stream: _parse_quantified(stream, "some"),
    "every": lambda stream: _parse_quantified(stream, "every"),
    "function": _parse_function,
}
_BRACKETS: dict[str, Callable[[TokenStream, EndPoint], Node]] = {
    "(": _parse_round,
    "[": _parse_square,
    "]": _parse_open_square,
    "{": _parse_curly,
    "@": _parse_at,
}
