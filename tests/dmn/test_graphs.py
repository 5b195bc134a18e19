"""Decisions that require others, functions, services, and boxed expressions."""

import pytest

from app.dmn import MissingInputError, UnknownDecisionError, ValueMismatchError


def test_required_decisions_are_evaluated_first(draw, read):
    model = read(
        draw.decision("fee", draw.literal("base * rate"), needs=("rate",), after=("base",)),
        draw.decision("base", draw.literal("amount - 100"), needs=("amount",)),
        draw.inputs(("amount", "rate")),
    )

    fee = model.decision("fee")

    assert set(fee.inputs) == {"amount", "rate"}
    assert fee.evaluate({"amount": 300, "rate": 2}).value == 400


def test_a_decision_shared_by_two_is_evaluated_once(draw, read):
    out = [{"name": "out"}]
    model = read(
        draw.inputs(("a",)),
        draw.decision("low", draw.table(["a"], out, [("-", "a + 1")]), needs=("a",)),
        draw.decision("left", draw.literal("low * 2"), after=("low",)),
        draw.decision("right", draw.literal("low * 3"), after=("low",)),
        draw.decision("top", draw.literal("left + right"), after=("left", "right")),
    )

    result = model.decision("top").evaluate({"a": 1})

    assert result.value == 10
    assert [entry.table for entry in result.trace] == ["low"]


def test_names_with_spaces_are_understood(draw, read):
    inputs = '<inputData id="i_n" name="Full Name"><variable name="Full Name"/></inputData>'
    model = read(inputs, draw.decision("d", draw.literal('"Hello " + Full Name'), needs=("n",)))

    assert model.decision("d").evaluate({"Full Name": "Li"}).value == "Hello Li"


def test_a_missing_input_is_named(draw, read):
    model = read(draw.inputs(("a",)), draw.decision("d", draw.literal("a"), needs=("a",)))

    with pytest.raises(MissingInputError, match="the decision d needs the input a"):
        model.decision("d").evaluate({})
    assert model.decision("d").evaluate({}, lenient=True).value is None


def test_an_unknown_decision_is_answered_with_those_that_exist(draw, read):
    with pytest.raises(UnknownDecisionError, match="the model has d"):
        read(draw.decision("d", draw.literal("1"))).decision("e")


@pytest.mark.parametrize(("value", "fits"), [(5, True), ([5], True), ("5", False), (True, False)])
def test_an_input_is_held_to_its_type(draw, read, value, fits):
    model = read(draw.inputs(("a",), {"a": "number"}), draw.decision("d", draw.literal("a + 1"), needs=("a",)))

    if fits:
        assert model.decision("d").evaluate({"a": value}).value == 6
    else:
        with pytest.raises(ValueMismatchError, match="the value of a"):
            model.decision("d").evaluate({"a": value})


def test_a_result_is_held_to_its_type(draw, read):
    model = read(draw.decision("d", draw.literal("1 + 1"), type_ref="string"))

    with pytest.raises(ValueMismatchError, match="the value of d"):
        model.decision("d").evaluate({})


@pytest.mark.parametrize(("value", "fits"), [("go", True), ("stop", True), ("wait", False)])
def test_declared_values_are_the_only_ones(draw, read, value, fits):
    kind = '<itemDefinition name="tWord"><typeRef>string</typeRef><allowedValues><text>"go", "stop"</text></allowedValues></itemDefinition>'
    model = read(kind, draw.inputs(("a",), {"a": "tWord"}), draw.decision("d", draw.literal("a"), needs=("a",)))

    if fits:
        assert model.decision("d").evaluate({"a": value}).value == value
    else:
        with pytest.raises(ValueMismatchError):
            model.decision("d").evaluate({"a": value})


def test_structured_types_name_their_components(draw, read):
    kind = (
        '<itemDefinition name="tLoan"><itemComponent name="yearly rate"><typeRef>number</typeRef></itemComponent>'
        '<itemComponent name="sum-total"><typeRef>number</typeRef></itemComponent></itemDefinition>'
    )
    model = read(
        kind,
        draw.inputs(("l",), {"l": "tLoan"}),
        draw.decision("d", draw.literal("l.yearly rate * l.sum-total"), needs=("l",)),
    )

    assert model.decision("d").evaluate({"l": {"yearly rate": 2, "sum-total": 3}}).value == 6
    with pytest.raises(ValueMismatchError):
        model.decision("d").evaluate({"l": {"yearly rate": "x", "sum-total": 3}})


