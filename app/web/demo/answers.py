"""What the demo's people fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.expert import Category
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC

OFFERS: dict[Category, tuple[tuple[str, str, int], ...]] = {
    Category.CREDIT: (
        ("企业信用管理咨询", "建立客户信用档案、授信与账期制度，培训信用管理人员。", 360_000),
        ("应收账款风险诊断", "分析账龄与回款，逐户给出授信建议。", 420_000),
        ("信用评级辅导", "按自治区中小企业信用评级要求准备材料。", 500_000),
    ),
    Category.INFORMATISATION: (
        ("进销存与溯源系统实施", "批次建档、原料追溯、出入库对账及操作培训。", 560_000),
        ("云财务系统部署", "部署云财务并迁移两年账套。", 420_000),
    ),
    Category.MANAGEMENT: (
        ("企业数字化诊断", "走访、访谈、出具诊断报告与路线图。", 480_000),
        ("合同管理咨询", "梳理合同流程，建立台账与用印制度。", 240_000),
    ),
    Category.INTELLECTUAL_PROPERTY: (
        ("商标注册代理", "查询、申请、答复审查意见。", 290_000),
        ("专利挖掘与布局", "挖掘可专利的技术点并形成布局报告。", 600_000),
    ),
    Category.TECHNOLOGY: (("ISO 9001 体系辅导", "建立质量管理体系并通过认证。", 600_000),),
    Category.LEGAL: (("常年法律顾问", "合同审查、用工合规、法律咨询。", 400_000),),
    Category.OTHER: (("其他急需服务", "按企业急需提供。", 300_000),),
}


def application(name: str, contact: str, category: Category, files: dict[str, Any]) -> dict[str, Any]:
    """A complete application."""
    return {
        "introduction": f"{name}成立于 2014 年，专注小微企业服务，现有专职顾问十余名，近三年服务企业一百二十余家。",
        "categories": [str(category)],
        "contact_name": contact,
        "contact_phone": "0951-5550123",
        "licence": files["licence"],
        "qualifications": [files["qualification"]],
        "staff": 14,
        "cases": "2023 年以来为四十二家小微企业提供服务，其中三十家续约；附客户联系方式备查。",
        "items": [
            {
                "name": item, "category": str(category), "content": content, "price_fen": price_fen,
                "delivery_standard": "交付成果一套、书面报告一份，企业签收后三个月内免费答疑。",
            }
            for item, content, price_fen in OFFERS[category]
        ],
        "truthful": True,
    }  # fmt: skip


def finding(points: tuple[str, ...], *, passes: bool, remarks: str) -> dict[str, Any]:
    """A reviewer's finding on every point."""
    found = dict.fromkeys(points, "holds")
    if not passes:
        found[points[0]] = "fails"
    return {**found, "remarks": remarks, "outcome": "passed" if passes else "refused"}


AUTHENTICITY = ("licence_is_authentic", "qualifications_are_authentic", "cases_are_authentic")
COMPLIANCE = ("is_registered_in_region", "is_able_to_serve", "is_not_on_bad_credit_list", "is_no_affiliate")


def scores(percent: int, items: list[str], reason: str = "见申请材料与案例附件。") -> dict[str, Any]:
    """Scores of about so many percent of each criterion, in half points."""
    return {
        "agency": _criteria(percent, AGENCY_RUBRIC, reason),
        "items": [{"item": name, **_criteria(percent, ITEM_RUBRIC, reason)} for name in items],
    }


def _criteria(percent: int, rubric: Mapping[str, int], reason: str) -> dict[str, Any]:
    return {
        name: {"score_hundredths": most // 100 * percent // 50 * 50, "reason": reason} for name, most in rubric.items()
    }
