"""A read form: its names, its tree, its plain schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.forms import Form, Kind, read_form

SAMPLE = Path(__file__).parent / "everything.json"


def test_the_same_content_is_read_once() -> None:
    assert read_form(SAMPLE.read_bytes()) is read_form(bytes(bytearray(SAMPLE.read_bytes())))


def test_every_kind_of_field_is_in_the_sample(form: Form) -> None:
    assert {field.kind for field in form.walk()} == set(Kind)


def test_properties_are_the_answers_and_not_what_is_only_shown(form: Form) -> None:
    assert form.properties[:2] == ("organisation", "credit_code")
    assert {"hint", "face_value"}.isdisjoint(form.properties)


def test_the_published_schema_is_standard_and_agrees_with_us(form: Form, answers: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(form.schema)
    text = json.dumps(form.schema)

    assert "x-ql" not in text
    assert "$ref" not in text
    assert Draft202012Validator(form.schema).is_valid(answers)
    assert not Draft202012Validator(form.schema).is_valid({**answers, "x": 1})


@pytest.mark.parametrize(
    ("place", "name", "kind"),
    [
        (("staff",), "staff", Kind.ROWS), (("staff", "2"), "staff", Kind.ROWS), (("staff", "2", "name"), "name", Kind.TEXT),
        (("contact", "name"), "name", Kind.TEXT), (("papers", "0", "file"), "papers", Kind.FILES),
        (("licence", "file"), "licence", Kind.FILE), (("fields", "0"), "fields", Kind.CHECKBOXES),
        (("qualification", "reason"), "reason", Kind.LONG_TEXT),
    ],
)  # fmt: skip
def test_a_place_in_the_answers_leads_to_its_field(form: Form, place: tuple[str, ...], name: str, kind: Kind) -> None:
    found = form.field_at(place)

    assert found is not None
    assert (found.name, found.kind) == (name, kind)


def test_a_foreign_place_leads_nowhere(form: Form) -> None:
    assert form.field_at(("nobody",)) is None
    assert form.field_at(("staff", "x")) is None
    assert form.field_at(("organisation", "x")) is None


@pytest.mark.parametrize(
    ("score", "band", "is_needed"),
    [(0, "Poor", True), (850, "Poor", True), (899, "Poor", True), (900, "Fair", False), (1650, "Good", False), (1700, "Excellent", True)],
)  # fmt: skip
def test_a_score_reaches_its_band_and_asks_for_a_reason_outside_the_middle(
    form: Form, score: int, band: str, is_needed: bool
) -> None:
    field = form.field_at(("qualification",))

    assert field is not None
    assert field.rubric is not None
    reached = field.rubric.band_of(score)
    assert reached is not None
    assert (reached.title.en, field.rubric.needs_reason(score)) == (band, is_needed)
