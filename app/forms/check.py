"""Checks a form file before it is deployed: valid JSON Schema 2020-12, within the dialect, safe, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from app.forms.check_bounds import check_bounds
from app.forms.check_branches import check_branches
from app.forms.check_hints import Finding, bad_hint, check_hints, check_text
from app.forms.dialect import LAYOUTS, ROOT_HINTS, ROOT_KEYWORDS, SCHEMA_URI, VOCABULARY, hints_of, kind_of
from app.forms.field import Kind
from app.forms.limits import FORM_MAX_FIELDS, FORM_MAX_NESTING
from app.forms.load import HINTS, UnreadableFormError, expand, load_json
from app.forms.pointer import pointer_to
from app.forms.problem import FormProblem, problem

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII)
_NAME_MAX_CHARACTERS = 40
_MOST_PROBLEMS = 100


def check_form(content: bytes, path: str) -> list[FormProblem]:
    """Everything that keeps a form file from being deployed; an empty list: nothing. At most 100, in the file's order.

    Places inside a `$defs` entry are named where the entry is used.
    """
    try:
        loaded = load_json(content)
        unfit = _against_standard(path, loaded)
        if unfit:
            return unfit
        document = expand(loaded)
    except UnreadableFormError as error:
        return [problem(path, error.pointer, error.problem_code, **error.params)]
    found = _Check().form(document)
    return [problem(path, place, code, **params) for place, code, params in found][:_MOST_PROBLEMS]


def _against_standard(path: str, document: Mapping[str, Any]) -> list[FormProblem]:
    if document.get("$schema") != SCHEMA_URI:
        return [problem(path, "/$schema", "wrong_dialect", expected=SCHEMA_URI)]
    errors = Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(document)
    return [
        problem(path, pointer_to(error.absolute_path), "not_schema", reason=error.message[:200])
        for error in sorted(errors, key=lambda error: [str(token) for token in error.absolute_path])[:_MOST_PROBLEMS]
    ]


class _Check:
    """One walk over one expanded form; counts fields as it goes."""

    def __init__(self) -> None:
        self.fields = 0

    def form(self, document: Mapping[str, Any]) -> Iterator[Finding]:
        hints = hints_of(document)
        for name in document.keys() - ROOT_KEYWORDS:
            yield (
                f"/{name}",
                "unknown_keyword",
                {"name": name, "kind": "form", "allowed": ", ".join(sorted(ROOT_KEYWORDS))},
            )
        for name in hints.keys() - ROOT_HINTS:
            allowed = ", ".join(sorted(ROOT_HINTS))
            yield f"/{HINTS}/{name}", "unknown_hint", {"name": name, "kind": "form", "allowed": allowed}
        for name in {"title", *hints} & {"title", "help", "submit"}:
            yield from _below(f"/{HINTS}", check_text(name, hints.get(name)))
        if hints.get("layout", "plain") not in LAYOUTS:
            names = ", ".join(sorted(LAYOUTS))
            yield from _below(f"/{HINTS}", [bad_hint("layout", f"其中之一：{names}", f"one of {names}")])
        yield from self.object(document, "", 0)
        yield from _outcomes(document)

    def object(self, schema: Mapping[str, Any], place: str, nesting: int) -> Iterator[Finding]:
        if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
            yield (
                place,
                "bad_bound",
                {"name": "type", "expected_zh": "带 properties 的 object", "expected_en": "object, with properties"},
            )
            return
        if nesting > FORM_MAX_NESTING:
            yield place, "too_deep", {"limit": FORM_MAX_NESTING}
            return
        if schema.get("additionalProperties", False) is not False:
            expected = {"expected_zh": "false（默认）", "expected_en": "false, which is the default"}
            yield f"{place}/additionalProperties", "bad_bound", {"name": "additionalProperties", **expected}
        for name in schema.get("required", ()):
            if name not in schema["properties"]:
                yield f"{place}/required", "unknown_property", {"name": name}
        yield from _below(place, check_branches(schema))
        for name, part in schema["properties"].items():
            yield from self.named(name, part, f"{place}/properties/{name}", nesting)
            yield from _below(f"{place}/properties/{name}", _among_siblings(name, part, schema))

    def named(self, name: str, part: Any, place: str, nesting: int) -> Iterator[Finding]:
        self.fields += 1
        if self.fields > FORM_MAX_FIELDS:
            if self.fields == FORM_MAX_FIELDS + 1:
                yield place, "too_many_fields", {"limit": FORM_MAX_FIELDS}
            return
        if not 2 <= len(name) <= _NAME_MAX_CHARACTERS or not _NAME.fullmatch(name):
            yield place, "bad_name", {"name": name[:60]}
        yield from self.field(part, place, nesting)

    def field(self, schema: Any, place: str, nesting: int) -> Iterator[Finding]:
        kind = kind_of(schema) if isinstance(schema, Mapping) else None
        if kind is None:
            yield place, "unknown_kind", {}
            return
        allowed = VOCABULARY[kind].all_keywords
        for name in schema.keys() - allowed:
            yield (
                f"{place}/{name}",
                "unknown_keyword",
                {"name": name, "kind": kind, "allowed": ", ".join(sorted(allowed))},
            )
        yield from _below(f"{place}/{HINTS}", check_hints(kind, schema.get(HINTS, {})))
        yield from _below(place, check_bounds(kind, schema))
        if kind is Kind.GROUP:
            yield from self.object(schema, place, nesting + 1)
        elif kind is Kind.ROWS:
            yield from self.object(schema["items"], f"{place}/items", nesting + 1)
        elif kind is Kind.FILES:
            hints = schema["items"].get(HINTS, {})
            yield from _below(f"{place}/items/{HINTS}", check_hints(Kind.FILE, hints, is_titled=False))


def _below(place: str, findings: Any) -> Iterator[Finding]:
    for where, code, params in findings:
        yield place + where, code, params


def _among_siblings(name: str, part: Any, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """What only shows beside the field's neighbours: dates that refer to each other, groups that must be required."""
    properties = schema["properties"]
    for hint in ("not_before", "not_after"):
        other = hints_of(part).get(hint) if isinstance(part, Mapping) else None
        if isinstance(other, str) and (other == name or kind_of(properties.get(other, {})) is not Kind.DATE):
            yield f"/{HINTS}/{hint}", "unknown_property", {"name": other}
    is_group = isinstance(part, Mapping) and kind_of(part) is Kind.GROUP
    if is_group and part.get("required") and name not in schema.get("required", ()):
        yield "", "optional_group", {}


def _outcomes(document: Mapping[str, Any]) -> Iterator[Finding]:
    """An outcome is the button that sends the form: one, on the first level, and always answered."""
    own = [name for name, part in document.get("properties", {}).items() if _is_outcome(part)]
    every = _count_outcomes(document)
    if every != len(own) or every > 1 or not set(own) <= set(document.get("required", ())):
        yield "/properties", "misplaced_outcome", {}


def _is_outcome(part: Any) -> bool:
    return isinstance(part, Mapping) and kind_of(part) is Kind.OUTCOME


def _count_outcomes(schema: Mapping[str, Any]) -> int:
    count = 0
    for part in schema.get("properties", {}).values():
        if isinstance(part, Mapping):
            items = part.get("items")
            count += (
                _is_outcome(part)
                + _count_outcomes(part)
                + (_count_outcomes(items) if isinstance(items, Mapping) else 0)
            )
    return count
