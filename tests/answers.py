"""Answers that people give in the tests of a certification: complete by the forms, easy to bend."""

from __future__ import annotations

from typing import Any

FILE = {"file": "0" * 64, "name": "营业执照.pdf"}


def application(items: int = 2, **more: Any) -> dict[str, Any]:
    """A complete application with so many items."""
    return {
        "introduction": "专营企业信用管理咨询。",
        "categories": ["credit"],
        "contact_name": "韩知白",
        "contact_phone": "0951-5550123",
        "licence": FILE,
        "qualifications": [FILE],
        "staff": 12,
        "cases": "三年来服务四十家小微企业。",
        "items": [
            {
                "name": f"企业信用管理咨询{number}",
                "category": "credit",
                "content": "建立信用档案。",
                "price_fen": 360_000,
                "delivery_standard": "交付制度一套、报告一份。",
            }
            for number in range(1, items + 1)
        ],
        "truthful": True,
    } | more


def as_posted(given: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Answers as the controls of a page would post them; files go apart."""
    posted: dict[str, Any] = {}
    for name, value in given.items():
        key = f"{prefix}{name}"
        if isinstance(value, list) and value and isinstance(value[0], dict) and "file" not in value[0]:
            for index, row in enumerate(value):
                posted |= {f"{key}.{index}._row": "1"} | as_posted(row, f"{key}.{index}.")
        elif name.endswith("_fen"):
            posted[key] = f"{value / 100:.2f}"
        elif value is True:
            posted[key] = "yes"
        elif isinstance(value, list) and value and isinstance(value[0], str):
            posted[key] = value[0]
        elif isinstance(value, str | int):
            posted[key] = str(value)
    return posted


def authenticity(outcome: str = "passed") -> dict[str, Any]:
    """A reviewer's findings on authenticity."""
    points = ("licence_is_authentic", "qualifications_are_authentic", "cases_are_authentic")
    return dict.fromkeys(points, "holds") | {"remarks": "已在登记系统核对。", "outcome": outcome}


def compliance(outcome: str = "passed") -> dict[str, Any]:
    """A reviewer's findings on compliance."""
    points = ("is_registered_in_region", "is_able_to_serve", "is_not_on_bad_credit_list", "is_no_affiliate")
    return dict.fromkeys(points, "holds") | {"remarks": "符合第四条。", "outcome": outcome}


def asks(*points: tuple[str, int | None]) -> dict[str, Any]:
    """A reviewer's request for corrections of these fields: (field, number of the service item or None)."""
    return {
        "outcome": "corrections",
        "corrections": [
            {"field": field, "reason": f"请补正 {field}。"} | ({"item_number": number} if number else {})
            for field, number in points
        ],
    }


AGENCY_WEIGHTS = {
    "qualification": 20, "professional_ability": 30, "service_record": 20, "quality_management": 15, "price": 15,
}  # fmt: skip
ITEM_WEIGHTS = {"practicality": 40, "quality": 30, "item_price": 30}


def scores(agency_points: int, *item_points: int) -> dict[str, Any]:
    """Scores that add up to so many whole points for the agency and for each item."""
    return {
        "agency": _spread(agency_points, AGENCY_WEIGHTS),
        "items": [
            {"item": f"项目{number}", **_spread(points, ITEM_WEIGHTS)} for number, points in enumerate(item_points, 1)
        ],
    }


def _spread(points: int, weights: dict[str, int]) -> dict[str, Any]:
    """Fill one criterion after the other up to its weight."""
    given = {}
    for name, weight in weights.items():
        part = min(points, weight)
        points -= part
        given[name] = {"score_hundredths": part * 100, "reason": "见材料第四项。"}
    if points:
        raise ValueError("more points than the rubric has")
    return given
