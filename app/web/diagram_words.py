"""The titles of a diagram's elements in both languages, as its author wrote them."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from app.forms.text import Text

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
QL = "{urn:quanliu:bpmn:1.0}"


@lru_cache(maxsize=128)
def words_of(xml: bytes) -> dict[str, Text]:
    """The title of each element by its id: `ql:title`, else its name in both languages; elements without are left out."""
    found: dict[str, Text] = {}
    for element in _parse(xml).iter(f"{BPMN}*"):
        key, title = element.get("id"), element.find(f"{BPMN}extensionElements/{QL}title")
        name = element.get("name") or ""
        if key and (title is not None or name):
            found[key] = Text(_attribute(title, "zh") or name, _attribute(title, "en") or name)
    return found


@lru_cache(maxsize=128)
def articles_of(xml: bytes) -> dict[str, tuple[str, ...]]:
    """The articles that each element stands on, by its id, in the order of the drawing; elements without are left out."""
    found = {}
    for element in _parse(xml).iter(f"{BPMN}*"):
        cited = [one.get("id", "") for one in element.findall(f"{BPMN}extensionElements/{QL}article")]
        if cited and element.get("id"):
            found[str(element.get("id"))] = tuple(cited)
    return found


def _parse(xml: bytes) -> etree._Element:
    return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else str(element.get(name) or "")
