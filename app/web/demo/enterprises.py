"""The demo's enterprises: one of each size, two that go ahead in the queue, one too large, one that has declared nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.enterprise import CreditRating, Figures, Industry, LegalForm, declare_figures, record_standing

ENTERPRISES = (
    ("enterprise1", "银川湖畔书屋有限公司", "Yinchuan Lakeside Books", "安知夏"),
    ("enterprise2", "宁夏星枢软件科技有限公司", "Ningxia Xingshu Software", "陆星枢"),
    ("enterprise3", "石嘴山塞上机械制造有限公司", "Shizuishan Saishang Machinery", "秦塞生"),
    ("enterprise4", "吴忠青禾食品有限公司", "Wuzhong Qinghe Foods", "米青禾"),
    ("enterprise5", "宁夏味源餐饮管理有限公司", "Ningxia Weiyuan Catering", "武味源"),
    ("enterprise6", "宁夏河东置业集团有限公司", "Ningxia Hedong Estates", "贺东来"),
    ("enterprise7", "固原山海物流有限公司", "Guyuan Shanhai Logistics", "山海川"),
    ("enterprise8", "中卫沙坡农业专业合作社", "Zhongwei Shapo Farming Cooperative", "卫沙坡"),
)
"""Login, names, and who acts for it."""


@dataclass(frozen=True, slots=True)
class DemoEnterprise:
    """An enterprise with the person who acts for it."""

    organisation_id: int
    name_zh: str
    person_id: int


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one of them declares, in 万元."""

    industry: Industry
    employees: int
    revenue: int
    assets: int
    legal_form: LegalForm = LegalForm.COMPANY


DECLARED = {
    "enterprise1": _Declared(Industry.RETAIL, 6, 80, 45),
    "enterprise2": _Declared(Industry.SOFTWARE, 38, 620, 410),
    "enterprise3": _Declared(Industry.INDUSTRY, 85, 1_900, 2_600),
    "enterprise4": _Declared(Industry.INDUSTRY, 320, 8_600, 9_200),
    "enterprise5": _Declared(Industry.CATERING, 120, 2_400, 1_300),
    "enterprise6": _Declared(Industry.REAL_ESTATE, 460, 215_000, 380_000),
    "enterprise7": _Declared(Industry.TRANSPORT, 26, 310, 280),
}
"""Micro, small, small, medium, medium, large, small; the eighth has declared nothing yet."""
AHEAD = {
    "enterprise3": (True, CreditRating.NONE),
    "enterprise5": (False, CreditRating.AA),
    "enterprise7": (False, CreditRating.B),
}
"""What the office has recorded: 专精特新, rating."""


def declare(session: Session, firms: dict[str, DemoEnterprise], *, recorded_by: int, now: datetime) -> None:
    """Let them declare their figures of last year, and the office record what the region's lists say."""
    for login, one in DECLARED.items():
        firm = firms[login]
        figures = Figures(
            year=now.year - 1, industry=one.industry, employees=one.employees, revenue_yuan=one.revenue * 10_000,
            assets_yuan=one.assets * 10_000, legal_form=one.legal_form, is_in_business=True, is_growing=True,
            is_in_order=True,
        )  # fmt: skip
        declare_figures(session, firm.organisation_id, figures, by=firm.person_id, now=now)
    for login, (is_specialised, rating) in AHEAD.items():
        record_standing(
            session, firms[login].organisation_id, is_specialised=is_specialised, credit_rating=rating,
            source="自治区工信厅专精特新名单、中小企业信用评级公告", by=recorded_by, now=now,
        )  # fmt: skip
