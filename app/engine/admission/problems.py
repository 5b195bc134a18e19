"""A finding of admission, and the catalogue of its rules: `rules.toml`, one entry a rule, in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, which rule it breaks, and how to mend it, for people."""

    file: str
    element: str | None
    rule: str
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The words of one rule; those in braces are filled in by the finding."""

    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str


def problem(rule: str, file: str, element: str | None = None, line: int | None = None, **words: object) -> Problem:
    """A finding in the words of its rule."""
    texts = rules()[rule]
    return Problem(
        file=file,
        element=element,
        rule=rule,
        message_zh=texts.message_zh.format(**words),
        message_en=texts.message_en.format(**words),
        remedy_zh=texts.remedy_zh.format(**words),
        remedy_en=texts.remedy_en.format(**words),
        line=line,
    )


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the catalogue."""
    return {name: Rule(**texts) for name, texts in tomllib.loads(CATALOGUE.read_text(encoding="utf-8")).items()}
