"""The rules of the measure, each in a few words of our own with the clause that it stands on; texts are in the TOML files.

The Chinese text of the measure is authoritative; an id `A8.2` is the second rule that the software reads out of article 8,
`B1` the first thing that always holds in the books.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
MEASURE_ZH = "《宁夏回族自治区小微企业服务补贴券业务管理暂行办法》（宁非公经发〔2016〕73 号）"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; titles and texts in both languages."""

    id: str
    clause: str
    """Where it stands in the measure: 第八条."""
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rules that belong together."""

    title_zh: str
    title_en: str
    rules: tuple[Rule, ...]


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every rule in its chapter, in the order in which people meet them."""
    return tuple(_chapter(tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("[0-9]_*.toml")))


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for chapter in chapters() for rule in chapter.rules}


@cache
def parameter_names() -> Mapping[str, Mapping[str, str]]:
    """What a policy parameter is called in zh and en, by its key."""
    names: dict[str, dict[str, str]] = tomllib.loads((FOLDER / "parameters.toml").read_text("utf-8"))
    return names


def _chapter(written: Mapping[str, object]) -> Chapter:
    listed = written["rule"]
    if not isinstance(listed, list):
        raise TypeError("a chapter lists its rules")
    return Chapter(
        str(written["title_zh"]),
        str(written["title_en"]),
        tuple(Rule(one["id"], one["clause"], one["title_zh"], one["title_en"], one["zh"], one["en"]) for one in listed),
    )
