"""What is refused at reading, and with which words."""

import pytest

from app.dmn import DmnReadError, UnreadableCellError, read_model
from app.dmn.xml_source import MAX_BYTES

OUT = [{"name": "out"}]


def test_an_unreadable_cell_names_table_rule_column_and_place(draw, read):
    rows = [("1", "1"), (">> 3", "2")]

    with pytest.raises(UnreadableCellError) as error:
        read(draw.inputs(("a",)), draw.decision("d", draw.table(["a"], OUT, rows), needs=("a",)))

    assert (error.value.rule, error.value.column, error.value.text) == (2, "a", ">> 3")
    assert "test.dmn, table d, rule 2, column a" in str(error.value)
    assert "line 1, column 2" in str(error.value)
    assert error.value.remedy in str(error.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not XML"),
        (b"<a", "it is not XML"),
        (b"<a/>", "not DMN 1.2 to 1.5"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "not DMN 1.2 to 1.5"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "more than"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "a document type"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>', "a document type"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "a document type"),
    ],
    ids=["empty", "broken", "other root", "DMN 1.1", "too large", "entity", "external type", "file entity"],
)
def test_a_file_that_is_no_safe_dmn_is_refused(content, reason):
    with pytest.raises(DmnReadError, match=reason) as error:
        read_model(content, source="bad.dmn")

    assert "bad.dmn" in str(error.value)
    assert error.value.remedy


@pytest.mark.parametrize("year", ["20180521", "20191111", "20211108", "20230324"])
def test_all_versions_from_1_2_to_1_5_are_read(draw, year):
    scheme = "http" if year == "20180521" else "https"
    namespace = f"{scheme}://www.omg.org/spec/DMN/{year}/MODEL/"

    model = read_model(draw.definitions(draw.decision("d", draw.literal("1")), namespace=namespace))

    assert model.decision("d").evaluate({}).value == 1


def _table(draw, **options):
    return draw.decision(
        "d", draw.table(["a"], options.pop("outputs", OUT), options.pop("rows", [("1", "1")]), **options), needs=("a",)
    )


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda d: _table(d, policy="BEST"), "hit policy BEST is unknown"),
        (lambda d: _table(d, policy="COLLECT", aggregation="MEAN"), "aggregation MEAN is unknown"),
        (lambda d: _table(d, policy="PRIORITY"), "needs the order of the outputs"),
        (lambda d: _table(d, rows=[("1",)]), "0 outputs for 1 columns"),
        (lambda d: _table(d, outputs=[]), "no output"),
        (lambda d: _table(d, outputs=[{"name": "x"}, {"name": "x"}], rows=[("1", "1", "1")]), "no name of their own"),
        (lambda d: d.decision("d", d.literal("a + b"), needs=("a",)), "it reads b, which it does not require"),
        (lambda d: d.decision("d", d.literal("1 +"), needs=("a",)), "cannot be read"),
        (lambda d: d.decision("d", "", needs=("a",)), "0 expressions where one belongs"),
        (lambda d: d.decision("d", d.literal("1") * 2), "2 expressions where one belongs"),
        (lambda d: d.decision("d", "<pmml/>"), "pmml is not supported"),
        (lambda d: d.decision("d", d.literal("1"), after=("d",)), "requires itself"),
        (lambda d: d.decision("d", d.literal("1"), after=("e",)), "leads nowhere"),
        (lambda d: d.decision("d", d.literal("1")) * 2, "used twice"),
        (lambda d: d.decision("d", d.literal("1"), type_ref="tNone"), "the type tNone is not defined"),
        (lambda d: '<import namespace="urn:x" name="x" importType="y"/>', "only DMN is imported"),
        (lambda d: d.decision("d", '<functionDefinition kind="Java"/>'), "kind Java are not run"),
        (
            lambda d: d.decision(
                "d", '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'
            ),
            "not run",
        ),
        (lambda d: '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', "contains itself"),
        (lambda d: "<decision id='x'/>", "no name"),
    ],
)
def test_a_model_that_is_unclear_is_refused(draw, read, build, reason):
    with pytest.raises(DmnReadError, match=reason) as error:
        read(draw.inputs(("a",)), build(draw))

    assert error.value.source == "test.dmn"
    assert error.value.remedy
    assert error.value.element


def test_a_circle_of_two_decisions_is_refused(draw, read):
    with pytest.raises(DmnReadError, match="requires itself"):
        read(draw.decision("d", draw.literal("1"), after=("e",)), draw.decision("e", draw.literal("1"), after=("d",)))


def test_boxes_nested_without_end_are_refused(draw, read):
    deep = "<list>" * 60 + draw.literal("1") + "</list>" * 60

    with pytest.raises(DmnReadError, match="nest deeper"):
        read(draw.decision("d", deep))


def test_a_long_chain_of_decisions_is_evaluated(draw, read):
    chain = [draw.decision(f"d{n}", draw.literal(f"d{n - 1} + 1"), after=(f"d{n - 1}",)) for n in range(1, 600)]

    assert read(draw.decision("d0", draw.literal("0")), *chain).decision("d599").evaluate({}).value == 599


def test_a_tolerant_reading_makes_what_is_unclear_null(draw, read):
    model = read(draw.decision("d", draw.literal("1 +")), draw.decision("e", draw.literal("2")), tolerant=True)

    broken = model.decision("d").evaluate({})

    assert broken.value is None
    assert "cannot be read" in broken.problems[0].reason
    assert model.decision("e").evaluate({}).value == 2
