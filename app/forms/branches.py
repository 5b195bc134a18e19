"""Conditions: which branch of an `if` answers take, what it then asks for, and what it hides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.forms.dialect import ROWS_AND_GROUPS
from app.forms.field import Field, Form, Kind
from app.forms.schema import is_valid


@dataclass(frozen=True, slots=True)
class Branch:
    """One `if` of an object with what follows from it."""

    condition: Mapping[str, Any]
    then: Mapping[str, Any]
    otherwise: Mapping[str, Any]

    def effect(self, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part that counts for these answers."""
        return self.then if is_valid(self.condition, answers) else self.otherwise


def branches_of(schema: Mapping[str, Any]) -> Iterator[Branch]:
    """The conditions of one object schema, in the order of the file."""
    for part in (schema, *schema.get("allOf", ())):
        if "if" in part:
            yield Branch(part["if"], part.get("then", {}), part.get("else", {}))


def hidden_names(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> frozenset[str]:
    """The fields that the taken branches rule out (`"name": false`)."""
    return frozenset(
        name
        for branch in branches_of(schema)
        for name, part in branch.effect(answers).get("properties", {}).items()
        if part is False
    )


def required_names(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> frozenset[str]:
    """The fields that must be answered, given what was answered so far."""
    names = set(schema.get("required", ()))
    for branch in branches_of(schema):
        names.update(branch.effect(answers).get("required", ()))
    return frozenset(names)


def prune(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without those that a taken branch hides, in groups and rows as well.

    Unknown fields and wrong types are left for `validate` to refuse. What one dropped answer changes in other
    conditions is followed until nothing changes any more.
    """
    return _pruned(form.root, answers)


def _pruned(parent: Field, answers: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(answers)
    for _ in parent.children:
        hidden = hidden_names(parent.schema, kept) & kept.keys()
        if not hidden:
            break
        kept = {name: value for name, value in kept.items() if name not in hidden}
    for child in parent.children:
        if child.kind in ROWS_AND_GROUPS and child.name in kept:
            kept[child.name] = _pruned_value(child, kept[child.name])
    return kept


def _pruned_value(field: Field, value: Any) -> Any:
    if field.kind is Kind.ROWS and isinstance(value, list) and len(value) <= int(field.schema["maxItems"]):
        row = Field(
            field.name, Kind.GROUP, field.title, required=True, schema=field.schema["items"], children=field.children
        )
        return [_pruned(row, item) if isinstance(item, Mapping) else item for item in value]
    return _pruned(field, value) if isinstance(value, Mapping) else value
