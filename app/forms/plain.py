"""Turns the author's schema into plain JSON Schema: hints removed, every object closed, every size bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.forms.dialect import hints_of, kind_of
from app.forms.field import SHOWN_ONLY, Kind
from app.forms.limits import FILES_MAX, INTEGER_MAX, LONG_TEXT_MAX_CHARACTERS, ROWS_MAX, TEXT_MAX_CHARACTERS

FILE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "pattern": "^[0-9a-f]{64}$", "maxLength": 64},
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "required": ["file", "name"],
    "additionalProperties": False,
}
"""A stored file in the answers: its SHA-256, and the name under which it was uploaded."""

_LONGEST = {
    Kind.LONG_TEXT: LONG_TEXT_MAX_CHARACTERS,
    Kind.EMAIL: 254,
    Kind.PHONE: 30,
    Kind.CREDIT_CODE: 18,
    Kind.DATE: 10,
}


def plain_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The plain schema of a form, a group or a row."""
    required = frozenset(schema.get("required", ()))
    plain: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: plain_field(part, is_required=name in required)
            for name, part in schema.get("properties", {}).items()
            if kind_of(part) not in SHOWN_ONLY
        },
        "required": sorted(required),
        "additionalProperties": False,
    }
    plain.update({key: schema[key] for key in ("if", "then", "else", "allOf") if key in schema})
    return plain


def plain_field(schema: Mapping[str, Any], *, is_required: bool = False) -> dict[str, Any]:
    """The plain schema of one field; a required list holds at least one entry."""
    kind = kind_of(schema)
    if kind is Kind.GROUP:
        return plain_object(schema)
    if kind is Kind.FILE:
        return dict(FILE_SCHEMA)
    if kind is Kind.CRITERION:
        return _criterion(hints_of(schema))
    if schema["type"] == "array":
        return _list(schema, is_required=is_required)
    bare = {key: value for key, value in schema.items() if key not in {"x-ql", "$comment"}}
    return {**_BOUNDS[schema["type"]](kind), **bare}


def _text_bounds(kind: Kind | None) -> dict[str, Any]:
    return {"minLength": 1, "maxLength": _LONGEST.get(kind, TEXT_MAX_CHARACTERS) if kind else TEXT_MAX_CHARACTERS}


def _number_bounds(kind: Kind | None) -> dict[str, Any]:
    return {"minimum": 0 if kind is Kind.MONEY else -INTEGER_MAX, "maximum": INTEGER_MAX}


def _no_bounds(_kind: Kind | None) -> dict[str, Any]:
    return {}


_BOUNDS: Mapping[str, Callable[[Kind | None], dict[str, Any]]] = {
    "string": _text_bounds,
    "integer": _number_bounds,
    "boolean": _no_bounds,
}


def _list(schema: Mapping[str, Any], *, is_required: bool) -> dict[str, Any]:
    kind, items = kind_of(schema), schema["items"]
    if kind is Kind.CHECKBOXES:
        most, plain_items = len(items["enum"]), {"type": "string", "enum": items["enum"]}
    elif kind is Kind.FILES:
        most, plain_items = FILES_MAX, dict(FILE_SCHEMA)
    else:
        most, plain_items = ROWS_MAX, plain_object(items)
    least = max(int(schema.get("minItems", 0)), int(is_required))
    plain = {"type": "array", "items": plain_items, "minItems": least, "maxItems": int(schema.get("maxItems", most))}
    return {**plain, "uniqueItems": True} if kind is Kind.CHECKBOXES else plain


def _criterion(hints: Mapping[str, Any]) -> dict[str, Any]:
    """A score in hundredths and its reason; the reason is required where the rubric says so."""
    score = {"type": "integer", "minimum": 0, "maximum": hints["weight"] * 100}
    rules = []
    if "reason_from" in hints:
        rules.append(_reason_if({"minimum": hints["reason_from"] * 100}))
    if "reason_below" in hints:
        rules.append(_reason_if({"maximum": hints["reason_below"] * 100 - 1}))
    return {
        "type": "object",
        "properties": {
            "score_hundredths": {**score, "multipleOf": hints.get("step_hundredths", 50)},
            "reason": {"type": "string", "minLength": 1, "maxLength": LONG_TEXT_MAX_CHARACTERS},
        },
        "required": ["score_hundredths"],
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }


def _reason_if(bound: Mapping[str, int]) -> dict[str, Any]:
    condition = {"properties": {"score_hundredths": bound}, "required": ["score_hundredths"]}
    return {"if": condition, "then": {"required": ["reason"]}}
