"""How the demo's people answer the steps between an application for a voucher and the money that is paid on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from app.domain.calendar import local_day
from app.domain.contract import contract_of
from app.domain.queue_entry import entry_of
from app.domain.voucher import voucher_for
from app.domain.voucher_application import application_for, voucher_checks
from app.web.demo.desks import Desks, Habit
from app.web.demo.firms import store_paper

UNCONFIRMED_SHARE = 0.02
"""How many contracts the agency does not know."""
REFUSED_SHARE = 0.04
CORRECTED_SHARE = 0.06
UNUSED_SHARE = 0.05
"""How many services are never begun: their vouchers expire."""
SILENT_SHARE = 0.1
"""How many enterprises do not answer when they are asked what they think of a service."""
PARTLY_SHARE = 0.04
EXPLICABLE = frozenset({"not_split"})
"""Checks that a reviewer overrides with a reason; over all others the application is refused."""
ACCEPTED = {"differences_explained": "已与双方核实：按企业验收的完成比例结算。", "outcome": "accept"}


def _say(answers: Mapping[str, Any], _desks: Desks, _task: Any) -> Mapping[str, Any]:
    return answers


def _confirm(desks: Desks, task: Any) -> Mapping[str, Any]:
    is_ours = desks.chance("contract", task.instance_id).random() >= UNCONFIRMED_SHARE
    return {"outcome": "confirmed"} if is_ours else {"outcome": "declined", "remarks": "无此合同。"}


def _review(desks: Desks, task: Any) -> Mapping[str, Any]:
    """Most pass; some are asked for a better paper once, some are refused."""
    found = {"facts_hold": "holds", "contract_holds": "holds", "category_holds": "holds", "eligibility": "confirmed"}
    luck = desks.chance("first review", task.instance_id).random()
    if luck < REFUSED_SHARE:
        return {
            **found, "facts_hold": "fails", "remarks": "经核实，该服务与申请人主营业务无关，不属于支持范围。", "outcome": "refused",
        }  # fmt: skip
    if luck < REFUSED_SHARE + CORRECTED_SHARE and not desks.was_done(task.instance_id, "mend_application"):
        asked = {"field": "purpose", "reason": "请补充说明服务要解决的具体问题。"}
        return {**found, "remarks": "用途说明过于笼统。", "corrections": [asked], "outcome": "corrections"}
    session = desks.unit.session
    place, application = entry_of(session, task.business_key), application_for(session, task.business_key)
    if place is None or application is None:
        raise LookupError(f"{task.business_key} is not in the queue")
    failing = {one.name for one in voucher_checks(session, application.id) if not one.holds}
    if failing - EXPLICABLE:
        return {
            **found,
            "facts_hold": "fails",
            "remarks": "经核实，申请人不符合小型、微型企业划型标准。",
            "outcome": "refused",
        }
    if failing:
        found |= {"eligibility": "overridden", "override_reason": "两份合同的服务内容和交付物不同，不是拆分。"}
    return {
        **found, "granted_fen": place.reserved_fen, "remarks": "合同与登记信息一致。", "outcome": "passed",
    }  # fmt: skip


def mend(desks: Desks, task: Any) -> Mapping[str, Any]:
    """The purpose, said more fully."""
    before = desks.last_answers(task.instance_id, "submit_application")
    return {**before, "purpose": f"{before['purpose']}重点梳理客户信用档案与账期制度，并培训两名管理人员。"}


def _deliver(desks: Desks, task: Any) -> Mapping[str, Any] | None:
    if desks.chance("unused", task.instance_id).random() < UNUSED_SHARE:
        return None
    return {
        "delivered_on": local_day(desks.now).isoformat(), "summary": "已按合同交付全部成果并完成培训，企业已签收。",
    }  # fmt: skip


def _opinion(desks: Desks, task: Any) -> dict[str, Any]:
    chance = desks.chance("opinion", task.instance_id)
    marks = {name: chance.choice((4, 4, 5, 5, 5, 3)) for name in ("result", "speed", "attitude", "price")}
    if chance.random() < PARTLY_SHARE:
        return {**marks, "result": 2, "delivery": "partly", "share_done_percent": 70, "remark": "培训尚未完成。"}
    return {**marks, "delivery": "yes", "remark": "服务及时，成果可用。"}


def _evaluate(desks: Desks, task: Any) -> Mapping[str, Any] | None:
    is_silent = desks.chance("silent", task.instance_id).random() < SILENT_SHARE
    return None if is_silent else _opinion(desks, task)


def _telephone(desks: Desks, task: Any) -> Mapping[str, Any]:
    called = {"spoke_with": "企业经办人", "called_on": local_day(desks.now).isoformat()}
    return {**called, **_opinion(desks, task)}


def _claim(desks: Desks, task: Any) -> Mapping[str, Any]:
    """One invoice of the enterprise's own part."""
    session, number = desks.unit.session, task.business_key
    contract, voucher = contract_of(session, number), voucher_for(session, number)
    if contract is None or voucher is None:
        raise LookupError(f"{number} has no contract or no voucher")
    paper = store_paper(
        session,
        desks.parts,
        "发票.pdf",
        ("Invoice", f"Case {number}"),
        desks.contacts[task.organisation_id],
        now=desks.now,
    )
    receipt = {
        "number": f"2564{task.id:010d}", "issued_on": local_day(desks.now).isoformat(),
        "amount_fen": contract.amount_fen - voucher.face_fen, "file": paper,
    }  # fmt: skip
    return {"receipts": [receipt], "truthful": True}


def _inspect(desks: Desks, _task: Any) -> Mapping[str, Any]:
    on = local_day(desks.now - timedelta(days=1)).isoformat()
    return {"way": "papers", "inspected_on": on, "finding": "none", "report": "查阅服务记录与交付成果，与合同一致。"}


VOUCHER_HABITS: dict[str, Habit] = {
    "confirm_contract": Habit(_confirm, (0, 3)),
    "first_review": Habit(_review, (0, 4)),
    "sign_override": Habit(partial(_say, {"reason": "理由成立，同意。", "outcome": "signed"}), (0, 2)),
    "report_completion": Habit(_deliver, (12, 75)),
    "evaluate_service": Habit(_evaluate, (1, 9)),
    "telephone_evaluation": Habit(_telephone, (0, 2)),
    "claim_settlement": Habit(_claim, (1, 6)),
    "inspect_service": Habit(_inspect, (2, 5)),
    "review_claim": Habit(partial(_say, ACCEPTED), (0, 3)),
    "sign_settlement": Habit(partial(_say, {"reason": "同意。", "outcome": "sign"}), (0, 2)),
}
