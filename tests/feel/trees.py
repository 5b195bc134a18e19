"""Random trees of FEEL, in the shapes that the parser makes."""

from decimal import Decimal

from hypothesis import strategies as st

from app.feel.nodes import (
    AtLiteral,
    Between,
    Call,
    Chain,
    Comparison,
    ContextOf,
    ContextType,
    Filter,
    For,
    FunctionOf,
    FunctionType,
    If,
    In,
    InstanceOf,
    ListOf,
    ListType,
    Literal,
    Logic,
    Name,
    NamedType,
    Negation,
    OperatorTest,
    Path,
    Quantified,
    RangeOf,
    RangeType,
    Span,
    Tests,
    ValueTest,
)
from app.feel.temporal_text import parse_at_text

NAMES = ("a", "b", "full name", "tax-free", "x/y")
SIGNS = ("=", "!=", "<", "<=", ">", ">=")

_moments = st.sampled_from(["2026-01-31", "10:20:30", "2026-01-31T10:20:30@Asia/Shanghai", "P1Y2M", "-PT3H"])
_numbers = st.integers(-1000, 1000) | st.decimals(-1000, 1000, places=2, allow_nan=False).map(Decimal)
_literals = st.builds(Literal, st.none() | st.booleans() | _numbers | st.text(max_size=5))
_leaves = _literals | st.builds(Name, st.sampled_from(NAMES)) | _moments.map(lambda t: AtLiteral(t, parse_at_text(t)))
_type_names = st.sampled_from(["number", "string", "date and time", "Any", "Null"]).map(NamedType)
_types = st.recursive(
    _type_names,
    lambda inner: (
        st.builds(ListType, inner)
        | st.builds(RangeType, inner)
        | st.builds(ContextType, st.just((("a", NamedType("number")),)))
        | st.builds(FunctionType, st.lists(inner, max_size=2).map(tuple), inner)
    ),
    max_leaves=3,
)


def _pairs(inner, *, low=1):
    """Keys, each different, with a part."""
    keys = st.lists(st.sampled_from(["a", "b", "if", "k 1", 'q"', ""]), min_size=low, max_size=3, unique=True)
    return keys.flatmap(lambda names: st.tuples(*(st.tuples(st.just(name), inner) for name in names)))


def _chains(inner):
    return st.sampled_from([("+", "-"), ("*", "/"), ("**",)]).flatmap(
        lambda signs: st.builds(
            Chain, inner, st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=3).map(tuple)
        )
    )


def _ranges(inner):
    closed = st.builds(RangeOf, inner, inner, st.booleans(), st.booleans())
    below = st.builds(
        lambda end, sign: RangeOf(None, end, False, sign == "<=", sign), inner, st.sampled_from(SIGNS[2:4])
    )
    above = st.builds(
        lambda end, sign: RangeOf(end, None, sign == ">=", False, sign), inner, st.sampled_from(SIGNS[4:])
    )
    return closed | below | above


def _negations(inner):
    # A minus before a number is a part of the number.
    return inner.filter(lambda node: not isinstance(node, Literal)).map(Negation)


def _cell_tests(inner):
    return st.builds(OperatorTest, st.sampled_from(SIGNS), inner) | inner.map(lambda node: ValueTest(node, False))


def _loops(inner):
    domain = inner | st.builds(Span, inner, inner)
    iterators = st.lists(st.tuples(st.sampled_from(["i", "my item"]), domain), min_size=1, max_size=2).map(tuple)
    return st.builds(For, iterators, inner) | st.builds(
        Quantified, st.sampled_from(["some", "every"]), iterators, inner
    )


def _calls(inner):
    named = _pairs(inner).filter(lambda pairs: all(name in {"a", "b"} for name, _ in pairs))
    return st.builds(Call, inner, st.lists(inner, max_size=3).map(tuple)) | st.builds(
        lambda callee, pairs: Call(callee, tuple(v for _, v in pairs), tuple(k for k, _ in pairs)), inner, named
    )


def _functions(inner):
    parameters = st.sampled_from([(), ("p",), ("p", "long name")]).flatmap(
        lambda names: st.tuples(*(st.tuples(st.just(name), st.none() | _types) for name in names))
    )
    return st.builds(FunctionOf, parameters, inner)


def _larger(inner):
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(ListOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(ContextOf, _pairs(inner, low=0)),
        _ranges(inner),
        _chains(inner),
        _negations(inner),
        st.builds(Comparison, st.sampled_from(SIGNS), inner, inner),
        st.builds(Between, inner, inner, inner),
        st.builds(In, inner, st.lists(_cell_tests(inner), min_size=1, max_size=2).map(tuple)),
        st.builds(Logic, st.sampled_from(["and", "or"]), two),
        st.builds(If, inner, inner, inner),
        _loops(inner),
        st.builds(Path, inner, st.sampled_from(["a", "time offset", "month"])),
        st.builds(Filter, inner, inner),
        _calls(inner),
        _functions(inner),
        st.builds(InstanceOf, inner, _types),
    )


expressions = st.recursive(_leaves, _larger, max_leaves=8)
cells = st.builds(
    Tests, st.lists(_cell_tests(expressions), min_size=1, max_size=3).map(tuple), st.booleans()
) | st.just(Tests(()))
