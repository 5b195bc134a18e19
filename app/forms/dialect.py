"""The dialect: which keywords of JSON Schema and which hints (`x-ql`) each kind of field may carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.field import Kind
from app.forms.load import HINTS

SCHEMA_URI = "https://json-schema.org/draft/2020-12/schema"

_EVERYWHERE = frozenset({"type", HINTS, "$comment"})
_COMMON = frozenset({"widget", "title", "help", "article", "details", "errors"})
_TYPED = frozenset({"placeholder", "autocomplete"})
_OBJECT = frozenset({"properties", "required", "additionalProperties", "if", "then", "else", "allOf"})
_LIST = frozenset({"items", "minItems", "maxItems"})
_CHOSEN = frozenset({"options"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand in one kind of field: its type, the keywords, the hints and those hints that must be there."""

    type: str
    keywords: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()

    @property
    def all_keywords(self) -> frozenset[str]:
        """Keywords of this kind and of every kind."""
        return self.keywords | _EVERYWHERE

    @property
    def all_hints(self) -> frozenset[str]:
        """Hints of this kind and of every kind."""
        return self.hints | self.needed | _COMMON


_FORMATTED = Vocabulary("string", frozenset({"format"}), _TYPED)
_ONE_OF = Vocabulary("string", frozenset({"enum"}), needed=_CHOSEN)

VOCABULARY: Mapping[Kind, Vocabulary] = {
    Kind.TEXT: Vocabulary("string", frozenset({"minLength", "maxLength", "pattern"}), _TYPED),
    Kind.LONG_TEXT: Vocabulary("string", frozenset({"minLength", "maxLength"}), frozenset({"placeholder"})),
    Kind.INTEGER: Vocabulary("integer", frozenset({"minimum", "maximum", "multipleOf"}), _TYPED | {"unit"}),
    Kind.DECIMAL: Vocabulary(
        "integer", frozenset({"minimum", "maximum", "multipleOf"}), _TYPED | {"unit"}, frozenset({"decimals"})
    ),
    Kind.MONEY: Vocabulary("integer", frozenset({"minimum", "maximum", "multipleOf"}), _TYPED),
    Kind.DATE: Vocabulary("string", frozenset({"format"}), _TYPED | {"earliest", "latest", "not_before", "not_after"}),
    Kind.YES_NO: Vocabulary("boolean"),
    Kind.CHECKBOX: Vocabulary("boolean", frozenset({"const"})),
    Kind.SEGMENTED: _ONE_OF,
    Kind.CHOICE: _ONE_OF,
    Kind.SELECT: Vocabulary("string", frozenset({"enum"}), frozenset({"autocomplete"}), _CHOSEN),
    Kind.OUTCOME: _ONE_OF,
    Kind.CHECKBOXES: Vocabulary("array", _LIST | {"uniqueItems"}, needed=_CHOSEN),
    Kind.CREDIT_CODE: _FORMATTED,
    Kind.EMAIL: _FORMATTED,
    Kind.PHONE: _FORMATTED,
    Kind.FILE: Vocabulary("object", hints=frozenset({"max_mib"}), needed=frozenset({"media_types"})),
    Kind.FILES: Vocabulary("array", _LIST),
    Kind.ROWS: Vocabulary("array", _LIST, needed=frozenset({"row_title", "add"})),
    Kind.GROUP: Vocabulary("object", _OBJECT),
    Kind.CRITERION: Vocabulary(
        "object",
        hints=frozenset({"step_hundredths", "reason_from", "reason_below"}),
        needed=frozenset({"weight", "bands"}),
    ),
    Kind.COMPUTED: Vocabulary("string", frozenset({"readOnly"}), frozenset({"unit"})),
    Kind.NOTE: Vocabulary("string", frozenset({"readOnly"}), needed=frozenset({"text"})),
}

ROOT_KEYWORDS = _OBJECT | {"type", HINTS, "$comment", "$schema", "$id", "$defs"}
ROOT_HINTS = frozenset({"title", "help", "layout", "submit"})
LAYOUTS = frozenset({"plain", "gate", "scoring"})

_FORMATS = {
    "date": Kind.DATE,
    "email": Kind.EMAIL,
    "phone": Kind.PHONE,
    "unified-social-credit-code": Kind.CREDIT_CODE,
}
_DEFAULTS = {"string": Kind.TEXT, "integer": Kind.INTEGER, "boolean": Kind.YES_NO, "object": Kind.GROUP}


def hints_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The display hints of a schema; empty when it has none."""
    hints = schema.get(HINTS)
    return hints if isinstance(hints, Mapping) else {}


def kind_of(schema: Mapping[str, Any]) -> Kind | None:
    """The kind of field that a schema describes; None when the dialect knows no such field."""
    widget = hints_of(schema).get("widget")
    kind = _natural_kind(schema)
    if widget is None or kind is None or widget == kind:
        return kind
    try:
        wanted = Kind(widget)
    except ValueError:
        return None
    return wanted if wanted in _alternatives(kind) else None


def _natural_kind(schema: Mapping[str, Any]) -> Kind | None:
    if schema.get("type") == "array":
        return _kind_of_list(schema.get("items"))
    if schema.get("type") == "string":
        if schema.get("readOnly") is True:
            return Kind.COMPUTED
        if "format" in schema:
            return _FORMATS.get(str(schema["format"]))
        return Kind.CHOICE if "enum" in schema else Kind.TEXT
    return _DEFAULTS.get(str(schema.get("type")))


def _kind_of_list(items: Any) -> Kind | None:
    if not isinstance(items, Mapping):
        return None
    if items.get("type") == "string" and "enum" in items:
        return Kind.CHECKBOXES
    if items.get("type") != "object":
        return None
    return Kind.FILES if hints_of(items).get("widget") == Kind.FILE else Kind.ROWS


def _alternatives(natural: Kind) -> frozenset[Kind]:
    """Kinds that a `widget` hint may choose instead of the natural one."""
    return {
        Kind.TEXT: frozenset({Kind.LONG_TEXT}),
        Kind.INTEGER: frozenset({Kind.DECIMAL, Kind.MONEY}),
        Kind.YES_NO: frozenset({Kind.CHECKBOX}),
        Kind.CHOICE: frozenset({Kind.SEGMENTED, Kind.SELECT, Kind.OUTCOME}),
        Kind.GROUP: frozenset({Kind.FILE, Kind.CRITERION}),
        Kind.COMPUTED: frozenset({Kind.NOTE}),
    }.get(natural, frozenset())


ROWS_AND_GROUPS = frozenset({Kind.ROWS, Kind.GROUP, Kind.CRITERION})
"""Kinds with fields below them."""
