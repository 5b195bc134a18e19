"""The whole check of a set of files, in the order in which one finding makes the next ones meaningless."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.engine.admission import elements, expressions, names, structure, xml_safety
from app.engine.admission.diagram import Diagram
from app.engine.admission.known import KnownNames
from app.engine.admission.problems import Problem, problem

PLACE = re.compile(
    r"processes/[a-z][a-z0-9_]{0,79}/[a-z][a-z0-9_]{0,79}\.(bpmn|dmn)|forms/[a-z][a-z0-9_]{0,79}/[a-z][a-z0-9_]{0,79}\.json"
)
MAX_FILES = 200
MAX_FORM_KB = 256


def check_files(files: Mapping[str, bytes], known: KnownNames) -> list[Problem]:
    """Everything that speaks against these files becoming a deployment; empty: they may."""
    if len(files) > MAX_FILES:
        return [problem("too_many_files", "", limit=MAX_FILES)]
    misplaced = [problem("path", path, path=path) for path in files if not PLACE.fullmatch(path)]
    large = [
        problem("too_large", path, limit=MAX_FORM_KB)
        for path, content in files.items()
        if path.endswith(".json") and len(content) > MAX_FORM_KB * 1024
    ]
    if misplaced or large:
        return misplaced + large
    parsed = {path: xml_safety.parse(path, content) for path, content in files.items() if not path.endswith(".json")}
    unsafe = [one for _, found in parsed.values() for one in found]
    if unsafe:
        return unsafe
    diagrams = [Diagram(path, root) for path, (root, _) in sorted(parsed.items()) if path.endswith(".bpmn")]
    refused = [one for diagram in diagrams for one in elements.check(diagram.path, diagram.root)]
    if refused:
        return refused
    broken = [one for diagram in diagrams for one in structure.check(diagram)]
    return broken + _meaning(diagrams, files, known)


def _meaning(diagrams: list[Diagram], files: Mapping[str, bytes], known: KnownNames) -> list[Problem]:
    found = list(names.check_set(diagrams, files))
    called = frozenset(str(process.get("id")) for diagram in diagrams for process in diagram.executable)
    for diagram in diagrams:
        found += names.check(diagram, known, files, called)
        others = (one for one in diagrams if _calls(one, diagram.key) or _calls(diagram, one.key))
        shared: frozenset[str] = frozenset().union(*(expressions.set_by(one) for one in others))
        found += expressions.check(diagram, shared)
    return found


def _calls(caller: Diagram, key: str) -> bool:
    return any(node.get("calledElement") == key for node in caller.nodes("callActivity"))
