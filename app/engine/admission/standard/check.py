"""The whole check of one file against the standard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.engine.admission import xml_safety
from app.engine.admission.problems import Problem
from app.engine.admission.standard import activities, data, events, flows, gateways, references, words
from app.engine.admission.standard.model import Model
from app.engine.admission.standard.rules import Finding, as_problem

_PARTS = (words, references, flows, gateways, events, activities, data)

SAID_BY_THE_HOUSE = frozenset(
    {"expression_informal", "message_operation", "flow_list_missing", "data_missing", "called_wrong"}
)
"""What the house says in its own words instead: expressions are FEEL, messages go by name, data by `ql:` words,
processes by their file."""


def check_standard(path: str, content: bytes) -> list[Problem]:
    """Everything in which a file breaks the standard; empty: it may be read."""
    root, problems = xml_safety.parse(path, content)
    return problems or [as_problem(path, one) for one in _findings(root)]


def check_root(path: str, root: Any) -> Iterator[Problem]:
    """The same for a file that the house's rules are asked of as well."""
    for one in _findings(root):
        if one.rule not in SAID_BY_THE_HOUSE:
            yield as_problem(path, one)


def _findings(root: Any) -> Iterator[Finding]:
    model = Model(root)
    for part in _PARTS:
        yield from part.check(model)
