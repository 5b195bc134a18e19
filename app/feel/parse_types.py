"""Reads the type after `instance of` and after a parameter's colon."""

from app.feel.nodes import ContextType, FunctionType, ListType, NamedType, Node, RangeType
from app.feel.token_stream import TokenStream


def parse_type(stream: TokenStream) -> Node:
    """A type: a name, or list<…>, range<…>, context<…>, function<…> -> …."""
    with stream.nested():
        if stream.at_word("function"):
            return _parse_function_type(stream)
        if _opens(stream, "list"):
            return ListType(_close(stream, parse_type(stream)))
        if _opens(stream, "range"):
            return RangeType(_close(stream, parse_type(stream)))
        if _opens(stream, "context"):
            return _parse_context_type(stream)
        return _parse_named_type(stream)


def _opens(stream: TokenStream, word: str) -> bool:
    if stream.at_word(word) and stream.tokens[stream.index + 1].text == "<":
        stream.index += 2
        return True
    return False


def _close(stream: TokenStream, node: Node) -> Node:
    stream.expect(">", "after the type")
    return node


def _parse_named_type(stream: TokenStream) -> Node:
    at = stream.token.start
    if stream.accept("null"):
        return NamedType("Null", at)
    name = stream.read_name(stream.types)
    while stream.accept("."):
        name += "." + stream.read_name(stream.types)
    return NamedType(name, at)


def _parse_context_type(stream: TokenStream) -> Node:
    fields: list[tuple[str, Node]] = []
    while not stream.at_sign(">"):
        key = stream.read_key()
        if key is None:
            stream.fail(f"a field of the context type is missing, {stream.found()}", "Write name: type")
        fields.append((key, parse_type(stream)))
        if not stream.accept(","):
            break
    _close(stream, fields[-1][1] if fields else NamedType("Any"))
    return ContextType(tuple(fields))


def _parse_function_type(stream: TokenStream) -> Node:
    stream.take()
    if not stream.accept("<"):
        return NamedType("function")
    parameters: list[Node] = []
    while not stream.at_sign(">"):
        parameters.append(parse_type(stream))
        if not stream.accept(","):
            break
    stream.expect(">", "after the parameter types")
    stream.expect("->", "before the type of the result")
    return FunctionType(tuple(parameters), parse_type(stream))
