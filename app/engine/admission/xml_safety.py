"""The first look at an uploaded XML file: small enough, well-formed, and nothing in it but elements and text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.engine.admission.problems import Problem, problem

MAX_KB = 2_048
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000


def parse(path: str, content: bytes) -> tuple[Any, list[Problem]]:
    """The root element and what is wrong; with a problem the root is None."""
    if len(content) > MAX_KB * 1024:
        return None, [problem("too_large", path, limit=MAX_KB)]
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None, [problem("doctype", path)]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        return None, [problem("not_xml", path, line=error.lineno, reason=error.msg)]
    found = list(_findings(path, root))
    return (None if found else root), found


def _findings(path: str, root: Any) -> Iterator[Problem]:
    if root.getroottree().docinfo.doctype:
        yield problem("doctype", path)
        return
    count = 0
    todo = [(root, 1)]
    while todo:
        node, depth = todo.pop()
        if not isinstance(node.tag, str):
            if isinstance(node, etree._ProcessingInstruction):  # noqa: SLF001 -- lxml has no public name for it
                yield problem("processing_instruction", path, line=None, name=node.target)
            continue
        count += 1
        if depth > MAX_DEPTH:
            yield problem("too_deep", path, line=node.sourceline, limit=MAX_DEPTH)
            return
        if count > MAX_ELEMENTS:
            yield problem("too_many_elements", path, limit=MAX_ELEMENTS)
            return
        todo.extend((child, depth + 1) for child in node)
