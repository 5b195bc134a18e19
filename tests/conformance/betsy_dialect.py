"""The dialect of the suite in the project's words: script markers and Java-like conditions become FEEL, nothing else changes."""

from __future__ import annotations

import re

from lxml import etree

from app.engine.kernel.documents import BPMN

MARKERS = {
    "CREATE_LOG_FILE": "{}",
    "CREATE_MARKER_FILE": "mark_file()",
    "INCREMENT_INTEGER_VARIABLE": "{integerVariable: integerVariable + 1}",
    "INCREMENT_INTEGER_VARIABLE_AND_LOG": "log_and(string(integerVariable), {integerVariable: integerVariable + 1})",
    "SET_STRING_DATA": 'set_data("String")',
    "LOG_DATA": "read_data(input, data)",
    "READ_STRING_DATA": "read_data(input, data)",
    "WAIT_TEN_SECONDS": 'now() + duration("PT10S")',
    "THROW_ERROR": "throw_error()",
}
CONDITIONS = (
    "conditionExpression",
    "condition",
    "loopCondition",
    "completionCondition",
    "activationCondition",
    "loopCardinality",
)
_JAVA = (
    (re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL), r"\1"),
    (re.compile(r"(\w+)\.contains\(\s*([^()]*?)\s*\)"), r"contains(\1, \2)"),
    (re.compile(r"(\w+)\.equals\(\s*([^()]*?)\s*\)"), r"\1 = \2"),
    (re.compile(r"!\s*(contains\([^()]*\)|\w+)(?!\s*=)"), r"not(\1)"),
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"=="), "="),
    (re.compile(r"\bnrOf"), "numberOf"),
)


def translate(content: bytes) -> bytes:
    """The same file with scripts and conditions in FEEL."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for node in root.iter(f"{{{BPMN}}}script"):
        node.text = _script("".join(node.itertext()).strip())
    for node in root.iter(*(f"{{{BPMN}}}{name}" for name in CONDITIONS)):
        if node.text:
            node.text = _condition(node.text)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _script(marker: str) -> str:
    """One marker a line; the value of the last one counts."""
    lines = [_marker(line.strip()) for line in re.split(r"[,;\n]", marker) if line.strip()]
    if len(lines) < 2:
        return "".join(lines)
    return f"[{', '.join(lines)}][-1]"


def _marker(marker: str) -> str:
    if marker.startswith("CREATE_TIMESTAMP_LOG"):
        return f'begin_span("{marker}")'
    if marker.startswith("SCRIPT_"):
        return f'log("{marker}")'
    return MARKERS.get(marker, marker)


def _condition(text: str) -> str:
    for pattern, replacement in _JAVA:
        text = pattern.sub(replacement, text)
    return text
