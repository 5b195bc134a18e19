"""An enterprise of Ningxia with declared figures, for tests that need one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from app.domain.enterprise import Figures, Industry, LegalForm, declare_figures
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.role_grant import Role
from tests.people import BEGINNING, organisation, person

SMALL_SHOP = Figures(
    year=2025, industry=Industry.RETAIL, employees=12, revenue_yuan=4_000_000, assets_yuan=1_500_000,
    legal_form=LegalForm.COMPANY, is_in_business=True, is_growing=True, is_in_order=True,
)  # fmt: skip


def enterprise(
    session: Session,
    number: int = 500,
    login: str = "enterprise",
    *,
    figures: Figures | None = SMALL_SHOP,
    **changed: object,
) -> Organisation:
    """An enterprise with its person; `figures=None`: it has declared nothing; else what of the small shop is different."""
    firm = organisation(session, number, OrganisationKind.ENTERPRISE, f"银川第{number}商贸有限公司")
    someone = person(session, login, "安知夏", Role.ENTERPRISE, firm.id)
    if figures is not None:
        declare_figures(session, firm.id, replace(figures, **changed), by=someone.id, now=BEGINNING)  # type: ignore[arg-type]
    return firm
