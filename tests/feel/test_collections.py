"""Lists, contexts, paths, filters, loops, quantifiers and functions."""

import pytest

from app.feel import compile_expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][0]", None),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("[{a: 1}, {a: 2}][a > 1]", [{"a": 2}]),
        ("[{a: 1}, {a: 2}][item.a = 1].a", [1]),
        ("[{x: 1}, {y: 2}][y > 1]", [{"y": 2}]),
        ("5[1]", 5),
        ("5[item > 6]", []),
        ("null[1]", None),
        ("[{a: 1}, {b: 2}].a", [1, None]),
        ("{a: {b: 2}}.a.b", 2),
        ("{a: 1, b: a + 1, c: a + b}.c", 3),
        ('{"with space": 1}.with space', 1),
        ("{a-b: 1, c: a-b + 1}.c", 2),
    ],
)
def test_paths_and_filters(feel, text, value):
    assert feel(text) == value


def test_a_filter_sees_the_item_before_the_variables_around_it(feel):
    assert feel("rows[price > limit]", {"rows": [{"price": 1}, {"price": 5, "limit": 9}], "limit": 0}) == [{"price": 1}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("for i in [1, 2], j in 1..i return j", [1, 1, 2]),
        ("for i in 1..5 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24, 120]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        ("for i in [] return i", []),
        ("for i in 7 return i", [7]),
        ("for i in (1..4) return i", [2, 3]),
        ("for i in null return i", None),
        ('for i in 1.."a" return i', None),
        ("some i in [1, 2] satisfies i > 1", True),
        ("some i in [1, 2] satisfies i > 2", False),
        ("some i in [1, null] satisfies i > 2", None),
        ("every i in [1, 2] satisfies i > 0", True),
        ("every i in [1, 2] satisfies i > 1", False),
        ("every i in [] satisfies false", True),
        ("every i in [1, 2], j in [3] satisfies i < j", True),
    ],
)
def test_loops_and_quantifiers(feel, text, value):
    assert feel(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(function(a, b) a - b)(5, 3)", 2),
        ("{f: function(a: number) a + 1, r: f(2)}.r", 3),
        ('{f: function(a: number) a, r: f("x")}.r', None),
        ("{f: function(a, b) a - b, r: f(b: 1, a: 4)}.r", 3),
        ("{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(6)}.r", 720),
        ("{x: 2, f: function(a) a * x, r: f(4)}.r", 8),
        ("{f: function(a) a, r: f()}.r", None),
        ("5(1)", None),
        ("sort([3, 1, 2], function(a, b) a < b)", [1, 2, 3]),
        ("list replace([1, 5, 6], function(item, new) item > 4, 0)", [1, 0, 0]),
    ],
)
def test_functions(feel, text, value):
    assert feel(text) == value


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("null instance of Any", False),
        ("null instance of Null", True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("[1..3] instance of range<number>", True),
        ("(function(a) a) instance of function<Any> -> Any", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of years and months duration', True),
        ('@"2026-01-01T00:00:00" instance of date', False),
        ('@"2026-01-01T00:00:00" instance of date and time', True),
        ("true instance of number", False),
    ],
)
def test_instance_of(feel, text, result):
    assert feel(text) is result


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count([1, 2])", 2),
        ("sum([1, 2.5])", 3.5),
        ("sum(1, 2, 3)", 6),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("min([3, 1, 2])", 1),
        ('max("a", "c", "b")', "c"),
        ("mean([1, 2])", 1.5),
        ("product([2, 3])", 6),
        ("median([8, 2, 5, 7])", 6),
        ("mode([6, 3, 9, 6, 3])", [3, 6]),
        ("stddev([2, 4, 4, 4, 5, 5, 7, 9]) > 2.13", True),
        ("list contains([1, null], null)", True),
        ("all([true, null])", None),
        ("any([true, null])", True),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("sublist([1, 2, 3], 4)", None),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2, 3])", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("list replace([1, 2], 2, 9)", [1, 9]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1.0])", [1, 2]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("count(list: [1])", 1),
        ("count(lists: [1])", None),
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ('get value({a: 1}, "z")', None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
    ],
)
def test_built_ins_on_lists_and_contexts(feel, text, value):
    assert feel(text) == value


def test_built_ins_never_change_their_arguments(feel):
    rows, figures = [3, 1], {"a": 1}

    feel(
        '[append(rows, 1), sort(rows), remove(rows, 1), context put(figures, "b", 2)]',
        {"rows": rows, "figures": figures},
    )

    assert (rows, figures) == ([3, 1], {"a": 1})


@pytest.mark.parametrize(
    ("text", "value"),
    [("[][item > 1]", []), ("[][1]", None), ("[][n]", None), ("[][b]", []), ("null[item = 1]", []), ("[][item.a]", [])],
)
def test_a_filter_of_an_empty_list_asks_only_whether_it_is_a_position(text, value):
    problems = []

    assert compile_expression(text).evaluate({"n": 2, "b": True}, problems=problems) == value
    assert all("null" not in problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{f: abs, r: f(-3)}.r", 3),
        ("(function(f: function<number> -> number, n) f(n))(sqrt, 9)", 3),
        ("(function(f: function<number> -> number, n) f(n))(modulo, 9)", None),
        ("sum instance of function<number, number> -> number", True),
        ("abs instance of function<number, number> -> number", False),
        ("abs instance of function", True),
        ("[abs][1](-2)", 2),
        ("sort([2, 1], before)", [1, 2]),
    ],
)
def test_a_built_in_is_a_value_like_every_function(text, value):
    assert compile_expression(text).evaluate({}) == value
