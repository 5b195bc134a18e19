"""The shipped forms: what they ask agrees with the domain, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.expert import Category
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.forms import read_form, validate
from tests import answers

FORMS = Path(__file__).resolve().parents[2] / "forms"


def schema(form: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FORMS / f"{form}.json").read_text())
    return found


def faults(form: str, given: dict[str, Any]) -> set[str]:
    """The pointers of the fields that need mending."""
    return {error.pointer for error in validate(read_form((FORMS / f"{form}.json").read_bytes()), given)}


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("agency_certification/submit_application", answers.application()),
        ("agency_certification/verify_authenticity", answers.authenticity()),
        ("agency_certification/verify_compliance", answers.compliance()),
        ("agency_certification/prepare_panel", {}),
        ("agency_certification/mend_pool", {"what_was_done": "增补一名。"}),
        ("agency_certification/conclude", {"outcome": "certify", "reason": "达标。"}),
        ("agency_certification/file_certification", {"outcome": "filed", "remarks": "同意。"}),
        ("expert_review/declare_interests", {"declaration": "none"}),
        ("expert_review/declare_interests", {"declaration": "conflict", "explanation": "亲属。"}),
        ("expert_review/score_application", answers.scores(75, 80)),
        ("expert_review/revise_scores", answers.scores(75, 80)),
        ("expert_review/call_discussion", {"question": "业绩是否有回访？"}),
        ("expert_review/mend_seat_pool", {"what_was_done": "增补一名。"}),
    ],
)
def test_complete_answers_are_taken(form: str, given: dict[str, Any]) -> None:
    assert faults(form, given) == set()


def test_the_categories_are_the_seven_of_article_seven() -> None:
    properties = schema("agency_certification/submit_application")["properties"]

    assert properties["categories"]["items"]["enum"] == list(Category)
    assert properties["items"]["items"]["properties"]["category"]["enum"] == list(Category)


@pytest.mark.parametrize(
    ("criteria", "rubric"),
    [
        (lambda properties: properties["agency"], AGENCY_RUBRIC),
        (lambda properties: properties["items"]["items"], ITEM_RUBRIC),
    ],
)
@pytest.mark.parametrize("form", ["score_application", "revise_scores"])
def test_the_score_forms_weights_are_the_rubrics(form: str, criteria: Any, rubric: dict[str, int]) -> None:
    properties = criteria(schema(f"expert_review/{form}")["properties"])["properties"]
    weights = {name: one["x-ql"]["weight"] * 100 for name, one in properties.items() if "weight" in one["x-ql"]}

    assert weights == rubric


@pytest.mark.parametrize(
    ("points", "reason", "is_taken"),
    [
        (8.5, "", False),
        (9, "", True),
        (16.5, "", True),
        (17, "", False),
        (17, "见附件三。", True),
        (8.5, "缺资质。", True),
        (20.5, "好。", False),
    ],
)
def test_high_and_low_scores_need_a_reason(points: float, reason: str, is_taken: bool) -> None:
    given = answers.scores(75, 80)
    given["agency"]["qualification"] = {"score_hundredths": int(points * 100)} | ({"reason": reason} if reason else {})

    found = faults("expert_review/score_application", given)

    assert found == set() if is_taken else all(one.startswith("/agency/qualification") for one in found) and found


def test_experts_think_again_by_the_same_rubric() -> None:
    first, again = (schema(f"expert_review/{name}") for name in ("score_application", "revise_scores"))

    assert again["properties"] == first["properties"]


def test_a_conflict_is_explained() -> None:
    assert faults("expert_review/declare_interests", {"declaration": "conflict"}) == {"/explanation"}


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("verify_authenticity", answers.authenticity()),
        ("verify_compliance", answers.compliance()),
    ],
)
def test_papers_with_a_point_that_fails_cannot_pass(form: str, given: dict[str, Any]) -> None:
    for point in (name for name, finding in given.items() if finding == "holds"):
        failing = given | {point: "fails"}

        assert faults(f"agency_certification/{form}", failing) == {f"/{point}"}
        assert faults(f"agency_certification/{form}", failing | {"outcome": "refused"}) == set()


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("agency_certification/verify_authenticity", answers.authenticity("refused")),
        ("agency_certification/conclude", {"outcome": "refuse", "reason": "不符。"}),
        ("agency_certification/file_certification", {"outcome": "sent_back", "remarks": "请补充。"}),
    ],
)
def test_no_decision_goes_without_its_reason(form: str, given: dict[str, Any]) -> None:
    reason = "reason" if "reason" in given else "remarks"
    without = {name: value for name, value in given.items() if name != reason}

    assert faults(form, without) == {f"/{reason}"}
    assert faults(form, given | {reason: ""}) == {f"/{reason}"}


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"truthful": False}, "/truthful"),
        ({"categories": []}, "/categories"),
        ({"items": []}, "/items"),
        ({"staff": 0}, "/staff"),
        ({"licence": None}, "/licence"),
    ],
)
def test_an_application_lacks_nothing(change: dict[str, Any], at: str) -> None:
    assert any(
        one.startswith(at) for one in faults("agency_certification/submit_application", answers.application() | change)
    )


def test_every_text_of_every_form_is_in_both_languages() -> None:
    def texts(node: Any) -> list[dict[str, str]]:
        if isinstance(node, list):
            return [text for one in node for text in texts(one)]
        if not isinstance(node, dict):
            return []
        if "zh" in node or "en" in node:
            return [node]
        return [text for one in node.values() for text in texts(one)]

    for path in sorted(FORMS.glob("*/*.json")):
        for text in texts(json.loads(path.read_text())):
            assert set(text) == {"zh", "en"}, f"{path.name}: {text}"
            assert text["zh"].strip(), path.name
            assert text["en"].strip(), path.name
