"""Gaps, overlaps and rows that never count."""

import pytest

from app.dmn import DmnReadError, check_tables

OUT = [{"name": "out"}]


@pytest.fixture
def check(draw):
    """The findings about one table over a and b."""

    def run(*rows, **options):
        columns = ["a", "b"][: len(rows[0]) - 1]
        outputs = options.pop("outputs", OUT)
        return check_tables(draw.definitions(draw.decision("d", draw.table(columns, outputs, rows, **options))))[0]

    return run


def test_a_table_without_holes_and_overlaps_is_clean(check):
    assert check(("< 60", "1"), ("[60..80)", "2"), (">= 80", "3")).is_clean


def test_a_bound_that_no_rule_covers_is_a_gap(check):
    assert check(("< 60", "1"), ("> 60", "2")).gaps == [{"a": "60"}]


def test_a_stretch_that_no_rule_covers_is_a_gap(check):
    assert check(("<= 10", "1"), (">= 20", "2")).gaps == [{"a": "(10..20)"}]


def test_a_value_that_is_allowed_and_not_covered_is_a_gap(check):
    assert check(('"x"', "1"), allowed={"a": '"x", "y"'}).gaps == [{"a": '"y"'}]
    assert check(('"x"', "1")).gaps == [{"a": "any other value"}]
    assert check(('"x"', "1"), ('not("x")', "2")).is_clean


def test_a_default_output_leaves_no_gap(check):
    assert check(("< 60", "1"), outputs=[{"name": "out", "defaultOutputEntry": "0"}]).gaps == []


def test_rules_that_fit_one_case_together_overlap_where_only_one_may_fit(check):
    rows = [("<= 60", "1"), (">= 60", "2")]

    assert check(*rows).overlaps == [(1, 2)]
    assert check(*rows, policy="FIRST").overlaps == []


def test_a_rule_behind_a_wider_one_is_never_reached(check):
    assert check(("< 60", "1"), ("[10..20]", "2"), ("-", "3"), policy="FIRST").unreachable == [2]


def test_a_rule_outside_of_the_allowed_values_is_never_reached(check):
    assert check(("[0..100]", "1"), ("> 100", "2"), allowed={"a": "[0..100]"}).unreachable == [2]


def test_columns_are_taken_together(check):
    found = check(("< 5", "true", "1"), (">= 5", "-", "2"))

    assert found.gaps == [{"a": "< 5", "b": "false"}]


@pytest.mark.parametrize("cell", ["? > limit", "a + 1", "[limit..9]", '[@"2026-01-01"..@"2026-02-01"]', '< "x"'])
def test_what_cannot_be_proved_is_not_said(check, cell):
    assert "more than values" in check((cell, "1")).unchecked


def test_too_many_cases_are_not_checked(check):
    rows = [(f"[{n * 10}..{n * 10 + 5}]", f"[{n * 10}..{n * 10 + 5}]", "1") for n in range(40)]

    assert "are checked" in check(*rows).unchecked


def test_a_file_that_is_no_dmn_is_refused():
    with pytest.raises(DmnReadError):
        check_tables(b"<a/>")
