"""Three truth values, comparisons, membership and choices."""

import pytest

AND = [
    ("true", "true", True),
    ("true", "false", False),
    ("true", "null", None),
    ("false", "true", False),
    ("false", "false", False),
    ("false", "null", False),
    ("null", "true", None),
    ("null", "false", False),
    ("null", "null", None),
    ("true", '"x"', None),
    ("false", "0", False),
]
OR = [
    ("true", "true", True),
    ("true", "false", True),
    ("true", "null", True),
    ("false", "true", True),
    ("false", "false", False),
    ("false", "null", None),
    ("null", "true", True),
    ("null", "false", None),
    ("null", "null", None),
    ('"x"', "true", True),
    ("1", "false", None),
]


@pytest.mark.parametrize(("left", "right", "result"), AND)
def test_and_follows_its_truth_table(feel, left, right, result):
    assert feel(f"{left} and {right}") is result


@pytest.mark.parametrize(("left", "right", "result"), OR)
def test_or_follows_its_truth_table(feel, left, right, result):
    assert feel(f"{left} or {right}") is result


@pytest.mark.parametrize(
    ("text", "result"), [("not(true)", False), ("not(false)", True), ("not(null)", None), ("not(1)", None)]
)
def test_not_knows_null(feel, text, result):
    assert feel(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 = 1.0", True),
        ("1 != 2", True),
        ('"a" < "b"', True),
        ("null = null", True),
        ("1 = null", False),
        ("null != 1", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ("1 < null", None),
        ("true < false", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1, b: [2]} = {b: [2], a: 1}", True),
        ("{a: 1} = {a: 1, b: 2}", False),
        ("[1..3) = [1..3[", True),
        ("(< 3) = (null..3)", False),
        ('@"2026-01-01" = @"2026-01-01T00:00:00"', None),
        ('@"2026-01-01T08:00:00+08:00" = @"2026-01-01T00:00:00Z"', True),
        ('@"2026-01-01T08:00:00" < @"2026-01-01T00:00:00Z"', None),
        ('@"P1Y" = @"P12M"', True),
        ('@"P1Y" = @"P365D"', None),
        ('@"PT36H" > @"P1D"', True),
    ],
)
def test_comparisons_are_null_where_the_kinds_do_not_fit(feel, text, result):
    assert feel(text) is result


@pytest.mark.parametrize(
    ("score", "result"), [(59, False), (60, True), (79, True), (80, True), (81, False), (None, None), ("70", None)]
)
def test_between_includes_both_ends(feel, score, result):
    assert feel("score between 60 and 80", {"score": score}) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 in [1..3]", True),
        ("1 in (1..3]", False),
        ("3 in [1..3)", False),
        ("3 in ]1..3]", True),
        ("2 in ]1..3[", True),
        ('"b" in ("a", "b")', True),
        ("5 in (< 3, > 4)", True),
        ("3 in (< 3, > 4)", False),
        ("2 in [1, 2]", True),
        ("2 in [[1..3], [8..9]]", True),
        ("[1] in [[1], [2]]", True),
        ("1 in 1", True),
        ("10 in (!= 10)", False),
        ("5 in [1..null)", None),
        ('"5" in [1..10]', None),
        ("null in [1, null]", True),
    ],
)
def test_in_tests_ranges_lists_and_comparisons(feel, text, result):
    assert feel(text) is result


def test_if_takes_the_else_unless_the_condition_is_true(feel):
    assert [feel(f'if {condition} then "yes" else "no"') for condition in ("true", "false", "null", "1")] == [
        "yes",
        "no",
        "no",
        "no",
    ]


def test_a_bool_is_never_a_number(feel):
    assert feel("a = 1", {"a": True}) is None
    assert feel("a + 1", {"a": True}) is None
    assert feel("a", {"a": True}) is True


def test_reasons_of_nulls_are_recorded(reasons):
    assert reasons('1 + "a"') == ["number + string is not defined"]
    assert reasons("missing > 3") == ["the variable missing is not there", "null > number is not defined"]


def test_nothing_is_recorded_when_all_is_defined(reasons):
    assert reasons("1 + 1 = 2") == []
