"""The first look at an uploaded XML file: small enough, well-formed, and nothing in it but elements and text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml import etree

from app.engine.admission.problems import Problem, problem

MAX_KB = 2_048
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000
ENCODINGS = {"UTF-8", "US-ASCII", "ASCII"}


def parse(path: str, content: bytes) -> tuple[Any, list[Problem]]:
    """The root element and what is wrong; with a problem the root is None.

    Comments are dropped, as the kernel does: else they would hide from one of the two what the other one reads.
    """
    if len(content) > MAX_KB * 1024:
        return None, [problem("too_large", path, limit=MAX_KB)]
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return None, [problem("doctype", path)]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        return None, [problem("not_xml", path, line=error.lineno, reason=error.msg)]
    found = list(_findings(path, root))
    return (None if found else root), found


def _findings(path: str, root: Any) -> Iterator[Problem]:
    about = root.getroottree().docinfo
    if about.doctype:
        yield problem("doctype", path)
        return
    if (about.encoding or "UTF-8").upper() not in ENCODINGS:
        yield problem("encoding", path, name=about.encoding)
    for node in chain(root.itersiblings(preceding=True), root.itersiblings(), root.iter(etree.ProcessingInstruction)):
        yield problem("processing_instruction", path, line=node.sourceline, name=node.target)
    yield from _size(path, root)


def _size(path: str, root: Any) -> Iterator[Problem]:
    todo = [(root, 1)]
    count = 0
    while todo:
        node, depth = todo.pop()
        count += 1
        if depth > MAX_DEPTH:
            yield problem("too_deep", path, line=node.sourceline, limit=MAX_DEPTH)
            return
        if count > MAX_ELEMENTS:
            yield problem("too_many_elements", path, limit=MAX_ELEMENTS)
            return
        todo.extend((part, depth + 1) for part in node)
