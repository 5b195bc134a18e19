"""Nothing that people read exists in one language alone: forms, diagrams, decision tables, messages, errors."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from lxml import etree

import app.clock
import app.dmn
import app.domain
import app.engine
import app.web.query
from app.dmn.errors import DmnError
from app.domain.role_grant import ROLES
from app.engine.kernel.errors import KernelError
from app.engine.kernel.script_engine import ScriptRefusedError
from app.forms.messages import BY_CODE, BY_KIND
from app.web.errors import _words, explain
from app.web.navigation import role_name

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u3400-\u9fff]")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
QL = "{urn:quanliu:bpmn:1.0}"
SEEN = ("process", "userTask", "serviceTask", "businessRuleTask", "callActivity", "startEvent", "endEvent")
"""The elements whose titles pages show."""
OF_THE_DIAGRAM = (KernelError, DmnError, ScriptRefusedError)
"""Errors of drawings: pages say whom to tell (see below), the API says what failed."""
UNSEEN = {
    "domain_error": "the root of the tree", "engine_error": "the root of the tree",
    "history_broken": "said by a command to whoever runs the house",
    "message_text": "a branch of the tree", "wrong_credentials": "sign-in says it at its fields",
    "clock_runs_backwards": "said to whoever tests over the API",
}  # fmt: skip
"""Codes of errors that no page says, with why."""


@pytest.mark.parametrize("path", sorted((ROOT / "forms").rglob("*.json")), ids=lambda path: path.stem)
def test_every_text_of_a_form_is_in_both_languages(path: Path) -> None:
    wrong = [where for where, text in _texts(json.loads(path.read_text("utf-8"))) if not _is_whole(text)]

    assert wrong == []


@pytest.mark.parametrize("path", sorted((ROOT / "processes").rglob("*.bpmn")), ids=lambda path: path.stem)
def test_everything_that_people_see_of_a_diagram_has_a_title_in_both_languages(path: Path) -> None:
    tree = etree.parse(path)
    wrong = []
    for element in (one for kind in SEEN for one in tree.iter(f"{BPMN}{kind}")):
        if not element.get("name") and element.tag.endswith("Event"):
            continue  # an event without a name is nowhere said
        title = element.find(f"{BPMN}extensionElements/{QL}title")
        if title is None or not _is_whole({"zh": title.get("zh", ""), "en": title.get("en", "")}):
            wrong.append(element.get("id"))

    assert wrong == []


@pytest.mark.parametrize("path", sorted((ROOT / "processes").rglob("*.dmn")), ids=lambda path: path.stem)
def test_a_decision_table_explains_itself_in_both_languages(path: Path) -> None:
    tree = etree.parse(path)
    said = [(one.getparent().get("id"), one.text or "") for one in tree.iter(f"{DMN}description")]
    said += [
        (one.get("id"), one.get("label") or "") for kind in ("input", "output") for one in tree.iter(f"{DMN}{kind}")
    ]
    rows = [
        rule.get("id")
        for rule in tree.iter(f"{DMN}rule")
        if rule.find(f"{DMN}annotationEntry") is None and rule.find(f"{DMN}description") is None
    ]

    assert [where for where, text in said if not _is_pair(text)] == []
    assert rows == [], "each row says why"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_lane_is_named_in_both_languages(app: Flask, role: str) -> None:
    assert _is_whole({tongue: _in(app, tongue, lambda: role_name(role)) for tongue in ("zh", "en")})


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.toml")), ids=lambda path: path.stem)
def test_every_text_kept_in_a_file_is_in_both_languages(path: Path) -> None:
    wrong = [where for where, text in _texts(tomllib.loads(path.read_text("utf-8"))) if not _is_whole(text)]

    assert wrong == []


@pytest.mark.parametrize("text", [*BY_CODE.values(), *BY_KIND.values()], ids=lambda text: text.en[:30])
def test_what_a_form_says_of_an_answer_is_in_both_languages(text: Any) -> None:
    assert _is_whole({"zh": text.zh, "en": text.en})
    assert _places(text.zh) == _places(text.en)


def test_every_error_that_people_meet_has_words_in_both_languages(app: Flask) -> None:
    wrong = {
        error.code
        for error in _errors()
        if error.code not in UNSEEN
        and not issubclass(error, OF_THE_DIAGRAM)
        and not _says_itself(error)
        and not _has_words(app, error.code)
    }

    assert wrong == set()


def test_what_only_the_diagram_can_be_blamed_for_says_whom_to_tell(app: Flask) -> None:
    said = {
        tongue: _in(app, tongue, lambda: explain(KernelError("no flow leads on")).detail) for tongue in ("zh", "en")
    }

    assert "kernel_error" in said["zh"]
    assert CHINESE.search(said["zh"])
    assert "tell your process administrator: kernel_error." in said["en"]


def _texts(written: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pair of languages: `{zh, en}` side by side, or `title_zh` and `title_en`; what has but one is found, too."""
    if isinstance(written, list):
        for place, one in enumerate(written):
            yield from _texts(one, f"{where}/{place}")
    if not isinstance(written, dict):
        return
    if {"zh", "en"} & written.keys():
        yield from _pair(written.get("zh", ""), written.get("en", ""), where)
    stems = {key[:-3] for key in written if key.endswith(("_zh", "_en"))}
    for stem in stems:
        yield f"{where}/{stem}", {"zh": written.get(f"{stem}_zh", ""), "en": written.get(f"{stem}_en", "")}
    for key, one in written.items():
        if key not in {"zh", "en"}:
            yield from _texts(one, f"{where}/{key}")


