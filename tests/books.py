"""Words for tests about money: a purse that is filled, cases that ask."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.ledger import EntryKind, Line, Posting, post
from app.domain.organisation import OrganisationKind
from app.domain.purse import VoucherCase
from tests.people import organisation

YEAR = 2026
NOON = datetime(2026, 11, 3, 4, tzinfo=UTC)
LIMIT_FEN = 500_000


def fill_purse(session: Session, amount_fen: int, *, key: str = "plan:1") -> int:
    """Money in the year's purse, straight into the books."""
    lines = [Line(Account.CASH, Account.FUND_AVAILABLE, amount_fen)]
    return post(session, Posting(EntryKind.PLAN_CONFIRMED, lines, YEAR, "A3.2", key), now=NOON)


def firms(session: Session, *, enterprises: int = 1) -> tuple[int, list[int]]:
    """The ids of an agency and of so many enterprises."""
    agency = organisation(
        session, 900, OrganisationKind.AGENCY, "宁夏砺信信用服务有限公司", bank_account="6400000000000900"
    )
    made = [
        organisation(
            session,
            1000 + number,
            OrganisationKind.ENTERPRISE,
            f"宁夏第{number}企业",
            bank_account=f"64000000001{number:05d}",
        ).id
        for number in range(enterprises)
    ]
    return agency.id, made


def voucher_case(
    number: int, agency_id: int, enterprise_id: int, *, category: str = "credit", limit_fen: int = LIMIT_FEN
) -> VoucherCase:
    """A case that asks for money."""
    return VoucherCase(f"2026-{number:05d}", enterprise_id, agency_id, category, YEAR, limit_fen)
