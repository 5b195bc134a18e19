"""The texts of the rules: whole, in both languages, and every rule that the product cites is among them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.domain.parameters import PARAMETERS
from app.domain.rules import Rule, chapters, parameter_names, rules

ROOT = Path(__file__).resolve().parents[2]
CITED = {
    "app/domain": ("*.py", re.compile(r'"(A\d+\.\d+)"')),
    "app/web": ("*.py", re.compile(r'"(A\d+\.\d+)"')),
    "app/web/templates": ("*.html", re.compile(r"\b(A\d+\.\d+)\b")),
    "handlers": ("*.py", re.compile(r"\b(A\d+\.\d+)\b")),
    "processes": ("*.bpmn", re.compile(r'ql:article id="([^"]+)"')),
    "processes/": ("*.dmn", re.compile(r"\b(A\d+\.\d+)\b")),
    "forms": ("*.json", re.compile(r'"article": "([^"]+)"')),
}
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pytest.mark.parametrize("folder", sorted(CITED))
def test_every_rule_that_is_cited_has_a_text(folder: str) -> None:
    pattern, article = CITED[folder]
    files = sorted((ROOT / folder).rglob(pattern))

    cited = {(found, path.name) for path in files for found in article.findall(path.read_text("utf-8"))}

    assert cited
    assert {one for one in cited if one[0] not in rules()} == set()


@pytest.mark.parametrize("rule", rules().values(), ids=list(rules()))
def test_each_rule_is_said_in_both_languages_with_its_clause(rule: Rule) -> None:
    assert rule.clause.startswith("第")
    assert CHINESE.search(rule.title_zh)
    assert CHINESE.search(rule.text_zh)
    assert not CHINESE.search(rule.title_en + rule.text_en)
    assert rule.text_zh.endswith("。")
    assert rule.text_en.endswith(".")


def test_no_rule_stands_twice() -> None:
    listed = [rule.id for chapter in chapters() for rule in chapter.rules]

    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("key", sorted(PARAMETERS))
def test_each_parameter_has_a_name_and_belongs_to_a_rule(key: str) -> None:
    names = parameter_names()[key]

    assert CHINESE.search(names["zh"])
    assert not CHINESE.search(names["en"])
    assert PARAMETERS[key].article in rules()