def _pair(zh: Any, en: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(zh, dict) or isinstance(en, dict):
        parts = {*(zh or {}), *(en or {})}
        for part in parts:
            yield f"{where}/{part}", {"zh": (zh or {}).get(part, ""), "en": (en or {}).get(part, "")}
        return
    yield where, {"zh": zh, "en": en}


def _is_whole(text: dict[str, Any]) -> bool:
    """Both are there, the English without a Chinese character unless the Chinese is the same name."""
    zh, en = str(text["zh"]).strip(), str(text["en"]).strip()
    if not zh and not en:
        return True
    return bool(zh and en) and (not CHINESE.search(en) or zh == en)


def _is_pair(text: str) -> bool:
    """`中文 / English`."""
    zh, slash, en = text.partition(" / ")
    return bool(slash and CHINESE.search(zh) and not CHINESE.search(en))


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _in(app: Flask, tongue: str, say: Any) -> str:
    with app.test_request_context(headers={"Accept-Language": tongue}):
        return str(say())


def _has_words(app: Flask, code: str) -> bool:
    return _is_whole({tongue: _in(app, tongue, lambda: _words(code)) for tongue in ("zh", "en")})


def _errors() -> list[Any]:
    """Every exception of the programme and of the engine that has a code of its own."""
    packages = (app.domain, app.engine, app.dmn, app.clock, app.web.query)
    modules = [module for package in packages for module in _modules(package)]
    found = {
        one
        for module in modules
        for one in vars(module).values()
        if inspect.isclass(one)
        and issubclass(one, Exception)
        and one.__module__ == module.__name__
        and "code" in vars(one)
    }
    return sorted(found, key=lambda one: one.__name__)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _says_itself(error: type[Exception]) -> bool:
    """Whether the class, or one above it, sets message_zh and message_en."""
    return all(
        any(name in _set_by(one) for one in error.__mro__ if one.__name__ != "DomainError")
        for name in ("message_zh", "message_en")
    )


def _set_by(one: type) -> set[str]:
    if not one.__module__.startswith("app."):
        return set()
    tree = ast.parse(inspect.getsource(one).lstrip())
    return {
        target.attr if isinstance(target, ast.Attribute) else target.id
        for node in ast.walk(tree)
        for target in _targets(node)
        if isinstance(target, (ast.Attribute, ast.Name))
    }


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [
            inner for target in node.targets for inner in (target.elts if isinstance(target, ast.Tuple) else [target])
        ]
    return [node.target] if isinstance(node, ast.AnnAssign) else []
