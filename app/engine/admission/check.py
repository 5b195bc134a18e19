"""The whole check of a set of files, in the order in which one finding makes the next ones meaningless."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from app.engine.admission import (
    attributes,
    drawing,
    elements,
    events,
    expressions,
    flows,
    gateways,
    lanes,
    loops,
    names,
    own_words,
    placement,
    references,
    xml_safety,
)
from app.engine.admission.calls import Calls
from app.engine.admission.diagram import Diagram, Scope
from app.engine.admission.known import KnownNames
from app.engine.admission.problems import Problem, problem
from app.engine.admission.standard import check_root

PLACE = re.compile(
    r"processes/[a-z][a-z0-9_]{0,79}/[a-z][a-z0-9_]{0,79}\.(bpmn|dmn)|forms/[a-z][a-z0-9_]{0,79}/[a-z][a-z0-9_]{0,79}\.json"
)
MAX_FILES = 200
MAX_FORM_KB = 256
MAX_TOGETHER_KB = 8_192
MAX_FINDINGS = 200

BY_FILE: tuple[Callable[[Diagram], Iterator[Problem]], ...] = (references.check, events.check)
BY_SCOPE: tuple[Callable[[Diagram, Scope], Iterator[Problem]], ...] = (flows.check, gateways.check, loops.check)


def check_files(files: Mapping[str, bytes], known: KnownNames) -> list[Problem]:
    """Everything that speaks against these files becoming a deployment; empty: they may."""
    found = _check_files(files, known)
    if len(found) <= MAX_FINDINGS:
        return found
    return [*found[:MAX_FINDINGS], problem("too_many_findings", found[0].file, limit=MAX_FINDINGS)]


def _check_files(files: Mapping[str, bytes], known: KnownNames) -> list[Problem]:
    unread = list(_sizes_and_places(files))
    if unread:
        return unread
    parsed = {path: xml_safety.parse(path, content) for path, content in files.items() if not path.endswith(".json")}
    unsafe = [one for _, found in parsed.values() for one in found]
    if unsafe:
        return unsafe
    roots = {path: root for path, (root, _) in sorted(parsed.items()) if path.endswith(".bpmn")}
    refused = [one for path, root in roots.items() for one in _allowed(path, root)]
    if refused:
        return refused + _against_the_standard(roots)
    diagrams = [Diagram(path, root) for path, root in roots.items()]
    broken = [one for diagram in diagrams for one in _structure(diagram)]
    found = broken + list(_meaning(diagrams, files, known))
    return found or _against_the_standard(roots)


def _against_the_standard(roots: Mapping[str, object]) -> list[Problem]:
    """What breaks BPMN itself: the real reason beside that an element is not open here, and a net below our own rules."""
    return [one for path, root in roots.items() for one in check_root(path, root)]


def _sizes_and_places(files: Mapping[str, bytes]) -> Iterator[Problem]:
    if len(files) > MAX_FILES:
        yield problem("too_many_files", "", limit=MAX_FILES)
        return
    if sum(map(len, files.values())) > MAX_TOGETHER_KB * 1024:
        yield problem("too_large_together", "", limit=MAX_TOGETHER_KB)
    for path, content in files.items():
        if not PLACE.fullmatch(path):
            yield problem("path", path, path=path)
        elif path.endswith(".json") and len(content) > MAX_FORM_KB * 1024:
            yield problem("too_large", path, limit=MAX_FORM_KB)


def _allowed(path: str, root: object) -> Iterator[Problem]:
    for part in (elements, placement, attributes, own_words):
        yield from part.check(path, root)


def _structure(diagram: Diagram) -> Iterator[Problem]:
    for check in BY_FILE:
        yield from check(diagram)
    for scope in diagram.scopes:
        for check_scope in BY_SCOPE:
            yield from check_scope(diagram, scope)


def _meaning(diagrams: list[Diagram], files: Mapping[str, bytes], known: KnownNames) -> Iterator[Problem]:
    yield from names.check_set(diagrams, files)
    calls = Calls(diagrams)
    for diagram in diagrams:
        yield from names.check(diagram, known, files)
        yield from lanes.check(diagram, known)
        yield from calls.check(diagram)
        yield from drawing.check(diagram)
        yield from expressions.check(diagram, calls.shared_with(diagram.key))
