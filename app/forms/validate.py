"""Checks answers against their form, and says for each field what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import ValidationError

from app.forms.dialect import ROWS_AND_GROUPS
from app.forms.error import FieldError, Raw, field_error
from app.forms.field import SHOWN_ONLY, Field, Form, Kind, Rubric
from app.forms.formats import has_control_characters, is_date
from app.forms.limits import ANSWERS_MAX_DEPTH, ANSWERS_MAX_NODES
from app.forms.pointer import pointer_to
from app.forms.schema import HIDDEN, errors_of

_CODES = {
    "required": "required", "additionalProperties": "unknown_field", "type": "malformed", "format": "malformed",
    "enum": "not_offered", "const": "not_offered", "minLength": "too_short", "maxLength": "too_long",
    "pattern": "wrong_pattern", "minimum": "too_small", "maximum": "too_large", "multipleOf": "wrong_step",
    "minItems": "too_few", "maxItems": "too_many", "uniqueItems": "repeated", HIDDEN: "not_applicable",
}  # fmt: skip
_MOST_UNKNOWN = 20
_ORDER = {code: place for place, code in enumerate(("unknown_field", "not_applicable", "malformed", "required"))}
_FILES = frozenset({Kind.FILE, Kind.FILES})


def validate(form: Form, answers: Any) -> list[FieldError]:
    """What is wrong with the answers, one error a place, in the order of the page; an empty list: nothing.

    Call `prune` first: an answer that a condition hides is refused here.
    """
    if not isinstance(answers, Mapping):
        return [field_error(form, "", "malformed")]
    if not _is_bounded(answers):
        return [field_error(form, "", "answers_too_large")]
    found: dict[tuple[str, ...], Raw] = {}
    for raw in (*_by_standard(form, answers), *_by_fields(form.root, answers, ())):
        placed = _placed(form, raw)
        known = found.get(placed.tokens)
        if known is None or _ORDER.get(placed.code, 9) < _ORDER.get(known.code, 9):
            found[placed.tokens] = placed
    ordered = sorted(found.values(), key=lambda raw: _page_place(form, raw.tokens))
    return [field_error(form, pointer_to(raw.tokens), raw.code, **raw.params) for raw in ordered]


def _by_standard(form: Form, answers: Mapping[str, Any]) -> Iterator[Raw]:
    for error in errors_of(form, answers):
        tokens = tuple(map(str, error.absolute_path))
        instance: Any = error.instance
        schema: Any = error.schema
        if error.validator == "required":
            missing = [name for name in schema["required"] if name not in instance]
            yield from (_missing(form, (*tokens, name), instance) for name in missing)
        elif error.validator == "additionalProperties":
            foreign = sorted(instance.keys() - schema["properties"].keys())
            yield from (Raw((*tokens, name), "unknown_field", {"name": name[:40]}) for name in foreign[:_MOST_UNKNOWN])
        else:
            yield _plain(form, tokens, error)


def _plain(form: Form, tokens: tuple[str, ...], error: ValidationError) -> Raw:
    code = _CODES[str(error.validator)]
    field = form.field_at(tokens)
    if code in {"too_few", "too_short"} and not error.instance:
        code = "required"
    if field is not None and code == "not_offered" and field.kind is Kind.CHECKBOX:
        code = "must_be_ticked"
    return Raw(
        tokens, code, {"limit": error.validator_value} if code.startswith("too_") or code == "wrong_step" else {}
    )


def _missing(form: Form, tokens: tuple[str, ...], siblings: Mapping[str, Any]) -> Raw:
    parent = form.field_at(tokens[:-1])
    if parent is not None and parent.kind is Kind.CRITERION and tokens[-1] == "reason" and parent.rubric:
        return _missing_reason(tokens, parent.rubric, siblings.get("score_hundredths"))
    return Raw(tokens, "required", {})


def _missing_reason(tokens: tuple[str, ...], rubric: Rubric, score: Any) -> Raw:
    least = rubric.reason_from_points
    if least is not None and isinstance(score, int) and score >= least * 100:
        return Raw(tokens, "reason_required_from", {"points": least})
    return Raw(tokens, "reason_required_below", {"points": rubric.reason_below_points})


def _by_fields(parent: Field, answers: Any, tokens: tuple[str, ...]) -> Iterator[Raw]:
    """What JSON Schema cannot say: control characters, blanks, days that refer to each other."""
    if not isinstance(answers, Mapping):
        return
    for child in parent.children:
        value = answers.get(child.name)
        if value is None or child.kind in SHOWN_ONLY:
            continue
        place = (*tokens, child.name)
        if child.kind is Kind.ROWS and isinstance(value, list):
            for index, row in enumerate(value[: int(child.schema["maxItems"])]):
                yield from _by_fields(child, row, (*place, str(index)))
        elif child.kind in ROWS_AND_GROUPS:
            yield from _by_fields(child, value, place)
        else:
            yield from _value(child, value, answers, place)


def _value(field: Field, value: Any, siblings: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Raw]:
    if any(has_control_characters(text) for text in _texts(value)):
        yield Raw(place, "control_character", {})
    elif isinstance(value, str) and not value.strip():
        yield Raw(place, "required", {})
    elif field.kind is Kind.DATE and isinstance(value, str) and is_date(value):
        yield from _day(field, value, siblings, place)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for text in value.values() if isinstance(text, str)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _day(field: Field, day: str, siblings: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[Raw]:
    """Days as ISO 8601 text sort as days do."""
    if field.earliest and day < field.earliest:
        yield Raw(place, "too_early", {"limit": field.earliest})
    if field.latest and day > field.latest:
        yield Raw(place, "too_late", {"limit": field.latest})
    first, last = siblings.get(field.not_before), siblings.get(field.not_after)
    if isinstance(first, str) and is_date(first) and day < first:
        yield Raw(place, "before_other", {"limit": first, "other": field.not_before})
    if isinstance(last, str) and is_date(last) and day > last:
        yield Raw(place, "after_other", {"limit": last, "other": field.not_after})


def _placed(form: Form, raw: Raw) -> Raw:
    """The finding at a control: what is wrong inside a file or a set of ticks is wrong with the whole field."""
    for length in range(1, len(raw.tokens)):
        field = form.field_at(raw.tokens[:length])
        if field is not None and field.kind is Kind.CHECKBOXES:
            return Raw(raw.tokens[:length], raw.code, raw.params)
        if field is not None and field.kind in _FILES:
            code = raw.code if raw.code == "control_character" else "malformed"
            return Raw(raw.tokens[:length], code, {})
    return raw


def _page_place(form: Form, tokens: tuple[str, ...]) -> list[tuple[int, str]]:
    """Where a place stands on the page; foreign names come last, in order of their names."""
    key: list[tuple[int, str]] = []
    field: Field | None = form.root
    for token in tokens:
        if token.isdigit():
            key.append((int(token), ""))
            continue
        names = [child.name for child in field.children] if field else []
        key.append((names.index(token), "") if token in names else (len(names), token))
        field = field.child(token) if field else None
    return key


def _is_bounded(answers: Any) -> bool:
    """Whether the answers are small enough to be looked at; costs no more than the bound itself."""
    level, nodes = [answers], 0
    for _ in range(ANSWERS_MAX_DEPTH):
        below: list[Any] = []
        for node in level:
            nodes += len(node)
            if nodes > ANSWERS_MAX_NODES:
                return False
            children = node.values() if isinstance(node, Mapping) else node
            below.extend(child for child in children if isinstance(child, (Mapping, list)))
        level = below
        if not level:
            return True
    return False
