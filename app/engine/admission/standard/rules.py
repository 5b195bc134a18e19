"""A finding against the standard, and the catalogue of its rules with their paragraphs: `rules.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.engine.admission.elements import owner
from app.engine.admission.problems import Problem

CATALOGUE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Finding:
    """Which rule an element breaks; the words fill in the rule's text."""

    rule: str
    node: Any
    words: Mapping[str, object] = field(default_factory=dict)


def finding(rule: str, node: Any, **words: object) -> Finding:
    """An element that breaks a rule."""
    return Finding(rule, node, words)


@cache
def rules() -> Mapping[str, Mapping[str, str]]:
    """Every rule by its id: `paragraph`, and message and remedy in both languages."""
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


def as_problem(path: str, one: Finding) -> Problem:
    """The finding in the words of its rule, with the paragraph of the standard."""
    texts = {name: text.format(**one.words) for name, text in rules()[one.rule].items()}
    cited = f" (BPMN 2.0.2 {texts['paragraph']})"
    return Problem(
        file=path, element=owner(one.node), rule=one.rule, message_zh=texts["message_zh"] + cited,
        message_en=texts["message_en"] + cited, remedy_zh=texts["remedy_zh"], remedy_en=texts["remedy_en"],
        line=one.node.sourceline,
    )  # fmt: skip
