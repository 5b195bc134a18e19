"""The check before deployment: what it refuses, where, and in which words."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.forms import FormProblem, InvalidFormError, check_form, read_form

SAMPLE = Path(__file__).parent / "everything.json"
Spoil = Callable[[dict[str, Any]], object]


def problems_of(document: Any) -> list[FormProblem]:
    return check_form(json.dumps(document).encode(), "forms/a/b.json")


def test_the_sample_form_has_no_problem() -> None:
    assert check_form(SAMPLE.read_bytes(), "forms/a/b.json") == []


def field(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: document["properties"][name]


def setting(name: str, *path: str, to: Any) -> Spoil:
    def spoil(document: dict[str, Any]) -> None:
        target = document["properties"][name]
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = to

    return spoil


def root(**values: Any) -> Spoil:
    return lambda document: document.update(values)


@pytest.mark.parametrize(
    ("spoil", "pointer", "code"),
    [
        (root(**{"$schema": "http://json-schema.org/draft-07/schema#"}), "/$schema", "wrong_dialect"),
        (root(type="array"), "", "bad_bound"),
        (root(patternProperties={}), "/patternProperties", "unknown_keyword"),
        (root(required=["nobody"]), "/required", "unknown_property"),
        (lambda d: d["x-ql"].pop("title"), "/x-ql/title", "missing_text"),
        (lambda d: d["x-ql"].update(layout="grid"), "/x-ql/layout", "bad_hint"),
        (lambda d: d["x-ql"].update(script="x"), "/x-ql/script", "unknown_hint"),
        (setting("organisation", "x-ql", "title", to={"zh": "甲"}), "/properties/organisation/x-ql/title", "missing_text"),
        (setting("organisation", "x-ql", "title", to={"zh": "甲", "en": " "}), "/properties/organisation/x-ql/title", "missing_text"),
        (setting("organisation", "x-ql", "help", to={"zh": "甲", "en": "a", "fr": "b"}), "/properties/organisation/x-ql/help", "bad_text"),
        (setting("organisation", "x-ql", "help", to={"zh": "甲\u0000", "en": "a"}), "/properties/organisation/x-ql/help", "bad_text"),
        (setting("organisation", "x-ql", "unit", to={"zh": "甲", "en": "a"}), "/properties/organisation/x-ql/unit", "unknown_hint"),
        (setting("organisation", "x-ql", "autocomplete", to="cc-number"), "/properties/organisation/x-ql/autocomplete", "bad_hint"),
        (setting("organisation", "x-ql", "article", to="rule 8"), "/properties/organisation/x-ql/article", "bad_hint"),
        (setting("organisation", "x-ql", "errors", to={"oops": {}}), "/properties/organisation/x-ql/errors/oops", "unknown_error_code"),
        (setting("organisation", "minLength", to=61), "/properties/organisation/maxLength", "bad_bound"),
        (setting("organisation", "maxLength", to=201), "/properties/organisation/maxLength", "bad_bound"),
        (setting("organisation", "pattern", to="^(a+)+$"), "/properties/organisation/pattern", "unsafe_pattern"),
        (setting("organisation", "contentEncoding", to="base64"), "/properties/organisation/contentEncoding", "unknown_keyword"),
        (setting("organisation", "format", to="uri"), "/properties/organisation", "unknown_kind"),
        (setting("employees", "type", to="number"), "/properties/employees", "unknown_kind"),
        (setting("employees", "x-ql", "widget", to="slider"), "/properties/employees", "unknown_kind"),
        (setting("employees", "x-ql", "widget", to="long_text"), "/properties/employees", "unknown_kind"),
        (setting("employees", "minimum", to=1001), "/properties/employees/maximum", "bad_bound"),
        (setting("rate_hundredths", "x-ql", "decimals", to=9), "/properties/rate_hundredths/x-ql/decimals", "bad_hint"),
        (setting("signed_on", "x-ql", "earliest", to="2026-02-30"), "/properties/signed_on/x-ql/earliest", "bad_hint"),
        (setting("ends_on", "x-ql", "not_before", to="employees"), "/properties/ends_on/x-ql/not_before", "unknown_property"),
        (setting("category", "enum", to=["legal", "credit"]), "/properties/category/x-ql/options", "options_differ"),
        (setting("category", "enum", to=[1, 2]), "/properties/category/enum", "bad_bound"),
        (setting("category", "x-ql", "options", "legal", "tone", to="pink"), "/properties/category/x-ql/options/legal/tone", "bad_hint"),
        (setting("licence", "x-ql", "media_types", to=["text/html"]), "/properties/licence/x-ql/media_types", "bad_hint"),
        (setting("licence", "x-ql", "max_mib", to=21), "/properties/licence/x-ql/max_mib", "bad_hint"),
        (lambda d: d["properties"]["licence"]["x-ql"].pop("media_types"), "/properties/licence/x-ql", "missing_hint"),
        (setting("papers", "maxItems", to=21), "/properties/papers/maxItems", "bad_bound"),
        (setting("staff", "maxItems", to=201), "/properties/staff/maxItems", "bad_bound"),
        (setting("staff", "items", "properties", "age", to={"type": "integer"}), "/properties/staff/items/properties/age/x-ql", "missing_text"),
        (setting("contact", "additionalProperties", to=True), "/properties/contact/additionalProperties", "bad_bound"),
        (lambda d: d["required"].remove("contact"), "/properties/contact", "optional_group"),
        (lambda d: d["required"].remove("outcome"), "/properties", "misplaced_outcome"),
        (setting("confirmed", "const", to=False), "/properties/confirmed/const", "bad_bound"),
        (setting("qualification", "x-ql", "weight", to=21), "/properties/qualification/x-ql/bands", "bad_bands"),
        (setting("qualification", "x-ql", "bands", to=[]), "/properties/qualification/x-ql/bands", "bad_hint"),
        (setting("interest", "x-ql", "details", to={"text": {}}), "/properties/interest/x-ql/details", "bad_hint"),
        (lambda d: d["allOf"][0]["if"].pop("required"), "/allOf/0/if", "vacuous_condition"),
        (lambda d: d["allOf"][0]["then"]["required"].append("nobody"), "/allOf/0/then", "unknown_property"),
        (lambda d: d["allOf"].append({"required": ["reason"]}), "/allOf/2", "unknown_keyword"),
        (lambda d: d["allOf"][0]["if"]["properties"]["interest"].update(pattern="(a+)+"), "/allOf/0/if/properties/interest", "unknown_keyword"),
        (lambda d: d["properties"].update({"Bad Name": {"type": "string"}}), "/properties/Bad Name", "bad_name"),
        (setting("contact", "properties", "name", "$ref", to="https://example.com/x"), "/properties/contact/properties/name", "foreign_reference"),
        (setting("contact", "properties", "name", "$ref", to="#/$defs/nobody"), "/properties/contact/properties/name", "foreign_reference"),
        (lambda d: d["$defs"].update(person_name={"$ref": "#/$defs/person_name"}), "/properties/staff/items/properties/name", "circular_reference"),
        (setting("employees", "minimum", to="1"), "/properties/employees/minimum", "not_schema"),
        (setting("organisation", "x-ql", to=[]), "/properties/organisation/x-ql", "not_object"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_where_it_stands(
    document: dict[str, Any], spoil: Spoil, pointer: str, code: str
) -> None:
    spoil(document)

    problems = problems_of(document)

    assert (pointer, code) in [(problem.pointer, problem.code) for problem in problems]
    for problem in problems:
        assert problem.path == "forms/a/b.json"
        assert problem.message_zh
        assert problem.message_en
        assert "{" not in problem.message_en


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"), (b"\xff", "not_json"), (b"{", "not_json"), (b"[]", "not_object"), (b"null", "not_object"),
        (b'{"a": 1.5}', "not_integer"), (b'{"a": NaN}', "not_integer"), (b'{"a": 1, "a": 2}', "repeated_key"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"), (b'{"a": ' + b"9" * 5_000 + b"}", "not_json"),
        (b" " * 300_000, "too_many_bytes"), (b"[" * 30 + b"]" * 30, "too_deep"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_form_are_refused(content: bytes, code: str) -> None:
    assert [problem.code for problem in check_form(content, "x.json")] == [code]


def test_references_that_multiply_are_stopped(document: dict[str, Any]) -> None:
    document["$defs"] = {"level_0": {"type": "string", "x-ql": {"title": {"zh": "甲", "en": "a"}}}}
    for level in range(1, 12):
        inner = {f"field_{n}": {"$ref": f"#/$defs/level_{level - 1}"} for n in range(10)}
        document["$defs"][f"level_{level}"] = {"type": "object", "properties": inner}
    document["properties"] = {"bomb": {"$ref": "#/$defs/level_11"}}

    assert [problem.code for problem in problems_of(document)] == ["too_deep"]


def test_a_form_of_too_many_fields_is_refused_once(document: dict[str, Any]) -> None:
    sample = document["properties"]["organisation"]
    document["properties"].update({f"field_{number}": copy.deepcopy(sample) for number in range(400)})

    assert [problem.code for problem in problems_of(document)].count("too_many_fields") == 1


def test_groups_nest_four_deep_and_no_deeper() -> None:
    title = {"title": {"zh": "甲", "en": "a"}}
    inner: dict[str, Any] = {"type": "string", "x-ql": title}
    for depth in range(5):
        inner = {"type": "object", "properties": {"inner": inner}, "x-ql": title}
        document = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object", "x-ql": title, "properties": {"outer": inner},
        }  # fmt: skip
        assert [problem.code for problem in problems_of(document)] == (["too_deep"] if depth == 4 else [])


def test_a_form_with_problems_cannot_be_read(document: dict[str, Any]) -> None:
    document["properties"]["employees"]["type"] = "number"

    with pytest.raises(InvalidFormError) as caught:
        read_form(json.dumps(document).encode())

    assert caught.value.problems[0].code == "unknown_kind"
