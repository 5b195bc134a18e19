"""The diagram's own words: which `ql:` extensions there are, where each belongs, and what it must say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.engine.admission.elements import ALLOWED, BPMN, QL, owner, split
from app.engine.admission.problems import Problem, problem
from app.engine.admission.references import WORDS
from app.feel import FeelError, compile_expression

RESERVED = frozenset({"now", "today", "deadline", "answers", "result", "payload"})


@dataclass(frozen=True, slots=True)
class Word:
    """Where an extension may stand, the attributes that it needs and may have, and whether it may be repeated."""

    places: frozenset[str]
    needed: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    repeats: bool = False


def _in(*places: str) -> frozenset[str]:
    return frozenset(places)


ANYWHERE = frozenset(ALLOWED)
NAME_VALUE = frozenset({"name", "value"})
WORDS_OF_OURS: dict[str, Word] = {
    "title": Word(ANYWHERE, _in("zh", "en")),
    "article": Word(ANYWHERE, _in("id"), repeats=True),
    "variable": Word(_in("process"), _in("name"), repeats=True),
    "form": Word(_in("userTask"), optional=_in("key")),
    "due": Word(_in("userTask"), optional=_in("working_days", "duration")),
    "bulk": Word(_in("userTask"), _in("allowed")),
    "separate-from": Word(_in("userTask"), _in("tasks")),
    "operation": Word(_in("serviceTask"), _in("name")),
    "async": Word(_in("serviceTask"), optional=_in("retries", "backoff")),
    "decision": Word(_in("businessRuleTask"), _in("name")),
    "call": Word(_in("callActivity")),
    "message": Word(_in("receiveTask", "intermediateCatchEvent", "boundaryEvent")),
    "input": Word(_in("ql:operation", "ql:decision", "ql:call"), NAME_VALUE, repeats=True),
    "output": Word(_in("ql:form", "ql:operation", "ql:decision", "ql:call", "ql:message"), NAME_VALUE, repeats=True),
}
PATTERNS: dict[tuple[str, str], tuple[re.Pattern[str], str]] = {
    ("bulk", "allowed"): (re.compile(r"true|false"), "true, false"),
    ("async", "retries"): (re.compile(r"\d{1,2}", re.ASCII), "0-99"),
    ("form", "key"): (WORDS, "snake_case"),
    ("article", "id"): (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"), "A8.2"),
}


def check(path: str, root: Any) -> Iterator[Problem]:
    """Every extension of ours, and every variable that a multi-instance names."""
    for node in root.iter(f"{{{QL}}}*"):
        yield from _word(path, node, split(node.tag)[1])
    for node in root.iter(f"{{{BPMN}}}inputDataItem", f"{{{BPMN}}}outputDataItem"):
        yield from _variable(path, node, node.get("name") or node.get("id") or "")


def _word(path: str, node: Any, name: str) -> Iterator[Problem]:
    word = WORDS_OF_OURS.get(name)
    if word is None:
        yield problem("element_unknown", path, owner(node), node.sourceline, kind=f"ql:{name}")
        return
    if _place(node) not in word.places:
        places = ", ".join(sorted(word.places)) if len(word.places) < 9 else "bpmn:extensionElements"
        yield problem("extension_misplaced", path, owner(node), node.sourceline, name=f"ql:{name}", places=places)
    if _is_repeated(node, word):
        yield problem("extension_twice", path, owner(node), node.sourceline, name=_shown(node, name))
    yield from _attributes(path, node, name, word)
    if name in {"variable", "output"} and node.get("name"):
        yield from _variable(path, node, str(node.get("name")))


def _attributes(path: str, node: Any, name: str, word: Word) -> Iterator[Problem]:
    missing = sorted(word.needed - set(node.attrib))
    if name == "due" and len(set(node.attrib) & word.optional) != 1:
        missing = ["working_days | duration"]
    if missing:
        shown = ", ".join(missing)
        yield problem("extension_incomplete", path, owner(node), node.sourceline, name=f"ql:{name}", missing=shown)
    for key, value in node.attrib.items():
        pattern, possible = PATTERNS.get((name, key), (None, ""))
        if key not in word.needed | word.optional:
            yield problem("attribute_refused", path, owner(node), node.sourceline, name=f"ql:{name}/@{key}")
        elif pattern is not None and not pattern.fullmatch(str(value)):
            yield problem(
                "extension_value", path, owner(node), node.sourceline, name=f"ql:{name}/@{key}", value=value,
                possible=possible,
            )  # fmt: skip


def _place(node: Any) -> str:
    """The element that an extension says something of."""
    parent = node.getparent()
    space, name = split(parent.tag)
    if space == QL:
        return f"ql:{name}"
    return split(parent.getparent().tag)[1] if name == "extensionElements" else ""


def _is_repeated(node: Any, word: Word) -> bool:
    earlier = node.itersiblings(node.tag, preceding=True)
    if not word.repeats:
        return next(earlier, None) is not None
    return any(other.get("name") == node.get("name") for other in earlier) and node.get("name") is not None


def _shown(node: Any, name: str) -> str:
    return f"ql:{name} {node.get('name')}" if node.get("name") else f"ql:{name}"


def _variable(path: str, node: Any, name: str) -> Iterator[Problem]:
    """A name that every expression can read back: words, not a word of the language."""
    try:
        is_readable = compile_expression(name).free_names == {name}
    except FeelError:
        is_readable = False
    if not is_readable or name in RESERVED or not WORDS.fullmatch(name):
        yield problem("variable_name", path, owner(node), node.sourceline, name=name or "∅")
