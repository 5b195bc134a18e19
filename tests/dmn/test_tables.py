"""Decision tables: rules, hit policies, defaults, allowed values and the trace."""

from decimal import Decimal

import pytest

from app.dmn import NoRuleMatchedError, SeveralRulesMatchedError, ValueMismatchError

OUT = [{"name": "out"}]
BANDS = [("< 60", '"refused"'), ("[60..80)", '"review"'), (">= 80", '"certified"')]


@pytest.mark.parametrize(
    ("score", "outcome"),
    [(0, "refused"), (59, "refused"), (60, "review"), (79, "review"), (80, "certified"), (Decimal("79.99"), "review")],
)
def test_a_unique_table_finds_its_one_rule(run_table, score, outcome):
    assert run_table({"a": score}, ["a"], OUT, BANDS).value == outcome


def test_a_table_without_a_matching_rule_names_itself_and_its_inputs(run_table):
    with pytest.raises(NoRuleMatchedError, match="no rule of the table d fits a = x") as error:
        run_table({"a": "x"}, ["a"], OUT, BANDS)

    assert (error.value.code, error.value.table, error.value.inputs) == ("dmn_no_rule", "d", {"a": "x"})


def test_two_rules_of_a_unique_table_may_not_match(run_table):
    with pytest.raises(SeveralRulesMatchedError, match="rules 1, 2 of the table d") as error:
        run_table({"a": 5}, ["a"], OUT, [("> 1", "1"), ("> 2", "2")])

    assert (error.value.code, error.value.rules) == ("dmn_several_rules", (1, 2))


def test_any_allows_rules_that_agree(run_table):
    assert run_table({"a": 5}, ["a"], OUT, [("> 1", '"x"'), ("> 2", '"x"')], policy="ANY").value == "x"


def test_any_refuses_rules_that_differ(run_table):
    with pytest.raises(SeveralRulesMatchedError):
        run_table({"a": 5}, ["a"], OUT, [("> 1", '"x"'), ("> 2", '"y"')], policy="ANY")


def test_first_takes_the_first_rule(run_table):
    assert run_table({"a": 5}, ["a"], OUT, [("> 9", "0"), ("> 1", "1"), ("-", "2")], policy="FIRST").value == 1


@pytest.mark.parametrize(("policy", "value"), [("PRIORITY", "high"), ("OUTPUT ORDER", ["high", "low", "low"])])
def test_outputs_are_ranked_by_their_listed_order(run_table, policy, value):
    outputs = [{"name": "risk", "outputValues": '"high", "middle", "low"'}]
    rows = [("> 1", '"low"'), ("> 2", '"high"'), ("> 3", '"low"')]

    assert run_table({"a": 5}, ["a"], outputs, rows, policy=policy).value == value


def test_rule_order_and_collect_list_all_matches(run_table):
    rows = [("> 1", "3"), ("> 9", "2"), ("> 2", "1")]

    assert run_table({"a": 5}, ["a"], OUT, rows, policy="RULE ORDER").value == [3, 1]
    assert run_table({"a": 5}, ["a"], OUT, rows, policy="COLLECT").value == [3, 1]
    assert run_table({"a": 0}, ["a"], OUT, rows, policy="COLLECT").value == []


@pytest.mark.parametrize(
    ("aggregation", "value"), [("SUM", Decimal("4.5")), ("MIN", 1), ("MAX", Decimal("3.5")), ("COUNT", 2)]
)
def test_collect_aggregates(run_table, aggregation, value):
    rows = [("> 1", "3.5"), ("> 9", "2"), ("> 2", "1")]

    assert run_table({"a": 5}, ["a"], OUT, rows, policy="COLLECT", aggregation=aggregation).value == value


def test_counting_no_matches_gives_zero_and_summing_none_is_an_error(run_table):
    rows = [("> 9", "2")]

    assert run_table({"a": 1}, ["a"], OUT, rows, policy="COLLECT", aggregation="COUNT").value == 0
    with pytest.raises(NoRuleMatchedError):
        run_table({"a": 1}, ["a"], OUT, rows, policy="COLLECT", aggregation="SUM")


def test_several_outputs_form_a_context(run_table):
    outputs = [{"name": "outcome"}, {"name": "rate"}]

    assert run_table({"a": 5}, ["a"], outputs, [("5", '"go"', "a * 2")]).value == {"outcome": "go", "rate": 10}


def test_several_ranked_outputs_compare_from_left_to_right(run_table):
    outputs = [{"name": "x", "outputValues": '"b", "a"'}, {"name": "y", "outputValues": "1, 2"}]
    rows = [("-", '"a"', "1"), ("-", '"b"', "2"), ("-", '"b"', "1")]

    assert run_table({}, ["a"], outputs, rows, policy="PRIORITY").value == {"x": "b", "y": 1}


def test_a_default_stands_in_when_no_rule_matches(run_table):
    outputs = [{"name": "out", "defaultOutputEntry": '"none"'}]

    assert run_table({"a": 1}, ["a"], outputs, [("> 5", '"some"')]).value == "none"


def test_cells_read_the_other_inputs(run_table):
    rows = [("> b", "a - b"), ("<= b", "0")]

    assert run_table({"a": 5, "b": 3}, ["a"], OUT, rows).value == 2


def test_dash_and_empty_cells_fit_everything(run_table):
    assert run_table({"a": None, "b": 1}, ["a", "b"], OUT, [("-", "", "1")]).value == 1


def test_a_null_input_matches_only_what_says_so(run_table):
    assert run_table({"a": None}, ["a"], OUT, [("null", '"absent"'), ("not(null)", '"there"')]).value == "absent"


@pytest.mark.parametrize(("kind", "fits"), [("legal", True), ("other", False)])
def test_an_input_outside_its_listed_values_is_refused(run_table, kind, fits):
    options = {"allowed": {"a": '"legal", "advice"'}}
    if fits:
        assert run_table({"a": kind}, ["a"], OUT, [("-", "1")], **options).value == 1
    else:
        with pytest.raises(ValueMismatchError, match="the value of a is not allowed"):
            run_table({"a": kind}, ["a"], OUT, [("-", "1")], **options)


def test_the_trace_tells_inputs_rules_and_outputs(run_table):
    result = run_table({"a": Decimal("70.5"), "b": 1}, ["a", "b"], OUT, [("< 60", "-", "1"), ("[60..80]", "1", "2")])

    assert result.trace[0].rules == [(2, "r2")]
    assert result.trace_json() == [
        {"table": "d", "inputs": {"a": "70.5", "b": 1}, "rules": [{"number": 2, "id": "r2"}], "output": 2}
    ]


def test_a_table_without_rules_never_matches(run_table):
    with pytest.raises(NoRuleMatchedError):
        run_table({"a": 1}, ["a"], OUT, [])


def test_lenient_evaluation_gives_null_and_the_reason(draw, read):
    model = read(draw.inputs(("a",)), draw.decision("d", draw.table(["a"], OUT, BANDS), needs=("a",)))

    result = model.decision("d").evaluate({"a": "x"}, lenient=True)

    assert result.value is None
    assert "no rule of the table d" in result.problems[-1].reason
