"""Checks the conditions (`if`/`then`/`else`) of one object: its own fields only, and tests that a page can show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.forms.check_hints import Finding

_CONDITION = frozenset({"properties", "required"})
_TESTS = frozenset({"const", "enum", "minimum", "maximum", "contains"})
_EFFECT = frozenset({"properties", "required"})
_NARROWED = frozenset({"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "enum", "const"})
_PARTS = frozenset({"if", "then", "else", "$comment"})


def check_branches(schema: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the conditions of an object schema."""
    properties = schema["properties"]
    if "if" in schema:
        yield from _branch(schema, properties, "")
    elif "then" in schema or "else" in schema:
        yield "/then", "unknown_keyword", {"name": "then/else", "kind": "object", "allowed": "if"}
    for index, part in enumerate(schema.get("allOf", ())):
        place = f"/allOf/{index}"
        if not isinstance(part, Mapping) or "if" not in part or not part.keys() <= _PARTS:
            yield place, "unknown_keyword", {"name": "allOf", "kind": "object", "allowed": "if, then, else"}
        else:
            yield from _branch(part, properties, place)


def _branch(part: Mapping[str, Any], properties: Mapping[str, Any], place: str) -> Iterator[Finding]:
    condition = part["if"]
    yield from _names(condition, properties, f"{place}/if", _CONDITION, _TESTS)
    if isinstance(condition, Mapping):
        for name in condition.get("properties", {}):
            if name not in condition.get("required", ()):
                yield f"{place}/if", "vacuous_condition", {"name": name}
    for key in ("then", "else"):
        if key in part:
            yield from _names(part[key], properties, f"{place}/{key}", _EFFECT, _NARROWED, may_hide=True)


def _names(
    schema: Any, properties: Mapping[str, Any], place: str, keywords: frozenset[str], tests: frozenset[str],
    *, may_hide: bool = False,
) -> Iterator[Finding]:  # fmt: skip
    if not isinstance(schema, Mapping):
        yield place, "not_object", {}
        return
    for name in schema.keys() - keywords:
        yield (
            f"{place}/{name}",
            "unknown_keyword",
            {"name": name, "kind": "condition", "allowed": ", ".join(sorted(keywords))},
        )
    for name in {*schema.get("properties", {}), *schema.get("required", ())} - properties.keys():
        yield place, "unknown_property", {"name": name}
    for name, test in schema.get("properties", {}).items():
        if may_hide and test is False:
            continue
        extra = test.keys() - tests if isinstance(test, Mapping) else {"true"}
        if isinstance(test, Mapping) and isinstance(test.get("contains", {}), Mapping):
            extra |= {f"contains.{key}" for key in test.get("contains", {}).keys() - {"const"}}
        for key in extra:
            allowed = ", ".join(sorted(tests))
            yield (
                f"{place}/properties/{name}",
                "unknown_keyword",
                {"name": key, "kind": "condition", "allowed": allowed},
            )
