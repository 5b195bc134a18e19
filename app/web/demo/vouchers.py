"""The demo's vouchers: an application at every stage, told by the verbs of the engine, with a purse that is nearly empty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.domain.bank_csv import StatementLine
from app.domain.bank_statement import bank_balance_fen, enter_line
from app.domain.calendar import local_day
from app.domain.case_number import next_case_number
from app.domain.commitment import commitment_of
from app.domain.fund_plan import PlanEntry, fund_year
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem
from app.domain.stored_file import PDF, FileStorage, Upload, store_file
from app.engine import instances
from app.engine.instances import Start, read_instance
from app.engine.messages import Message, correlate_message
from app.web.demo.pdf import small_pdf

if TYPE_CHECKING:
    from app.web.demo.enterprises import DemoEnterprise
    from app.web.demo.seed import DemoStory

KEY = "voucher_application"
PURSE_FEN = 1_500_000
REVIEW = {
    "facts_hold": "holds", "contract_holds": "holds", "category_holds": "holds", "eligibility": "confirmed",
    "remarks": "合同原件、签章和金额已核对，相符。",
}  # fmt: skip


def tell_vouchers(story: DemoStory) -> None:
    """Seven applications: one is a voucher, one was refused, the others wait for a deposit, a review, or money."""
    year = story.now.astimezone().year
    fund_year(
        story.unit.session, PlanEntry(policy_year=year, amount_fen=PURSE_FEN), serial_number=f"DEMO-{year}-001",
        bureau_id=story.cast.people["bureau1"], finance_id=story.cast.people["finance1"], now=story.now,
    )  # fmt: skip
    firms = story.cast.enterprises
    issued = _applied(story, firms[1], 1, 480_000, 240_000)
    _passed(story, issued, 240_000)
    _paid(story, issued)
    _passed(story, _applied(story, firms[4], 2, 560_000, 280_000), 280_000)
    refused = _applied(story, firms[0], 3, 360_000, 180_000)
    given = REVIEW | {"contract_holds": "fails", "remarks": "合同没有签章页，补充材料也未提供。", "outcome": "refused"}
    story.complete(refused, "first_review", "reviewer1", given)
    _applied(story, firms[2], 5, 600_000, 300_000)
    for number, place in enumerate((3, 0, 1), 6):
        _applied(story, firms[place], number, 640_000, 260_000)


def tell_late_vouchers(story: DemoStory) -> None:
    """The last days: corrections are asked for, a contract waits to be confirmed, a review has just begun.

    Both that are reserved go ahead of whoever waits: their firms have priority (A11.7).
    """
    firms = story.cast.enterprises
    asked = _applied(story, firms[2], 4, 300_000, 100_000)
    points = [{"field": "contract_file", "reason": "扫描件第二页不清晰，请重新上传。"}]
    story.complete(asked, "first_review", "reviewer2", REVIEW | {"corrections": points, "outcome": "corrections"})
    _applied(story, firms[4], 10, 300_000, 60_000)
    _submitted(story, firms[6], 9, 400_000, 50_000)


def _applied(story: DemoStory, firm: DemoEnterprise, number: int, contract_fen: int, requested_fen: int) -> int:
    """An application whose contract the agency has confirmed."""
    case = _submitted(story, firm, number, contract_fen, requested_fen)
    story.complete(case, "confirm_contract", "agency1", {"outcome": "confirmed"})
    return case


def _submitted(story: DemoStory, firm: DemoEnterprise, number: int, contract_fen: int, requested_fen: int) -> int:
    session = story.unit.session
    agency = story.cast.agencies[0].organisation_id
    query = sa.select(ServiceItem).where(ServiceItem.organisation_id == agency, ServiceItem.status == "listed")
    items = session.scalars(query.order_by(ServiceItem.price_fen.desc(), ServiceItem.id)).all()
    item = items[0]
    contract_fen = min(contract_fen, item.price_fen + number * 1_000)
    start = Start(
        KEY, next_case_number(session, now=story.now), {"organisation_id": firm.organisation_id, "item_id": item.id},
        subject=session.get_one(Organisation, firm.organisation_id).name_zh, organisation_id=firm.organisation_id,
    )  # fmt: skip
    case = instances.start_instance(
        story.unit, story.parts.runtime, start, now=story.now, actor=story.actor(firm.person_id)
    )
    sent = _answers(story, firm, number, contract_fen, min(requested_fen, contract_fen // 2))
    story.complete(case, "submit_application", firm.person_id, sent)
    return case


def _answers(
    story: DemoStory, firm: DemoEnterprise, number: int, contract_fen: int, requested_fen: int
) -> dict[str, Any]:
    today: date = local_day(story.now)
    content = small_pdf((f"Service contract {number}", f"Organisation {firm.organisation_id}", "Demo document"))
    storage = FileStorage(story.parts.settings.storage_url)
    upload = Upload("服务合同.pdf", content, (PDF,), 20)
    record = store_file(story.unit.session, storage, upload, firm.person_id, now=story.now)
    return {
        "contract_number": f"HT-{today.year}-{number:03d}", "signed_on": (today - timedelta(days=3)).isoformat(),
        "starts_on": (today + timedelta(days=5)).isoformat(), "ends_on": (today + timedelta(days=40)).isoformat(),
        "contract_fen": contract_fen, "contract_file": {"file": record.sha256, "name": "服务合同.pdf"},
        "purpose": "建立客户信用档案和账期制度，减少逾期应收账款。", "requested_fen": requested_fen,
        "without_litigation": True, "truthful": True,
    }  # fmt: skip


def _passed(story: DemoStory, case: int, granted_fen: int) -> None:
    given = REVIEW | {"granted_fen": min(granted_fen, _reserved_fen(story, case)), "outcome": "passed"}
    story.complete(case, "first_review", "reviewer1", given)


def _reserved_fen(story: DemoStory, case: int) -> int:
    return commitment_of(story.unit.session, _number(story, case)).amount_fen


def _number(story: DemoStory, case: int) -> str:
    return str(read_instance(story.unit.connection, case)["business_key"])


def _paid(story: DemoStory, case: int) -> None:
    """The deposit comes in by the bank's statement."""
    session, number = story.unit.session, _number(story, case)
    deposit_fen = commitment_of(session, number).deposit_fen
    balance_fen = bank_balance_fen(session) + deposit_fen
    line = StatementLine("DEMO-D-001", local_day(story.now), deposit_fen, balance_fen, "", "", number)
    enter_line(session, line, now=story.now, actor_id=story.cast.people["finance1"])
    story.unit.flush()
    correlate_message(story.unit, story.parts.runtime, Message("deposit_confirmed", number, {}), now=story.now)