FUNCTION = (
    '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x" typeRef="number"/>'
    "<literalExpression><text>{0}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
)


def test_a_business_knowledge_model_is_a_function(draw, read):
    model = read(FUNCTION.format("x * 2"), draw.decision("d", draw.literal("f(4) + f(x: 1)"), knows=("f",)))

    assert model.decision("d").evaluate({}).value == 10


def test_a_business_knowledge_model_may_call_itself(draw, read):
    model = read(
        FUNCTION.format("if x = 0 then 1 else x * f(x - 1)"), draw.decision("d", draw.literal("f(5)"), knows=("f",))
    )

    assert model.decision("d").evaluate({}).value == 120


def test_an_invocation_binds_parameters_by_name(draw, read):
    call = (
        f'<invocation>{draw.literal("f")}<binding><parameter name="x"/>{draw.literal("a + 1")}</binding></invocation>'
    )
    model = read(FUNCTION.format("x * 2"), draw.inputs(("a",)), draw.decision("d", call, needs=("a",), knows=("f",)))

    assert model.decision("d").evaluate({"a": 3}).value == 8


def test_a_table_inside_a_function_reads_its_parameters(draw, read):
    logic = draw.table(["x"], [{"name": "out"}], [("> 5", '"much"'), ("<= 5", '"little"')])
    function = (
        f'<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="x"/>{logic}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    model = read(function, draw.decision("d", draw.literal("[f(9), f(1)]"), knows=("f",)))

    result = model.decision("d").evaluate({})

    assert result.value == ["much", "little"]
    assert [entry.inputs for entry in result.trace] == [{"x": 9}, {"x": 1}]


def test_a_decision_service_is_a_function_and_a_decision(draw, read):
    service = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#top"/><inputDecision href="#low"/></decisionService>'
    model = read(
        service,
        draw.decision("low", draw.literal("1")),
        draw.decision("top", draw.literal("low + 10"), after=("low",)),
        draw.decision("d", draw.literal("s(5)"), knows=("s",)),
    )

    assert model.decision("d").evaluate({}).value == 15
    assert model.decision("s").evaluate({"low": 7}).value == 17


def entry(name: str, content: str) -> str:
    """One entry of a boxed context."""
    return f'<contextEntry><variable name="{name}"/>{content}</contextEntry>'


def test_a_boxed_context_sees_its_earlier_entries(draw, read):
    box = f"<context>{entry('x', draw.literal('2'))}{entry('y z', draw.literal('x + 1'))}</context>"
    ending = f"<context>{entry('x', draw.literal('2'))}<contextEntry>{draw.literal('x * 10')}</contextEntry></context>"

    model = read(draw.decision("d", box), draw.decision("e", ending))

    assert model.decision("d").evaluate({}).value == {"x": 2, "y z": 3}
    assert model.decision("e").evaluate({}).value == 20


def test_relations_lists_and_choices_are_values(draw, read):
    relation = (
        '<relation><column name="k"/><column name="v"/>'
        f"<row>{draw.literal('1')}{draw.literal('2')}</row><row>{draw.literal('3')}{draw.literal('4')}</row></relation>"
    )
    rows = f"<list>{draw.literal('1')}{draw.literal('2')}</list>"
    choice = f"<conditional><if>{draw.literal('1 > 2')}</if><then>{draw.literal('1')}</then><else>{draw.literal('2')}</else></conditional>"
    model = read(draw.decision("r", relation), draw.decision("l", rows), draw.decision("c", choice))

    assert model.decision("r").evaluate({}).value == [{"k": 1, "v": 2}, {"k": 3, "v": 4}]
    assert model.decision("l").evaluate({}).value == [1, 2]
    assert model.decision("c").evaluate({}).value == 2


def test_boxed_filters_loops_and_quantifiers(draw, read):
    domain = f"<in>{draw.literal('[1, 2, 3]')}</in>"
    boxes = {
        "f": f"<filter>{domain}<match>{draw.literal('item > 1')}</match></filter>",
        "l": f'<for iteratorVariable="i">{domain}<return>{draw.literal("i * 2")}</return></for>',
        "s": f'<some iteratorVariable="i">{domain}<satisfies>{draw.literal("i > 2")}</satisfies></some>',
        "e": f'<every iteratorVariable="i">{domain}<satisfies>{draw.literal("i > 2")}</satisfies></every>',
    }
    model = read(*(draw.decision(name, box) for name, box in boxes.items()))

    assert [model.decision(name).evaluate({}).value for name in boxes] == [[2, 3], [2, 4, 6], True, False]
