"""The decision tables of the voucher application, row by row, below, at and above each bound; with an oracle of their own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.dmn import DecisionError, read_model
from app.domain.enterprise import Industry
from app.feel import to_json

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "voucher_application"

# 工信部联企业〔2011〕300号: the lower bounds of large, medium and small, each as employees (people), revenue and assets
# (10,000 yuan); None: the criterion does not count. Written down from the standard, not from the table.
STANDARD: dict[str, tuple[tuple[int | None, ...], ...]] = {
    "agriculture": ((None, 20_000, None), (None, 500, None), (None, 50, None)),
    "industry": ((1_000, 40_000, None), (300, 2_000, None), (20, 300, None)),
    "construction": ((None, 80_000, 80_000), (None, 6_000, 5_000), (None, 300, 300)),
    "wholesale": ((200, 40_000, None), (20, 5_000, None), (5, 1_000, None)),
    "retail": ((300, 20_000, None), (50, 500, None), (10, 100, None)),
    "transport": ((1_000, 30_000, None), (300, 3_000, None), (20, 200, None)),
    "warehousing": ((200, 30_000, None), (100, 1_000, None), (20, 100, None)),
    "post": ((1_000, 30_000, None), (300, 2_000, None), (20, 100, None)),
    "accommodation": ((300, 10_000, None), (100, 2_000, None), (10, 100, None)),
    "catering": ((300, 10_000, None), (100, 2_000, None), (10, 100, None)),
    "information_transmission": ((2_000, 100_000, None), (100, 1_000, None), (10, 100, None)),
    "software": ((300, 10_000, None), (100, 1_000, None), (10, 50, None)),
    "real_estate": ((None, 200_000, 10_000), (None, 1_000, 5_000), (None, 100, 2_000)),
    "property_management": ((1_000, 5_000, None), (300, 1_000, None), (100, 500, None)),
    "leasing_business": ((300, None, 120_000), (100, None, 8_000), (10, None, 100)),
    "other": ((300, None, None), (100, None, None), (10, None, None)),
}
SIZES = ("large", "medium", "small", "micro")
CRITERIA = ("employees", "revenue", "assets")
HUGE = 10_000_000


def decide(name: str, **inputs: Any) -> Any:
    return to_json(read_model((FOLDER / f"{name}.dmn").read_bytes()).decision(name).evaluate(inputs).value)


def test_the_standard_knows_sixteen_industries_and_the_programme_the_same() -> None:
    assert set(STANDARD) == {str(one) for one in Industry}
    assert len(STANDARD) == 16


@pytest.fixture(scope="module")
def sizes() -> Any:
    """The decision, read once."""
    return read_model((FOLDER / "sme_size.dmn").read_bytes())


def size(model: Any, industry: str, figures: dict[str, Any]) -> str:
    found = model.decision("sme_size").evaluate({"industry": industry, **figures}).value
    return str(found["size"])


@pytest.mark.parametrize("industry", sorted(STANDARD))
def test_the_table_holds_the_standards_bounds_row_by_row(sizes: Any, industry: str) -> None:
    row = to_json(sizes.decision("size_bounds").evaluate({"industry": industry}).value)

    held = tuple(tuple(row[f"{name}_{one}"] for one in CRITERIA) for name in SIZES[:3])

    assert held == STANDARD[industry]


@pytest.mark.parametrize("industry", sorted(STANDARD))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_size_begins_at_its_bound_and_not_just_below(sizes: Any, industry: str, place: int) -> None:
    for criterion, bound in zip(CRITERIA, STANDARD[industry][place], strict=True):
        if bound is None:
            continue
        reached = {
            name: least if least is not None else 0
            for name, least in zip(CRITERIA, STANDARD[industry][place], strict=True)
        }
        step = 1 if criterion == "employees" else Decimal("0.0001")
        below = size(sizes, industry, {**reached, criterion: bound - step})

        assert size(sizes, industry, reached) == SIZES[place]
        assert size(sizes, industry, {**reached, criterion: bound + step}) == SIZES[place]
        assert SIZES.index(below) > place


@pytest.mark.parametrize("industry", sorted(STANDARD))
def test_one_bound_that_is_missed_keeps_the_size_down_however_large_the_other(sizes: Any, industry: str) -> None:
    counting = [name for name, bound in zip(CRITERIA, STANDARD[industry][0], strict=True) if bound is not None]
    for missed in counting:
        figures: dict[str, Any] = {**dict.fromkeys(CRITERIA, HUGE), missed: 0}
        assert size(sizes, industry, figures) == "micro"
    assert size(sizes, industry, dict.fromkeys(CRITERIA, HUGE)) == "large"


@pytest.mark.parametrize("industry", sorted(STANDARD))
def test_what_does_not_count_in_an_industry_changes_nothing(sizes: Any, industry: str) -> None:
    for name, bound in zip(CRITERIA, STANDARD[industry][1], strict=True):
        if bound is None:
            at = {
                one: least if least is not None else 0
                for one, least in zip(CRITERIA, STANDARD[industry][1], strict=True)
            }
            assert size(sizes, industry, at) == size(sizes, industry, {**at, name: HUGE}) == "medium"


def test_the_bounds_that_made_an_enterprise_large_are_named() -> None:
    assert decide("sme_size", industry="real_estate", employees=3, revenue=200_000, assets=10_000) == {
        "size": "large", "article": "A5.2", "employees_bound": None, "revenue_bound": 200_000, "assets_bound": 10_000,
    }  # fmt: skip


ELIGIBLE: dict[str, Any] = {
    "is_code_valid": True, "is_of_region": True, "is_declared": True, "legal_form": "company", "is_in_business": True,
    "is_growing": True, "is_in_order": True, "industry": "retail", "size": "small", "is_affiliate": False,
    "has_bad_credit": False, "category": "credit", "is_litigation": False,
}  # fmt: skip
FAILING = [
    ({"is_code_valid": False}, "credit_code", "credit_code_invalid", "A5.1"),
    ({"is_of_region": False}, "region", "outside_region", "A5.1"),
    ({"is_declared": False}, "declared", "not_declared", "A5.1"),
    ({"legal_form": "branch"}, "legal_person", "not_independent", "A5.1"),
    ({"legal_form": "sole_trader"}, "legal_person", "not_independent", "A5.1"),
    ({"legal_form": "partnership"}, "legal_person", "not_independent", "A5.1"),
    ({"legal_form": "sole_proprietorship"}, "legal_person", "not_independent", "A5.1"),
    ({"is_in_business": False}, "in_business", "not_in_business", "A5.1"),
    ({"is_growing": False}, "growing", "not_growing", "A5.1"),
    ({"is_in_order": False}, "in_order", "not_in_order", "A5.1"),
    ({"industry": "lottery"}, "industry", "outside_directions", "A5.1"),
    ({"size": "large"}, "size", "large", "A5.2"),
    ({"is_affiliate": True}, "affiliation", "affiliate", "A11.9"),
    ({"has_bad_credit": True}, "bad_credit", "bad_credit", "A11.4"),
    ({"category": "travel"}, "category", "outside_categories", "A7.1"),
    ({"category": "legal", "is_litigation": True}, "litigation", "litigation", "A7.1"),
]


@pytest.mark.parametrize("changed", [{}, *({"size": one} for one in ("medium", "micro")),
    *({"legal_form": one} for one in ("cooperative", "other_legal_person")),
    *({"industry": one} for one in STANDARD),
    *({"category": one} for one in ("informatisation", "technology", "management", "legal", "intellectual_property", "other")),
    {"category": "credit", "is_litigation": True},
])  # fmt: skip
def test_an_enterprise_of_whom_every_condition_holds_is_eligible(changed: dict[str, Any]) -> None:
    assert decide("eligibility", **ELIGIBLE | changed) == {"outcome": "eligible", "article": "A5.1", "failures": []}


@pytest.mark.parametrize(("changed", "check", "outcome", "article"), FAILING)
def test_a_condition_that_fails_is_named_with_its_article(
    changed: dict[str, Any], check: str, outcome: str, article: str
) -> None:
    failure = {"check": check, "outcome": outcome, "article": article}

    assert decide("eligibility", **ELIGIBLE | changed) == {
        "outcome": outcome,
        "article": article,
        "failures": [failure],
    }


def test_every_failure_is_named_and_the_first_is_the_outcome() -> None:
    found = decide("eligibility", **ELIGIBLE | {"has_bad_credit": True, "size": "large", "is_of_region": False})

    assert found["outcome"] == "outside_region"
    assert [one["outcome"] for one in found["failures"]] == ["outside_region", "large", "bad_credit"]


def test_what_was_not_declared_is_asked_for_and_nothing_is_concluded_from_it() -> None:
    unknown = {
        "is_declared": False, "legal_form": "unknown", "industry": "unknown", "size": "unknown",
        "is_in_business": False, "is_growing": False, "is_in_order": False,
    }  # fmt: skip

    assert [one["outcome"] for one in decide("eligibility", **ELIGIBLE | unknown)["failures"]] == ["not_declared"]


@pytest.mark.parametrize("fact", sorted(ELIGIBLE.keys() - {"is_litigation"}))
def test_what_is_not_known_counts_against_and_never_for(fact: str) -> None:
    assert decide("eligibility", **ELIGIBLE | {fact: None})["outcome"] != "eligible"


AMOUNT: dict[str, Any] = {
    "category": "credit", "contract_fen": 1_000_000, "requested_fen": 300_000, "percent": 50, "cap_fen": 300_000,
    "year_left_fen": 500_000, "purse_left_fen": 10_000_000, "smallest_fen": 100, "accepts_smaller": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "outcome", "article", "face_fen", "binding"),
    [
        # what was asked for
        ({"requested_fen": 299_999}, "fits", "A6.3", 299_999, "requested"),
        ({"requested_fen": 300_000}, "fits", "A6.3", 300_000, "requested"),
        ({"requested_fen": 300_001}, "fits", "A6.1", 300_000, "cap"),
        # the share of the contract, rounded down
        ({"contract_fen": 599_999}, "fits", "A6.1", 299_999, "share"),
        ({"contract_fen": 600_000}, "fits", "A6.3", 300_000, "requested"),
        ({"contract_fen": 600_001, "requested_fen": 400_000}, "fits", "A6.1", 300_000, "share"),
        ({"contract_fen": 600_002, "requested_fen": 400_000}, "fits", "A6.1", 300_000, "cap"),
        ({"contract_fen": 201}, "fits", "A6.1", 100, "share"),
        ({"contract_fen": 333, "percent": 33, "smallest_fen": 1}, "fits", "A6.1", 109, "share"),
        # the year
        ({"year_left_fen": 299_999}, "fits", "A6.2", 299_999, "year"),
        ({"year_left_fen": 300_000}, "fits", "A6.3", 300_000, "requested"),
        ({"year_left_fen": 300_001}, "fits", "A6.3", 300_000, "requested"),
        ({"year_left_fen": 0}, "too_small", "A6.2", 0, "year"),
        # the smallest voucher
        ({"requested_fen": 99}, "too_small", "A6.3", 0, "requested"),
        ({"requested_fen": 100}, "fits", "A6.3", 100, "requested"),
        ({"requested_fen": 101}, "fits", "A6.3", 101, "requested"),
        ({"contract_fen": 199}, "too_small", "A6.3", 0, "share"),
        ({"year_left_fen": 99}, "too_small", "A6.2", 0, "year"),
        ({"year_left_fen": 100}, "fits", "A6.2", 100, "year"),
        # the purse: waits rather than being cut
        ({"purse_left_fen": 299_999}, "waits", "A11.8", 300_000, "requested"),
        ({"purse_left_fen": 300_000}, "fits", "A6.3", 300_000, "requested"),
        ({"purse_left_fen": 0}, "waits", "A11.8", 300_000, "requested"),
        # … unless a smaller voucher is accepted
        ({"purse_left_fen": 299_999, "accepts_smaller": True}, "smaller", "A6.3", 299_999, "purse"),
        ({"purse_left_fen": 300_000, "accepts_smaller": True}, "fits", "A6.3", 300_000, "requested"),
        ({"purse_left_fen": 100, "accepts_smaller": True}, "smaller", "A6.3", 100, "purse"),
        ({"purse_left_fen": 99, "accepts_smaller": True}, "waits", "A11.8", 300_000, "requested"),
        ({"purse_left_fen": 99, "requested_fen": 99, "accepts_smaller": True}, "too_small", "A6.3", 0, "requested"),
    ],
)  # fmt: skip
def test_the_face_value_is_the_least_of_its_bounds(
    changed: dict[str, Any], outcome: str, article: str, face_fen: int, binding: str
) -> None:
    found = decide("voucher_amount", **AMOUNT | changed)

    assert (found["outcome"], found["article"], found["face_fen"], found["binding"]) == (
        outcome, article, face_fen, binding,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("category", "needed"),
    [
        (one, False)
        for one in ("informatisation", "technology", "management", "legal", "intellectual_property", "credit")
    ]
    + [("other", True)],
)
def test_the_seventh_category_alone_needs_a_supervisors_signature(category: str, needed: bool) -> None:
    assert decide("voucher_amount", **AMOUNT | {"category": category})["needs_signature"] is needed


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("sme_size", {"industry": "lottery", "employees": 1, "revenue": 1, "assets": 1}),
        ("sme_size", {"industry": "retail", "employees": None, "revenue": 1, "assets": 1}),
        ("sme_size", {"industry": "retail", "employees": 1, "revenue": 1}),
        ("sme_size", {"industry": "retail", "employees": -1, "revenue": 1, "assets": 1}),
        ("voucher_amount", {**AMOUNT, "category": "travel"}),
        ("voucher_amount", {**AMOUNT, "contract_fen": None}),
        ("voucher_amount", {**AMOUNT, "purse_left_fen": 1, "accepts_smaller": None}),
    ],
)
def test_what_no_row_answers_is_an_error_and_never_a_silent_pass(name: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(DecisionError):
        decide(name, **inputs)


@pytest.mark.parametrize("name", ["sme_size", "eligibility", "voucher_amount"])
def test_every_row_cites_its_article(name: str) -> None:
    xml = (FOLDER / f"{name}.dmn").read_text()

    assert xml.count("<rule ") == xml.count("<annotationEntry><text>A") > 0
