"""The forms of the settlement: what they take and what they refuse (A10.1–A10.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.evaluation import HIGHEST, LOWEST, MARKS
from app.forms import read_form, validate
from tests.settlement_story import claim, evaluation, inspection, telephone

FORMS = Path(__file__).resolve().parents[2] / "forms" / "settlement"


def faults(form: str, given: dict[str, Any]) -> set[str]:
    """The pointers of the fields that need mending."""
    return {error.pointer for error in validate(read_form((FORMS / f"{form}.json").read_bytes()), given)}


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("evaluate_service", evaluation()),
        ("evaluate_service", evaluation("partly", share_done_percent=1)),
        ("evaluate_service", evaluation("partly", share_done_percent=99)),
        ("telephone_evaluation", telephone(delivery="no")),
        ("claim_settlement", claim(1, 2, 3)),
        ("inspect_service", inspection("serious")),
        ("review_claim", {"outcome": "accept"}),
        ("review_claim", {"outcome": "accept", "differences_explained": "已核实。"}),
        ("review_claim", {"outcome": "adjust", "share_percent": 0, "reason": "合同第 8 条。"}),
        ("review_claim", {"outcome": "return", "reason": "请换开发票。"}),
        ("sign_settlement", {"outcome": "sign"}),
        ("sign_settlement", {"outcome": "send_back", "reason": "请写明。"}),
    ],
)
def test_complete_answers_are_taken(form: str, given: dict[str, Any]) -> None:
    """Nothing is to be mended."""
    assert faults(form, given) == set()


@pytest.mark.parametrize(
    ("form", "given", "where"),
    [
        ("evaluate_service", evaluation("partly"), {"/share_done_percent"}),
        ("evaluate_service", evaluation("partly", share_done_percent=100), {"/share_done_percent"}),
        ("evaluate_service", evaluation("partly", share_done_percent=0), {"/share_done_percent"}),
        ("evaluate_service", evaluation("yes", share_done_percent=50), {"/share_done_percent"}),
        ("claim_settlement", claim(0), {"/receipts/0/amount_fen"}),
        ("claim_settlement", {"receipts": [], "truthful": True}, {"/receipts"}),
        ("review_claim", {"outcome": "adjust"}, {"/share_percent", "/reason"}),
        ("review_claim", {"outcome": "adjust", "share_percent": 101, "reason": "合同。"}, {"/share_percent"}),
        ("review_claim", {"outcome": "accept", "share_percent": 70}, {"/share_percent"}),
        ("review_claim", {"outcome": "return"}, {"/reason"}),
        ("sign_settlement", {"outcome": "send_back"}, {"/reason"}),
    ],
)
def test_what_is_missing_or_out_of_bounds_is_named(form: str, given: dict[str, Any], where: set[str]) -> None:
    """At the field where it is mended."""
    assert faults(form, given) == where


@pytest.mark.parametrize("form", ["evaluate_service", "telephone_evaluation"])
def test_the_four_marks_have_the_bounds_of_the_domain(form: str) -> None:
    """From 1 to 5."""
    properties = read_form((FORMS / f"{form}.json").read_bytes())
    whole = telephone() if form == "telephone_evaluation" else evaluation()
    for mark in MARKS:
        for value, is_taken in ((LOWEST - 1, False), (LOWEST, True), (HIGHEST, True), (HIGHEST + 1, False)):
            found = {error.pointer for error in validate(properties, whole | {mark: value})}
            assert (found == set()) is is_taken
