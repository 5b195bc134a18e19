"""The shipped decision tables, row by row, below, at and above each threshold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.dmn import DecisionError, read_model

FOLDER = Path(__file__).resolve().parents[2] / "processes"


def decide(name: str, **inputs: Any) -> tuple[Any, list[str]]:
    """The value, and the ids of the rows that matched."""
    (path,) = FOLDER.glob(f"*/{name}.dmn")
    result = read_model(path.read_bytes()).decision(name).evaluate(inputs)
    return result.value, [rule["id"] for table in result.trace_json() for rule in table["rules"]]


@pytest.mark.parametrize(
    ("score", "passed_items", "outcome", "row"),
    [
        (6_999, 1, "failed", "agency_failed"),
        (7_000, 1, "passed", "passed"),
        (7_001, 1, "passed", "passed"),
        (7_000, 0, "failed", "no_item_passed"),
        (10_000, 0, "failed", "no_item_passed"),
        (10_000, 10, "passed", "passed"),
        (0, 0, "failed", "agency_failed"),
        (6_999, 0, "failed", "agency_failed"),
    ],
)
def test_the_agency_passes_at_seventy_with_an_item_that_passes(
    score: int, passed_items: int, outcome: str, row: str
) -> None:
    assert decide("pass_marks", agency_score=score, passed_items=passed_items, pass_mark=7_000) == (
        {"outcome": outcome, "article": "A8.5"},
        [row],
    )


@pytest.mark.parametrize(
    ("score", "passes", "row"),
    [
        (0, False, "item_failed"),
        (5_999, False, "item_failed"),
        (6_000, True, "item_passed"),
        (6_001, True, "item_passed"),
        (10_000, True, "item_passed"),
    ],
)
def test_an_item_passes_at_sixty(score: int, passes: bool, row: str) -> None:
    assert decide("item_marks", items=[{"item_id": 7, "score": score}], item_pass_mark=6_000) == (
        [7] if passes else [],
        [row],
    )


@pytest.mark.parametrize(
    ("satisfaction", "done", "finding", "share", "rows"),
    [
        (500, 100, "not_inspected", 100, ["by_delivery", "content", "clean"]),
        (300, 100, "none", 100, ["by_delivery", "content", "clean"]),
        (299, 100, "none", 80, ["by_delivery", "discontent", "clean"]),
        (200, 100, "none", 80, ["by_delivery", "discontent", "clean"]),
        (199, 100, "none", 50, ["by_delivery", "very_discontent", "clean"]),
        (100, 100, "none", 50, ["by_delivery", "very_discontent", "clean"]),
        (500, 99, "none", 99, ["by_delivery", "content", "clean"]),
        (500, 1, "none", 1, ["by_delivery", "content", "clean"]),
        (500, 0, "none", 0, ["by_delivery", "content", "clean"]),
        (250, 81, "none", 80, ["by_delivery", "discontent", "clean"]),
        (250, 79, "none", 79, ["by_delivery", "discontent", "clean"]),
        (500, 100, "minor", 90, ["by_delivery", "content", "minor"]),
        (150, 100, "minor", 50, ["by_delivery", "very_discontent", "minor"]),
        (500, 100, "serious", 0, ["by_delivery", "content", "serious"]),
    ],
)
def test_the_lowest_of_delivery_satisfaction_and_inspection_is_payable(
    satisfaction: int, done: int, finding: str, share: int, rows: list[str]
) -> None:
    assert decide("settlement_share", satisfaction=satisfaction, done=done, finding=finding) == (share, rows)


@pytest.mark.parametrize(
    ("spread", "outcome", "row"),
    [
        (0, "close", "close_enough"),
        (2_999, "close", "close_enough"),
        (3_000, "close", "close_enough"),
        (3_001, "discuss", "too_far_apart"),
        (10_000, "discuss", "too_far_apart"),
    ],
)
def test_totals_more_than_thirty_points_apart_are_discussed(spread: int, outcome: str, row: str) -> None:
    assert decide("divergence", widest_spread=spread, widest_allowed=3_000) == (
        {"outcome": outcome, "article": "A8.5"},
        [row],
    )


def test_of_several_items_those_that_pass_are_named_in_order() -> None:
    scores = {3: 6_000, 1: 5_999, 2: 9_000}
    items = [{"item_id": item_id, "score": score} for item_id, score in scores.items()]

    assert decide("item_marks", items=items, item_pass_mark=6_000)[0] == [3, 2]


@pytest.mark.parametrize(
    ("checks", "authenticity", "compliance", "outcome", "article", "row"),
    [
        ("hold", "passed", "passed", "passed", "A8.2", "all_passed"),
        ("hold", "refused", "passed", "refused", "A8.2", "not_authentic"),
        ("hold", "refused", "refused", "refused", "A8.2", "not_authentic"),
        ("hold", "passed", "refused", "refused", "A8.2", "not_compliant"),
        ("fail", "passed", "passed", "refused", "A4.1", "condition_fails"),
        ("fail", "refused", "passed", "refused", "A4.1", "condition_fails"),
        ("fail", "passed", "refused", "refused", "A4.1", "condition_fails"),
        ("fail", "refused", "refused", "refused", "A4.1", "condition_fails"),
    ],
)
def test_both_reviewers_and_every_condition_must_pass(
    checks: str, authenticity: str, compliance: str, outcome: str, article: str, row: str
) -> None:
    found = decide("verification_outcome", computed_checks=checks, authenticity=authenticity, compliance=compliance)

    assert found == ({"outcome": outcome, "article": article}, [row])


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("pass_marks", {"agency_score": -1, "passed_items": 1, "pass_mark": 7_000}),
        ("pass_marks", {"agency_score": 10_001, "passed_items": 1, "pass_mark": 7_000}),
        ("pass_marks", {"agency_score": 7_000, "passed_items": -1, "pass_mark": 7_000}),
        ("pass_marks", {"agency_score": 7_000, "pass_mark": 7_000}),
        ("pass_marks", {"agency_score": 7_000, "passed_items": 1}),
        ("pass_marks", {"agency_score": 7_000, "passed_items": 1, "pass_mark": None}),
        ("item_marks", {"items": [{"item_id": 7, "score": 10_001}], "item_pass_mark": 6_000}),
        ("item_marks", {"items": [{"item_id": 7, "score": None}], "item_pass_mark": 6_000}),
        ("item_marks", {"items": [{"item_id": 7, "score": 6_000}], "item_pass_mark": None}),
        ("divergence", {"widest_spread": None, "widest_allowed": 3_000}),
        ("divergence", {"widest_spread": 10_001, "widest_allowed": 3_000}),
        ("divergence", {"widest_spread": 1, "widest_allowed": None}),
        ("verification_outcome", {"computed_checks": "hold", "authenticity": "passed", "compliance": "unsure"}),
    ],
)
def test_what_no_row_answers_is_an_error_and_never_a_silent_pass(name: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(DecisionError):
        decide(name, **inputs)


@pytest.mark.parametrize("mark", [0, 5_000, 6_999, 10_000])
def test_the_marks_are_those_that_the_case_was_opened_under(mark: int) -> None:
    for score, passes in ((mark - 1, False), (mark, True)):
        if score >= 0:
            decided = decide("pass_marks", agency_score=score, passed_items=1, pass_mark=mark)[0]["outcome"]
            assert decided == ("passed" if passes else "failed")
            item = decide("item_marks", items=[{"item_id": 1, "score": score}], item_pass_mark=mark)[0]
            assert item == ([1] if passes else [])
    apart = [
        decide("divergence", widest_spread=one, widest_allowed=mark)[0]["outcome"]
        for one in (mark, mark + 1)
        if one <= 10_000
    ]
    assert apart == ["close", "discuss"][: len(apart)]


@pytest.mark.parametrize("name", ["pass_marks", "item_marks", "verification_outcome", "divergence"])
def test_every_row_cites_its_article(name: str) -> None:
    (path,) = FOLDER.glob(f"*/{name}.dmn")
    xml = path.read_text()

    assert xml.count("<rule ") == xml.count("<annotationEntry><text>A") > 0
