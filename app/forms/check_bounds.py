"""Checks the bounds of one field: each of the right type, none wider than allowed, related ones in agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from app.forms.check_hints import Finding, is_whole
from app.forms.dialect import hints_of
from app.forms.field import Kind
from app.forms.limits import (
    INTEGER_MAX,
    LONGEST_TEXT_CHARACTERS,
    MOST_FILES,
    MOST_ROWS,
    OPTIONS_MAX,
    TEXT_MAX_CHARACTERS,
)
from app.forms.pattern import UnsafePatternError, check_pattern

_PAIRS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


def check_bounds(kind: Kind, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the keywords that bound the answers of a field of this kind."""
    for name, (least, most) in _ranges(kind).items():
        if name in schema and not is_whole(schema[name], least, most):
            yield _bad(name, f"{least} 至 {most} 的整数", f"a whole number from {least} to {most}")
    for low, high in _PAIRS:
        if is_whole(schema.get(low), -INTEGER_MAX, INTEGER_MAX) and is_whole(
            schema.get(high), -INTEGER_MAX, schema[low] - 1
        ):
            yield _bad(high, f"不小于 {low} 的数", f"at least {low}")
    if "pattern" in schema:
        yield from _pattern(schema["pattern"])
    if schema.get("const", True) is not True:
        yield _bad("const", "true", "true")
    yield from _OWN.get(kind, _nothing)(schema)


def _ranges(kind: Kind) -> Mapping[str, tuple[int, int]]:
    longest = LONGEST_TEXT_CHARACTERS if kind is Kind.LONG_TEXT else TEXT_MAX_CHARACTERS
    most_items = {Kind.FILES: MOST_FILES, Kind.CHECKBOXES: OPTIONS_MAX}.get(kind, MOST_ROWS)
    return {
        "minLength": (1, longest), "maxLength": (1, longest), "minItems": (0, most_items), "maxItems": (1, most_items),
        "minimum": (-INTEGER_MAX, INTEGER_MAX), "maximum": (-INTEGER_MAX, INTEGER_MAX), "multipleOf": (1, INTEGER_MAX),
    }  # fmt: skip


def _bad(name: str, zh: str, en: str) -> Finding:
    return f"/{name}", "bad_bound", {"name": name, "expected_zh": zh, "expected_en": en}


def _pattern(pattern: Any) -> Iterator[Finding]:
    if not isinstance(pattern, str):
        yield _bad("pattern", "文字", "a text")
        return
    try:
        check_pattern(pattern)
    except UnsafePatternError as error:
        yield "/pattern", "unsafe_pattern", {"reason_zh": error.reason_zh, "reason_en": error.reason_en}


def _nothing(_schema: Mapping[str, Any]) -> Iterator[Finding]:
    return iter(())


def _one_of(schema: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _enumerated(schema.get("enum"), schema, "/enum")


def _checkboxes(schema: Mapping[str, Any]) -> Iterator[Finding]:
    items = schema["items"]
    yield from _enumerated(items.get("enum"), schema, "/items/enum")
    for name in items.keys() - {"type", "enum", "$comment"}:
        yield f"/items/{name}", "unknown_keyword", {"name": name, "kind": "checkboxes items", "allowed": "type, enum"}


def _enumerated(values: Any, schema: Mapping[str, Any], place: str) -> Iterator[Finding]:
    fit = isinstance(values, list) and 1 <= len(values) <= OPTIONS_MAX
    if not fit or not all(isinstance(value, str) and 1 <= len(value) <= 60 for value in values):
        zh, en = f"1 至 {OPTIONS_MAX} 个互不相同的短文字", f"1 to {OPTIONS_MAX} different short texts"
        yield place, "bad_bound", {"name": "enum", "expected_zh": zh, "expected_en": en}
        return
    options = hints_of(schema).get("options")
    differing = set(values) ^ set(options) if isinstance(options, Mapping) else set()
    if differing:
        yield "/x-ql/options", "options_differ", {"names": ", ".join(sorted(differing))}


def _criterion(schema: Mapping[str, Any]) -> Iterator[Finding]:
    hints = hints_of(schema)
    weight, bands = hints.get("weight"), hints.get("bands")
    if not is_whole(weight, 1, 1_000) or not isinstance(bands, list) or not all(_is_band(band) for band in bands):
        return
    ends = [(band["from"], band["to"]) for band in bands]
    falling = all(upper[0] > lower[1] for upper, lower in pairwise(ends))
    reaches = bool(ends) and ends[0][1] == weight and ends[-1][0] == 0
    if not falling or not reaches or any(low > high for low, high in ends):
        yield "/x-ql/bands", "bad_bands", {}


def _is_band(band: Any) -> bool:
    return isinstance(band, Mapping) and is_whole(band.get("from"), 0, 1_000) and is_whole(band.get("to"), 0, 1_000)


_OWN: Mapping[Kind, Callable[[Mapping[str, Any]], Iterator[Finding]]] = {
    Kind.SEGMENTED: _one_of, Kind.CHOICE: _one_of, Kind.SELECT: _one_of, Kind.OUTCOME: _one_of,
    Kind.CHECKBOXES: _checkboxes, Kind.CRITERION: _criterion,
}  # fmt: skip
