"""Conditions: what a branch hides is dropped before answers are judged, in groups and rows as well."""

from __future__ import annotations

import json
from typing import Any

from app.forms import Form, prune, read_form, validate

TITLE = {"title": {"zh": "甲", "en": "First"}}
KIND = {"type": "string", "enum": ["own", "hired"], "x-ql": {**TITLE, "options": {
    "own": {"title": {"zh": "自有", "en": "Own"}}, "hired": {"title": {"zh": "外聘", "en": "Hired"}}}}}  # fmt: skip
TEXT = {"type": "string", "x-ql": TITLE}
CONDITION = {
    "if": {"properties": {"kind": {"const": "hired"}}, "required": ["kind"]},
    "then": {"required": ["employer"]},
    "else": {"properties": {"employer": False}},
}


def nested_form() -> Form:
    person = {"type": "object", "properties": {"kind": KIND, "employer": TEXT}, **CONDITION}
    rows = {"type": "array", "items": person, "x-ql": {**TITLE, "row_title": TITLE["title"], "add": TITLE["title"]}}
    chain = {
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": "hired"}}, "required": ["kind"]},
                "else": {"properties": {"first": False}},
            },
            {"if": {"required": ["first"]}, "else": {"properties": {"second": False}}},
        ]
    }
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-ql": TITLE,
        "properties": {"staff": rows, "head": {**person, "x-ql": TITLE}, "kind": KIND, "first": TEXT, "second": TEXT},
        **chain,
    }
    return read_form(json.dumps(document).encode())


def test_a_hidden_answer_is_dropped_and_the_rest_is_valid(form: Form, answers: dict[str, Any]) -> None:
    pruned = prune(form, {**answers, "interest": "none", "interest_note": "以前写的"})

    assert "interest_note" not in pruned
    assert validate(form, pruned) == []


def test_an_answer_that_counts_is_kept(form: Form, answers: dict[str, Any]) -> None:
    given = {**answers, "interest": "conflict", "interest_note": "持股"}

    assert prune(form, given) == given


def test_hidden_answers_are_dropped_in_rows_and_groups() -> None:
    form = nested_form()
    given = {
        "staff": [{"kind": "own", "employer": "甲"}, {"kind": "hired", "employer": "乙"}],
        "head": {"employer": "丙"},
    }

    assert prune(form, given) == {"staff": [{"kind": "own"}, {"kind": "hired", "employer": "乙"}], "head": {}}


def test_what_a_dropped_answer_changes_is_followed() -> None:
    given = {"kind": "own", "first": "甲", "second": "乙"}

    assert prune(nested_form(), given) == {"kind": "own"}


def test_a_condition_in_a_row_asks_in_that_row_only() -> None:
    errors = validate(nested_form(), {"staff": [{"kind": "own"}, {"kind": "hired"}]})

    assert [(error.pointer, error.code) for error in errors] == [("/staff/1/employer", "required")]


def test_pruning_leaves_unknown_fields_and_wrong_types_to_be_refused() -> None:
    given: dict[str, Any] = {"staff": "x", "head": 7, "unknown": 1}

    assert prune(nested_form(), given) == given


def test_pruning_does_not_change_what_it_was_given(form: Form, answers: dict[str, Any]) -> None:
    given = {**answers, "interest_note": "以前写的"}

    prune(form, given)

    assert given["interest_note"] == "以前写的"
