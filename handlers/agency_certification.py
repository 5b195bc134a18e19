"""What the machine does when an agency is certified (A4.1, A8.1–A8.7, A11.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from app.domain import agency, certification, notice, panel
from app.domain.certification import ApplicationCheck, CertificationApplication, ItemEntry
from app.domain.errors import PoolTooSmallError
from app.domain.parameters import parameter
from app.domain.service_item import items_of
from app.engine.operations import Answer, Call, may_raise


def open_application(call: Call, *, organisation_id: int) -> dict[str, Any]:
    """Take the application in with items and computed checks; fix the deadlines of this case (A8.1, A4.1, A11.9)."""
    sent = call.last_answer("submit_application")
    application = certification.open_application(
        call.unit.session,
        organisation_id,
        case_number=call.business_key,
        categories=sent.answers["categories"],
        items=[ItemEntry(**row) for row in sent.answers["items"]],
        submitted_by=sent.answered_by,
        now=call.now,
    )
    failing = certification.failing_checks(call.unit.session, application.id)
    return {
        "application_id": application.id,
        "computed_checks": "fail" if failing else "hold",
        "deadlines": {
            "verification": parameter("verification_working_days"),
            "scoring": parameter("scoring_working_days"),
            "conclusion": parameter("conclusion_working_days"),
            "notice": parameter("notice_working_days"),
            "filing": parameter("filing_working_days"),
        },
    }


@may_raise(PoolTooSmallError)
def draw_panel(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Draw the panel by a fresh, recorded seed; what each seat needs goes on as process data (A8.3)."""
    if call.actor_id is None:
        raise LookupError("a panel is drawn by a person's act")
    drawn = panel.draw_panel(
        call.unit.session,
        application_id,
        size=parameter("panel_size"),
        working_days=working_days,
        drawn_by=call.actor_id,
        now=call.now,
    )
    seats = panel.seats_of(call.unit.session, drawn.id)
    return {"panel_id": drawn.id, "seats": [panel.seat_reference(seat) for seat in seats]}


def publish_notice(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Publish the notice, during which anybody can object (A8.6)."""
    published = notice.publish_notice(call.unit.session, application_id, working_days=working_days, now=call.now)
    return {"notice_id": published.id, "ends_at": published.ends_at.astimezone(UTC).isoformat()}


def record_certification(call: Call, *, application_id: int, passed_item_ids: Sequence[int]) -> dict[str, Any]:
    """Keep the bureau's filing, give the number, publish agency and passed items for two years (A8.6)."""
    filed = call.last_answer("file_certification")
    agency.file_certification(call.unit.session, application_id, filed_by=filed.answered_by, now=call.now)
    certified = agency.certify_agency(
        call.unit.session,
        application_id,
        passed_item_ids=passed_item_ids,
        years=parameter("certificate_years"),
        now=call.now,
    )
    return {"certificate_number": certified.certificate_number}


def record_refusal(call: Call, *, application_id: int) -> None:
    """End the application; the refusal states its reasons and the article (A8.7)."""
    reason, article = _why_refused(call, application_id)
    certification.conclude_refused(call.unit.session, application_id, reason=reason, article=article, now=call.now)


def _why_refused(call: Call, application_id: int) -> tuple[str, str]:
    """The supervisor's reason, else the marks that were missed, else what was found when the papers were verified."""
    concluded = call.answers("conclude")
    if concluded and concluded[-1].answers["outcome"] == "refuse":
        return str(concluded[-1].answers["reason"]), "A8.6"
    application = call.unit.session.get_one(CertificationApplication, application_id)
    if application.score_hundredths is not None:
        return _missed_marks(call, application), "A8.5"
    failing = certification.failing_checks(call.unit.session, application_id)
    findings = [*call.answers("verify_authenticity"), *call.answers("verify_compliance")]
    return _conditions(failing) + _findings(findings), failing[0].article if failing else "A8.2"


def _missed_marks(call: Call, application: CertificationApplication) -> str:
    score = application.score_hundredths or 0
    lines = [f"机构得分 {score / 100:.2f}，合格线 {parameter('agency_pass_mark_hundredths') / 100:.2f}。"]
    lines += [
        f"项目“{item.name}”得分 {(item.score_hundredths or 0) / 100:.2f}，"
        f"合格线 {parameter('service_item_pass_mark_hundredths') / 100:.2f}。"
        for item in items_of(call.unit.session, application.id)
    ]
    return "".join(lines)


_CONDITIONS = {
    "credit_code": "统一社会信用代码校验不符",
    "region": "不在自治区内注册",
    "affiliation": "是运营单位或其关联方",
}


def _conditions(failing: Sequence[ApplicationCheck]) -> str:
    return "".join(f"{_CONDITIONS[check.name]}（{check.article}）。" for check in failing)


def _findings(findings: Sequence[Answer]) -> str:
    return "".join(str(one.answers["remarks"]) for one in findings if one.answers["outcome"] == "refused")
