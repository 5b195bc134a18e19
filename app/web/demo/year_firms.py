"""The firms of the demo's year: agencies that will be certified, enterprises with what they declare of themselves."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.enterprise import CreditRating, Figures, Industry, LegalForm, declare_figures, record_standing
from app.domain.expert import Category
from app.domain.role_grant import Role
from app.web.demo.firms import add_firm

AGENCY_NUMBERS, ENTERPRISE_NUMBERS = 2_000, 3_000
"""Where the firms of the story begin to count, behind the demo's own."""
AHEAD_SHARE = 0.12
"""How many enterprises are 专精特新 or well rated."""
TOO_LARGE_SHARE = 0.03
"""How many have grown too large to be supported (A5.1); reviewers refuse them."""
TRADES = (
    (Industry.INDUSTRY, 18, 280_0000), (Industry.INDUSTRY, 46, 900_0000), (Industry.INDUSTRY, 120, 2_600_0000),
    (Industry.INDUSTRY, 35, 700_0000), (Industry.WHOLESALE, 12, 1_500_0000), (Industry.CONSTRUCTION, 60, 1_800_0000),
    (Industry.TRANSPORT, 40, 640_0000), (Industry.SOFTWARE, 22, 320_0000), (Industry.CATERING, 30, 260_0000),
    (Industry.INDUSTRY, 75, 2_100_0000), (Industry.INDUSTRY, 210, 6_400_0000), (Industry.AGRICULTURE, 15, 240_0000),
)  # fmt: skip
"""Trade, employees and revenue in yuan, in the order of the names' endings."""


@dataclass(frozen=True, slots=True)
class YearAgency:
    """An agency of the story."""

    organisation_id: int
    person_id: int
    name_zh: str
    category: Category


@dataclass(frozen=True, slots=True)
class YearEnterprise:
    """An enterprise of the story."""

    organisation_id: int
    person_id: int
    name_zh: str


def settle_agency(session: Session, number: int, name: str, category: Category, *, now: datetime) -> YearAgency:
    """Register the agency of that number."""
    firm_id, person_id = add_firm(session, AGENCY_NUMBERS + number, name, Role.AGENCY, now=now)
    return YearAgency(firm_id, person_id, name, category)


def settle_enterprise(
    session: Session, number: int, name: str, chance: random.Random, *, recorded_by: int, now: datetime
) -> YearEnterprise:
    """Register the enterprise of that number, let it declare, and record its standing."""
    firm_id, person_id = add_firm(session, ENTERPRISE_NUMBERS + number, name, Role.ENTERPRISE, now=now)
    industry, employees, revenue_yuan = TRADES[number % len(TRADES)]
    if chance.random() < TOO_LARGE_SHARE:
        industry, employees, revenue_yuan = Industry.INDUSTRY, 1_400, 620_000_000
    declare_figures(
        session, firm_id,
        Figures(
            year=now.year - 1, industry=industry, employees=employees + chance.randint(-5, 9),
            revenue_yuan=revenue_yuan + chance.randint(-20, 60) * 10_000, assets_yuan=revenue_yuan * 6 // 5,
            legal_form=LegalForm.COMPANY, is_in_business=True, is_growing=True, is_in_order=True,
        ),
        by=person_id, now=now,
    )  # fmt: skip
    if chance.random() < AHEAD_SHARE:
        record_standing(
            session, firm_id, is_specialised=chance.random() < 0.5, credit_rating=CreditRating.A,
            source="自治区专精特新企业名单、中小企业信用评级公告", by=recorded_by, now=now,
        )  # fmt: skip
    return YearEnterprise(firm_id, person_id, name)
