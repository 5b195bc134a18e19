"""Trees written as text and read again."""

import pytest
from hypothesis import given, settings

from app.feel import format_expression, format_unary_tests
from app.feel.parser import parse_expression, parse_unary_tests
from app.feel.printer import print_node
from tests.feel.trees import NAMES, cells, expressions


@settings(max_examples=400, deadline=None)
@given(expressions)
def test_a_printed_tree_is_read_as_the_same_tree(tree):
    text = print_node(tree)

    assert parse_expression(text, NAMES) == tree
    assert print_node(parse_expression(text, NAMES)) == text


@settings(max_examples=200, deadline=None)
@given(cells)
def test_a_printed_cell_is_read_as_the_same_cell(tree):
    text = print_node(tree)

    assert parse_unary_tests(text, NAMES) == tree
    assert print_node(parse_unary_tests(text, NAMES)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(a+b)*2", "(a + b) * 2"),
        ("((a))+(b*2)", "a + b * 2"),
        ("2**3**2", "2 ** 3 ** 2"),
        ("2**(3**2)", "2 ** (3 ** 2)"),
        ("a and(b or c)", "a and (b or c)"),
        ("(a and b)or c", "a and b or c"),
        ("- -5", "5"),
        ("-(-a)", "--a"),
        ("-5 instance of number", "-5 instance of number"),
        ("-(a)", "-a"),
        ("a[1].b(c)[item>2]", "a[1].b(c)[item > 2]"),
        ("{a:1,'b':2}".replace("'", '"'), "{a: 1, b: 2}"),
        ('{"a b":1}', '{"a b": 1}'),
        ("]1..2[", "(1..2)"),
        ("[a[1]..b+1]", "[(a[1])..(b + 1)]"),
        ("x in(1,<3,[4..5])", "x in (1, < 3, [4..5])"),
        ("x in((a+b)*c)", "x in ((a + b) * c)"),
        ("if a then b else if c then d else e", "if a then b else if c then d else e"),
        ("(if a then b else c)+1", "(if a then b else c) + 1"),
        ("for i in 1..3,j in[1]return i*j", "for i in 1..3, j in [1] return i * j"),
        ("some x in a satisfies x>1", "some x in a satisfies x > 1"),
        ("function(a:list<number>,b)a+b", "function(a: list<number>, b) a + b"),
        ('@"2026-01-01"<@"2026-01-02"', '@"2026-01-01" < @"2026-01-02"'),
        ('"a\\nb\\u0041"', '"a\\nbA"'),
        ("// only a remark\n1", "1"),
        ("f(x:1,y:2)", "f(x: 1, y: 2)"),
        ("(function(f: function<number> -> number) f)(abs)", "(function(f: function<number> -> number) f)(abs)"),
    ],
)
def test_a_text_gets_the_layout_of_the_printer(text, printed):
    assert format_expression(text) == printed
    assert format_expression(printed) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-", "-"),
        ('"a","b"', '"a", "b"'),
        ("not(<3,[5..6))", "not(< 3, [5..6))"),
        ("?>limit", "? > limit"),
        ("(not(a))", "(not(a))"),
        ("not(a),b", "not(a), b"),
    ],
)
def test_a_cell_gets_the_layout_of_the_printer(text, printed):
    assert format_unary_tests(text) == printed
    assert format_unary_tests(printed) == printed
