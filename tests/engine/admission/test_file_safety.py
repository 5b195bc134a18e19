"""Files from strangers: what is no plain XML of reasonable size is refused before anything is read from it."""

from __future__ import annotations

from typing import Any

import pytest

BPMN = "processes/sound/sound.bpmn"


@pytest.mark.parametrize(
    "path", ["../evil.bpmn", "processes/a/b/c.bpmn", "processes/A/a.bpmn", "forms/a/b.exe", "x.bpmn", "/etc/passwd"]
)
def test_files_have_their_places(path: str, files: Any, rules_of: Any) -> None:
    assert rules_of({**files, path: b"<x/>"}) == {"path"}


@pytest.mark.parametrize(("depth", "is_refused"), [(40, False), (41, True)])
def test_forty_levels_are_the_limit(depth: int, is_refused: bool, rules_of: Any) -> None:
    assert ("too_deep" in rules_of({BPMN: b"<a>" * depth + b"</a>" * depth})) is is_refused


@pytest.mark.parametrize(("children", "is_refused"), [(19_999, False), (20_000, True)])
def test_twenty_thousand_elements_are_the_limit(children: int, is_refused: bool, rules_of: Any) -> None:
    assert ("too_many_elements" in rules_of({BPMN: b"<a>" + b"<b/>" * children + b"</a>"})) is is_refused


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"),
    ],
    ids=["entities", "external", "another encoding"],
)
def test_entities_never_come_in(bomb: bytes, rules_of: Any) -> None:
    found = rules_of({BPMN: bomb})

    assert found
    assert found <= {"doctype", "not_xml"}


def test_xinclude_is_refused(broken: Any, rules_of: Any) -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'

    assert "extension_refused" in rules_of(broken(('<bpmn:error id="poor"', include + '<bpmn:error id="poor"')))


@pytest.mark.parametrize("place", ["<bpmn:definitions ", "</bpmn:definitions>"])
def test_instructions_around_the_diagram_are_refused_too(place: str, broken: Any, rules_of: Any) -> None:
    instruction = '<?xml-stylesheet href="http://example.org/x.xsl"?>'
    change = place + instruction if place.startswith("</") else instruction + place

    assert rules_of(broken((place, change))) == {"processing_instruction"}


def test_a_comment_does_not_hide_the_rest_of_an_expression(broken: Any, rules_of: Any) -> None:
    assert rules_of(broken(('outcome = "passed"', 'outcome = "passed"<!-- --> and = 1'))) == {"expression_faulty"}
