"""What the parser reads, and how it refuses what it cannot read."""

import pytest

from app.feel import FeelError, FeelLimitError, FeelSyntaxError, compile_expression
from app.feel.nodes import Call, Chain, Comparison, Literal, Logic, Name
from app.feel.parser import parse_expression


def test_operators_bind_by_their_rank():
    tree = parse_expression("a or b and c = 1 + 2 * 3")

    assert tree == Logic(
        "or",
        (
            Name("a"),
            Logic(
                "and",
                (
                    Name("b"),
                    Comparison("=", Name("c"), Chain(Literal(1), (("+", Chain(Literal(2), (("*", Literal(3)),))),))),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 2 - 3", 5),
        ("2 ** 3 + 1", 9),
        ("-2 ** 2", 4),
        ("2 ** -1 * 4", 2),
        ("1 + 2 // a comment to the end\n + 3", 6),
        ("1 /* inside */ + 1", 2),
        ("if 1 < 2 then 10 else 20 + 1", 10),
        ('"a\\tb\\u0041\\"" ', 'a\tbA"'),
        ("not(false) and true", True),
        (".5 + 0.5", 1),
    ],
)
def test_a_text_means_its_value(feel, text, value):
    assert feel(text) == value


def test_names_with_spaces_are_read_when_they_are_known(feel):
    assert feel("Full Name + other", {"Full Name": "Li ", "other": "Wei"}) == "Li Wei"


def test_names_with_signs_are_read_when_they_are_known(feel):
    assert feel("a-b + Approved/Declined", {"a-b": 1, "Approved/Declined": 2, "a": 9, "b": 9}) == 3


def test_a_sign_is_an_operator_when_no_name_has_it(feel):
    assert feel("a-b", {"a": 5, "b": 3}) == 2


def test_the_longest_known_name_wins(feel):
    assert feel("date and time", {"date and time": 1, "date": True, "time": True}) == 1


def test_an_unknown_name_of_several_words_is_one_free_name():
    assert compile_expression("days late > 3").free_names == {"days late"}


def test_a_name_may_contain_a_keyword_if_it_is_known(feel):
    assert feel("every x in values in a list satisfies x > 0", {"values in a list": [1, 2]}) is True


def test_chinese_names_are_names(feel):
    assert feel("得分 >= 60", {"得分": 60}) is True


def test_free_names_leave_out_built_ins_and_bound_names():
    text = "sum(for i in scores return i * weight) + count(scores[item > limit]) + {a: 1, b: a}.b + f(now())"

    assert compile_expression(text, ("limit",)).free_names == {"scores", "weight", "limit", "f"}


def test_a_call_of_a_built_in_stays_a_call():
    assert parse_expression("string length(x)") == Call(Name("string length"), (Name("x"),))


@pytest.mark.parametrize(
    ("text", "line", "column", "reason", "hint"),
    [
        ("1 +", 1, 4, "a value is missing", "Write a name"),
        ("a = 1 and\n  b ! 2", 2, 5, "is not FEEL", "Remove it"),
        ("(1 + 2", 1, 7, "')' is missing", "Write )"),
        ("[1, 2", 1, 6, "']' is missing", "Write ]"),
        ("1 2", 1, 3, "complete before", "Join the parts"),
        ("if a then b", 1, 12, "'else' is missing", "Write else"),
        ('"open', 1, 1, "no end", "Close it"),
        ("a，b", 1, 2, "full-width", "Write ,"),
        ("金额 ＞ 3", 1, 4, "full-width", "Write >"),
        ("{a: 1, a: 2}", 1, 8, "two entries", "own name"),
        ('@"2026-02-30"', 1, 2, "no date", "@"),
        ("f(a: 1, 2)", 1, 9, "some arguments have names", "Name all"),
        ("x instance of nothing known", 1, 1, "not known", "Define it"),
        ("function(a) external {java: {}}", 1, 13, "external", "host"),
        ("for x of y return x", 1, 7, "'in' is missing", "Write in"),
        ("a between 1 or 3", 1, 13, "'and' is missing", "Write and"),
        ("", 1, 1, "a value is missing", "Write a name"),
        ("1e7000", 1, 1, "too large", "6144"),
    ],
)
def test_a_text_that_is_not_feel_is_refused_with_its_place_and_a_hint(text, line, column, reason, hint):
    with pytest.raises(FeelSyntaxError) as refusal:
        compile_expression(text)

    assert (refusal.value.line, refusal.value.column) == (line, column)
    assert reason in refusal.value.reason
    assert hint in refusal.value.hint
    assert f"line {line}, column {column}" in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "1" + ")" * 10_000,
        "[" * 10_000,
        "{a:" * 10_000,
        "-" * 10_000 + "1",
        "if true then 1 else " * 3_000 + "1",
        "1 + " * 250_000 + "1",
        "not(" * 5_000 + "true" + ")" * 5_000,
        "function() " * 5_000 + "1",
    ],
    ids=["parentheses", "lists", "contexts", "minus", "else if", "a megabyte", "calls", "functions"],
)
def test_a_hostile_text_meets_a_limit(text):
    with pytest.raises(FeelLimitError) as refusal:
        compile_expression(text)

    assert refusal.value.line == 1
    assert refusal.value.hint


@pytest.mark.parametrize("text", ["a" + ".b" * 20_000, "1" + " = 1" * 15_000, "1" + " instance of Any" * 3_000])
def test_a_long_row_of_steps_is_refused(text):
    with pytest.raises(FeelError):
        compile_expression(text)


def test_sixty_levels_are_allowed_and_one_more_is_not(feel):
    assert feel("(" * 59 + "1" + ")" * 59) == 1

    with pytest.raises(FeelLimitError):
        feel("(" * 60 + "1" + ")" * 60)


def test_long_chains_cost_no_depth(feel):
    assert feel("+".join(["1"] * 5_000)) == 5_000
    assert feel(" or ".join(["false"] * 1_000 + ["true"])) is True


def test_the_same_text_and_names_are_compiled_once():
    assert compile_expression("a + 1", ("a",)) is compile_expression("a + 1", ["a"])
