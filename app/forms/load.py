"""Reads the bytes of a form file into plain values: strictly, and with every local reference put in its place."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from app.forms.limits import FORM_MAX_BYTES, FORM_MAX_JSON_DEPTH

HINTS = "x-ql"
_MOST_NODES = 20_000
_DEFINITIONS = "#/$defs/"


class UnreadableFormError(ValueError):
    """The bytes are no form at all; `problem_code`, `pointer` and `params` name the matter for the author."""

    def __init__(self, problem_code: str, pointer: str = "", **params: object) -> None:
        self.problem_code, self.pointer, self.params = problem_code, pointer, params
        super().__init__(problem_code)


def load_json(content: bytes) -> dict[str, Any]:
    """The JSON object in a form file; raises UnreadableFormError.

    Refused: more than FORM_MAX_BYTES, a key given twice, fractions, NaN, text that is not UTF-8, too deep nesting.
    """
    if len(content) > FORM_MAX_BYTES:
        raise UnreadableFormError("too_many_bytes", limit=FORM_MAX_BYTES)
    try:
        loaded = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_float=_fraction, parse_constant=_fraction
        )
    except RecursionError as error:
        raise UnreadableFormError("too_deep", limit=FORM_MAX_JSON_DEPTH) from error
    except UnreadableFormError:
        raise
    except ValueError as error:
        raise UnreadableFormError("not_json", reason=str(error)[:120]) from error
    _check_depth(loaded)
    if not isinstance(loaded, dict):
        raise UnreadableFormError("not_object")
    return loaded


def expand(document: dict[str, Any]) -> dict[str, Any]:
    """The schema without `$defs` and `$ref`; raises UnreadableFormError for foreign or circular references."""
    expanded = _Expansion(document.get("$defs", {})).visit(document, "", ())
    expanded.pop("$defs", None)
    return dict(expanded)


class _Expansion:
    def __init__(self, definitions: Any) -> None:
        self.definitions = definitions if isinstance(definitions, dict) else {}
        self.nodes = 0

    def visit(self, node: Any, pointer: str, open_names: tuple[str, ...]) -> Any:
        self.nodes += 1
        if self.nodes > _MOST_NODES or len(open_names) > FORM_MAX_JSON_DEPTH:
            raise UnreadableFormError("too_deep", pointer, limit=FORM_MAX_JSON_DEPTH)
        if isinstance(node, list):
            return [self.visit(item, f"{pointer}/{index}", open_names) for index, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return self.reference(node, pointer, open_names)
        return {
            key: self.visit(value, f"{pointer}/{key}", open_names)
            for key, value in node.items()
            if not (key == "$defs" and not pointer)
        }

    def reference(self, node: dict[str, Any], pointer: str, open_names: tuple[str, ...]) -> Any:
        target, name = node["$ref"], str(node["$ref"]).removeprefix(_DEFINITIONS)
        known = isinstance(target, str) and target.startswith(_DEFINITIONS) and name in self.definitions
        if not known or not set(node) <= {"$ref", HINTS, "$comment"}:
            raise UnreadableFormError("foreign_reference", pointer)
        if name in open_names:
            raise UnreadableFormError("circular_reference", pointer)
        found = self.visit(self.definitions[name], pointer, (*open_names, name))
        own = node.get(HINTS)
        if not isinstance(found, dict) or (own is not None and not isinstance(own, dict)):
            raise UnreadableFormError("not_object", pointer)
        return {**found, HINTS: {**found.get(HINTS, {}), **own}} if own else found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise UnreadableFormError("repeated_key", name=key[:60])
        result[key] = value
    return result


def _fraction(text: str) -> NoReturn:
    raise UnreadableFormError("not_integer", number=text[:40])


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(FORM_MAX_JSON_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise UnreadableFormError("too_deep", limit=FORM_MAX_JSON_DEPTH)
