"""Words for tests about money: a purse that is filled, cases that ask."""

from __future__ import annotations

from dataclasses import dataclass, field
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


HEADING = "流水号,日期,支出,收入,余额,对方户名,对方账号,摘要"


@dataclass
class Bank:
    """The bank's own view of the special account: gives its lines as CSV, with running balances."""

    balance_fen: int = 0
    number: int = 0
    rows: list[str] = field(default_factory=list)
    given: int = 0

    def came_in(
        self, amount_fen: int, *, remark: str = "", name: str = "", account: str = "", on: str = "2026-11-03"
    ) -> str:
        """Money arrives; its serial number."""
        return self._row(amount_fen, remark, name, account, on)

    def went_out(
        self, amount_fen: int, *, remark: str = "", name: str = "", account: str = "", on: str = "2026-11-03"
    ) -> str:
        """Money leaves; its serial number."""
        return self._row(-amount_fen, remark, name, account, on)

    def statement(self, *, whole: bool = False) -> bytes:
        """The lines since the last statement, or all of them."""
        rows = self.rows if whole else self.rows[self.given :]
        self.given = len(self.rows)
        return "\n".join([HEADING, *rows, ""]).encode()

    def _row(self, amount_fen: int, remark: str, name: str, account: str, on: str) -> str:
        self.number += 1
        self.balance_fen += amount_fen
        serial = f"NX{self.number:08d}"
        out, came = (_yuan(-amount_fen), "") if amount_fen < 0 else ("", _yuan(amount_fen))
        self.rows.append(f"{serial},{on},{out},{came},{_yuan(self.balance_fen)},{name},{account},{remark}")
        return serial


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
