"""Decision tables as rows that an official can read, straight from the deployed DMN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from app.web.languages import language

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: a table, or a single expression."""

    name: str
    description: str
    hit_policy: str
    """"" for a decision that is no table."""
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    """What is said beside each row: the article it stands on."""
    expression: str = ""


def decisions_in(xml: bytes) -> list[Decision]:
    """Every decision of a DMN file, in its order."""
    tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    return [_decision(element) for element in tree.iter(f"{DMN}decision")]


def _decision(element: etree._Element) -> Decision:
    name, description = (
        str(element.get("name") or element.get("id")),
        _in_words(_said(element.find(f"{DMN}description"))),
    )
    table = element.find(f"{DMN}decisionTable")
    if table is None:
        expression = element.find(f"{DMN}literalExpression/{DMN}text")
        return Decision(name, description, "", (), (), (), _said(expression))
    columns = [*_columns(table, "input"), *_columns(table, "output")]
    rules = list(table.iter(f"{DMN}rule"))
    rows = [[*_cells(rule, "inputEntry"), *_cells(rule, "outputEntry")] for rule in rules]
    notes = [_in_words(_why(rule)) for rule in rules]
    return Decision(name, description, str(table.get("hitPolicy") or "UNIQUE"), columns, rows, notes)


def _columns(table: etree._Element, kind: str) -> Iterator[str]:
    for column in table.findall(f"{DMN}{kind}"):
        expression = _said(column.find(f"{DMN}inputExpression/{DMN}text"))
        yield _in_words(str(column.get("label") or column.get("name") or expression))


def _cells(rule: etree._Element, kind: str) -> Iterator[str]:
    for cell in rule.findall(f"{DMN}{kind}"):
        yield _said(cell.find(f"{DMN}text"))


def _why(rule: etree._Element) -> str:
    """The annotation beside a row, else its description."""
    return _said(rule.find(f"{DMN}annotationEntry/{DMN}text")) or _said(rule.find(f"{DMN}description"))


def _in_words(text: str) -> str:
    """What is written as `中文 / English`, in the reader's language; the whole of what is written otherwise."""
    zh, apart, en = text.partition(" / ")
    if not apart:
        return text
    return zh if language() == "zh" else en


def _said(element: etree._Element | None) -> str:
    return "" if element is None else str(element.text or "").strip()
