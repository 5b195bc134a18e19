"""One model in several files: what is imported is read by the name of the import."""

import pytest

from app.dmn import DmnReadError, MissingInputError, read_model

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
FEES = "urn:fees"


def _file(body, namespace, name="m"):
    return f'<definitions xmlns="{DMN}" id="x" name="{name}" namespace="{namespace}">{body}</definitions>'.encode()


def _import(namespace, name, kind=DMN):
    return f'<import namespace="{namespace}" name="{name}" importType="{kind}"/>'


def _link(kind, href):
    outer = "knowledgeRequirement" if kind == "Knowledge" else "informationRequirement"
    return f'<{outer}><required{kind} href="{href}"/></{outer}>'


def _decision(name, text, *links, kind="Any"):
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/>{"".join(links)}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


FEES_FILE = _file(
    '<itemDefinition name="tRate"><typeRef>number</typeRef>'
    "<allowedValues><text>[0..1]</text></allowedValues></itemDefinition>"
    '<inputData id="rate" name="base rate"><variable name="base rate" typeRef="tRate"/></inputData>'
    '<businessKnowledgeModel id="fee" name="fee of"><variable name="fee of"/><encapsulatedLogic>'
    '<formalParameter name="amount" typeRef="number"/><literalExpression><text>half(amount)</text></literalExpression>'
    f"</encapsulatedLogic>{_link('Knowledge', '#half')}</businessKnowledgeModel>"
    '<businessKnowledgeModel id="half" name="half"><variable name="half"/><encapsulatedLogic>'
    '<formalParameter name="n"/><literalExpression><text>n / 2</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>" + _decision("double", "base rate * 2", _link("Input", "#rate")),
    FEES,
    "fees",
)


def _read(body, *imports, namespace="urn:main"):
    return read_model(_file(body, namespace), source="main.dmn", imports=imports)


def test_a_function_of_an_imported_file_is_called_by_the_name_of_the_import():
    model = _read(
        _import(FEES, "our fees") + _decision("d", "our fees.fee of(50)", _link("Knowledge", f"{FEES}#fee")), FEES_FILE
    )

    assert model.decision("d").evaluate({}).value == 25


def test_a_type_of_an_imported_file_is_named_by_its_path():
    body = _import(FEES, "fees") + _decision("d", "0.5", kind="fees.tRate") + _decision("e", "2 instance of fees.tRate")
    model = _read(body, FEES_FILE)

    assert model.decision("d").evaluate({}).value is not None
    assert model.decision("e").evaluate({}).value is False


def test_a_decision_and_an_input_of_an_imported_file_are_read_in_paths():
    body = _import(FEES, "fees") + _decision(
        "d", "fees.double + fees.base rate", _link("Decision", f"{FEES}#double"), _link("Input", f"{FEES}#rate")
    )
    decision = _read(body, FEES_FILE).decision("d")

    assert decision.inputs == ("fees.base rate",)
    assert decision.evaluate({"fees": {"base rate": 1}}).value == 3
    assert decision.evaluate({"fees.base rate": 1}).value == 3
    with pytest.raises(MissingInputError, match=r"fees\.base rate"):
        decision.evaluate({"base rate": 1})


def test_a_file_imported_on_two_ways_has_two_sets_of_inputs():
    middle = [
        _file(
            _import(FEES, "fees") + _decision("sum", "fees.double", _link("Decision", f"{FEES}#double")), f"urn:{side}"
        )
        for side in ("left", "right")
    ]
    body = (
        _import("urn:left", "left")
        + _import("urn:right", "right")
        + _decision("d", "[left.sum, right.sum]", _link("Decision", "urn:left#sum"), _link("Decision", "urn:right#sum"))
    )
    values = {"left": {"fees": {"base rate": 0.5}}, "right": {"fees": {"base rate": 1}}}

    assert _read(body, FEES_FILE, *middle).decision("d").evaluate(values).value == [1, 2]


def test_an_import_without_a_name_brings_its_elements_in():
    body = _import(FEES, "") + _decision(
        "d", "fee of(10) + double", _link("Knowledge", f"{FEES}#fee"), _link("Decision", f"{FEES}#double"), kind="tRate"
    )
    decision = _read(body.replace('typeRef="tRate"', 'typeRef="number"'), FEES_FILE).decision("d")

    assert decision.inputs == ("base rate",)
    assert decision.evaluate({"base rate": 1}).value == 7


def test_a_reference_may_name_the_namespace_of_its_own_file():
    body = _decision("a", "1") + _decision("b", "a + 1", _link("Decision", "urn:main#a"))

    assert _read(body).decision("b").evaluate({}).value == 2


@pytest.mark.parametrize(
    ("body", "files", "reason"),
    [
        (_import("urn:none", "x"), [FEES_FILE], "no file of the namespace urn:none"),
        (_import("urn:none", "x", "http://www.w3.org/2001/XMLSchema"), [], "only DMN is imported"),
        (_import("urn:round", "x"), [_file(_import("urn:round", "x"), "urn:round")], "in a circle"),
        (
            _import(FEES, "fees") + _decision("d", "1", _link("Decision", f"{FEES}#none")),
            [FEES_FILE],
            "leads nowhere",
        ),
        (_decision("d", "1", _link("Decision", f"{FEES}#double")), [FEES_FILE], "leads nowhere"),
        (_import(FEES, "fees") + _decision("d", "1", kind="fees.tNone"), [FEES_FILE], "fees.tNone is not defined"),
    ],
)
def test_an_import_that_leads_nowhere_is_refused(body, files, reason):
    with pytest.raises(DmnReadError, match=reason) as error:
        _read(body, *files)

    assert error.value.source in {"main.dmn", "m"}
    assert error.value.remedy


def test_a_file_that_is_no_dmn_does_not_hinder_the_others():
    body = _import(FEES, "fees") + _decision("d", "fees.fee of(1)", _link("Knowledge", f"{FEES}#fee"))

    assert _read(body, b"<html/>", b"no xml", FEES_FILE).decision("d").evaluate({}).value is not None


def test_a_function_can_be_asked_by_its_name():
    function = read_model(FEES_FILE).invocable("fee of")

    assert function.inputs == ("amount",)
    assert function.evaluate({"amount": 9}).value * 2 == 9
    assert function.evaluate({"amount": "nine"}).value is None
