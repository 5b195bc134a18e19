"""What the machine does when an agency is certified (A4.1, A8.1–A8.7, A11.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from app.documents import announcing
from app.domain import agency, certification, correction, notice, objection, panel, panel_draw, refusal, review
from app.domain.calendar import deadline, local_day
from app.domain.case_parameter import fix_parameters, parameters_of_case
from app.domain.certificate import check_renewal
from app.domain.certification import CertificationApplication, ItemEntry
from app.domain.correction import CorrectionRequest, Point
from app.domain.errors import PoolTooSmallError
from app.domain.notice import Notice
from app.domain.person import Person
from app.domain.review import ReviewRequest
from app.domain.role_grant import Role, roles_held
from app.domain.service_item import items_of
from app.engine.operations import Answer, Call, may_raise

CORRECTABLE = {
    "introduction": "A8.1", "categories": "A7.1", "contact_name": "A8.1", "contact_phone": "A8.1", "licence": "A8.1",
    "qualifications": "A8.1", "staff": "A8.1", "cases": "A8.1", "price_list": "A8.1", "items": "A8.1", "item": "A8.1",
}  # fmt: skip
"""What may be asked for, with the article that wants it; `item` is one row of `items`."""

DEADLINES = {
    "verification": "verification_working_days", "correction": "correction_working_days",
    "scoring": "scoring_working_days", "conclusion": "conclusion_working_days", "notice": "notice_working_days",
    "objection": "objection_working_days", "filing": "filing_working_days", "review": "review_request_working_days",
    "review_examination": "review_working_days",
}  # fmt: skip
"""The parameter of each deadline in the process data."""
FIXED = (
    *DEADLINES.values(), "panel_size", "agency_pass_mark_hundredths", "service_item_pass_mark_hundredths",
    "divergence_hundredths", "discussion_call_working_days", "discussion_working_days", "certificate_years",
)  # fmt: skip
"""What a case is decided under from the day on which it was opened."""


def open_application(call: Call, *, organisation_id: int) -> dict[str, Any]:
    """Take the application in with items and computed checks; fix the deadlines of this case (A8.1, A4.1, A11.9)."""
    check_renewal(call.unit.session, organisation_id, on=local_day(call.now))
    figures = fix_parameters(call.unit.session, call.business_key, FIXED, on=local_day(call.now))
    sent = call.last_answer("submit_application")
    application = certification.open_application(
        call.unit.session,
        organisation_id,
        case_number=call.business_key,
        categories=sent.answers["categories"],
        items=_items(sent),
        submitted_by=sent.answered_by,
        now=call.now,
    )
    return {
        "application_id": application.id,
        "computed_checks": _computed_checks(call, application.id),
        "deadlines": {name: figures[key] for name, key in DEADLINES.items()},
        "pass_marks": {
            "agency": figures["agency_pass_mark_hundredths"],
            "item": figures["service_item_pass_mark_hundredths"],
        },
    }


def request_corrections(call: Call, *, application_id: int) -> dict[str, Any]:
    """Gather what both reviewers ask to have corrected; a second time for what could be seen the first is marked (A8.2)."""
    items = len(items_of(call.unit.session, application_id))
    request = correction.ask_corrections(
        call.unit.session,
        call.business_key,
        [point for finding in _findings(call) for point in _points(finding, items)],
        changed=correction.changed_fields(*_last_two(call)),
        now=call.now,
    )
    return {"correction_id": request.id, "needs_reason": request.needs_reason}


def deny_corrections(call: Call, *, correction_id: int) -> dict[str, Any]:
    """A supervisor does not allow the request: the same reviewers decide on what there is."""
    _decide_request(call, correction_id, allowed=False)
    return {"verifiers": _verifiers(call)}


def send_corrections(call: Call, *, correction_id: int, working_days: int) -> dict[str, Any]:
    """Send the request; the applicant's time begins, the reviewers' stands still (A8.2)."""
    request = call.unit.session.get_one(CorrectionRequest, correction_id)
    if request.needs_reason:
        _decide_request(call, correction_id, allowed=True)
    sent = correction.send_request(call.unit.session, correction_id, working_days=working_days, now=call.now)
    if sent.ends_at is None:
        raise LookupError("a request that was sent has an end")
    announcing.corrections_asked(call.unit.session, sent, by=call.actor_id, now=call.now)
    return {"ends_at": sent.ends_at.astimezone(UTC).isoformat()}


def take_corrections(
    call: Call, *, application_id: int, correction_id: int, deadlines: Mapping[str, int]
) -> dict[str, Any]:
    """Take the corrected application, mark what was changed beside, and let the reviewers' clock run on (A8.2)."""
    session = call.unit.session
    before, after = _last_two(call)
    mended = call.last_answer("mend_application")
    certification.mend_application(
        session, application_id, categories=mended.answers["categories"], items=_items(mended)
    )
    request = correction.take_mended(
        session, correction_id, changed=correction.changed_fields(before, after), now=call.now
    )
    began = session.get_one(CertificationApplication, application_id).submitted_at
    left = correction.working_days_left(session, request, promised=deadlines["verification"], began=began)
    return {
        "computed_checks": _computed_checks(call, application_id),
        "deadlines": {**deadlines, "verification": left},
        "verifiers": _verifiers(call),
    }


def record_lapse(call: Call, *, application_id: int, correction_id: int) -> None:
    """The corrections did not come in time: the application lapses (A8.2)."""
    correction.lapse_request(call.unit.session, correction_id, now=call.now)
    certification.lapse_application(call.unit.session, application_id, now=call.now)
    request = call.unit.session.get_one(CorrectionRequest, correction_id)
    announcing.lapsed(call.unit.session, application_id, ended_at=request.ends_at or call.now, now=call.now)


@may_raise(PoolTooSmallError)
def draw_panel(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Draw the panel by a fresh, recorded seed; what each seat needs goes on as process data (A8.3)."""
    if call.actor_id is None:
        raise LookupError("a panel is drawn by a person's act")
    drawn = panel_draw.draw_panel(
        call.unit.session,
        application_id,
        size=_figures(call)["panel_size"],
        working_days=working_days,
        drawn_by=call.actor_id,
        now=call.now,
    )
    seats = panel.seats_of(call.unit.session, drawn.id)
    return {"panel_id": drawn.id, "seats": [panel.seat_reference(seat) for seat in seats]}


def publish_notice(call: Call, *, application_id: int, working_days: int) -> dict[str, Any]:
    """Publish the notice, during which anybody can object (A8.6)."""
    published = notice.publish_notice(call.unit.session, application_id, working_days=working_days, now=call.now)
    announcing.notice_published(call.unit.session, published, now=call.now)
    return {"notice_id": published.id, "ends_at": published.ends_at.astimezone(UTC).isoformat()}


def record_certification(call: Call, *, application_id: int, passed_item_ids: Sequence[int]) -> dict[str, Any]:
    """Keep the bureau's filing, give the number, publish agency and passed items for two years (A8.6)."""
    filed = call.last_answer("file_certification")
    agency.file_certification(call.unit.session, application_id, filed_by=filed.answered_by, now=call.now)
    certified = agency.certify_agency(
        call.unit.session,
        application_id,
        passed_item_ids=passed_item_ids,
        years=_figures(call)["certificate_years"],
        now=call.now,
    )
    number = certified.certificate_number
    announcing.certified(call.unit.session, application_id, number=number, by=filed.answered_by, now=call.now)
    return {"certificate_number": number}


def gather_objections(call: Call, *, notice_id: int) -> dict[str, Any]:
    """Take up what has come in; say whether the notice has run its days, and whether an objection was upheld (A8.6)."""
    session = call.unit.session
    fresh = objection.take_up(session, notice_id)
    if fresh:
        announcing.objections_received(session, session.get_one(Notice, notice_id), now=call.now)
    return {
        "objections": [one.id for one in fresh],
        "is_over": not session.get_one(Notice, notice_id).is_open(call.now),
        "upheld": objection.upheld_count(session, notice_id),
    }


def record_examinations(call: Call, *, objections: Sequence[int]) -> None:
    """Keep what each examination found; the last answers are this round's, each under its item's place."""
    session = call.unit.session
    for given in call.answers("examine_objection")[-len(objections) :]:
        examined = objection.record_examination(
            session,
            objections[int(given.item_key or 1) - 1],
            upheld=given.answers["outcome"] == "upheld",
            finding=given.answers["finding"],
            by=given.answered_by,
            now=call.now,
        )
        is_upheld = examined.status == "upheld"
        announcing.objection_examined(
            session, session.get_one(Notice, examined.notice_id), upheld=is_upheld, now=call.now
        )
        if is_upheld:
            application_id = session.get_one(Notice, examined.notice_id).application_id
            notice.withdraw_notices(session, application_id, now=call.now)


def record_refusal(call: Call, *, application_id: int, review_days: int | None = None) -> dict[str, Any]:
    """End the application with reasons and article; say where it was refused and whether a review may be asked for (A8.7).

    Args:
        review_days: working days in which a review may be asked for; None: the diagram, an early one, has no such step.
    """
    refused_at, reason, article = _why_refused(call, application_id)
    session = call.unit.session
    certification.conclude_refused(
        session, application_id, reason=reason["zh"], reason_en=reason["en"], article=article, now=call.now
    )
    is_open = review.review_of(session, application_id) is None
    until = deadline(session, call.now, review_days) if is_open and review_days is not None else None
    announcing.refused(session, application_id, review_until=until, by=call.actor_id, now=call.now)
    return {"refused_at": refused_at, "review_is_open": is_open}


def record_review(call: Call, *, application_id: int) -> None:
    """Keep what the review found; a refusal that is set aside opens the application again (A8.7)."""
    asked, examined = call.last_answer("request_review"), call.last_answer("examine_review")
    review.record_review(
        call.unit.session,
        application_id,
        ReviewRequest(str(asked.answers["grounds"]), asked.answered_by, asked.answered_at),
        overturned=examined.answers["outcome"] == "overturned",
        reason=examined.answers["reason"],
        by=examined.answered_by,
        now=call.now,
    )
    announcing.review_decided(
        call.unit.session,
        application_id,
        overturned=examined.answers["outcome"] == "overturned",
        reason=examined.answers["reason"],
        by=examined.answered_by,
        now=call.now,
    )


def _figures(call: Call) -> dict[str, int]:
    """What this case is decided under; one of before this was recorded goes by what counts today."""
    return parameters_of_case(call.unit.session, call.business_key, on=local_day(call.now))


def _items(sent: Answer) -> list[ItemEntry]:
    return [ItemEntry(**row) for row in sent.answers["items"]]


def _computed_checks(call: Call, application_id: int) -> str:
    return "fail" if certification.failing_checks(call.unit.session, application_id) else "hold"


def _findings(call: Call) -> list[Answer]:
    """What both reviewers found in the present round."""
    return [*call.answers("verify_authenticity")[-1:], *call.answers("verify_compliance")[-1:]]


def _points(finding: Answer, items: int) -> list[Point]:
    if finding.answers["outcome"] != "corrections":
        return []
    return [
        Point(
            correction.pointer_of(row["field"], row.get("item_number"), items=items),
            CORRECTABLE[row["field"]], row["reason"], finding.answered_by,
        )
        for row in finding.answers["corrections"]
    ]  # fmt: skip


def _last_two(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """The application as it stood before and as it stands now; twice the same when it was never corrected."""
    sent = [*call.answers("submit_application"), *call.answers("mend_application")]
    return sent[max(len(sent) - 2, 0)].answers, sent[-1].answers


def _verifiers(call: Call) -> dict[str, int | None]:
    """Who verifies again what they verified before, as far as they still may."""
    authenticity, compliance = (_still(call, finding.answered_by) for finding in _findings(call))
    return {"authenticity": authenticity, "compliance": compliance}


def _still(call: Call, person_id: int) -> int | None:
    held = {role for role, _organisation in roles_held(call.unit.connection, person_id)}
    is_there = call.unit.session.get_one(Person, person_id).is_active and Role.REVIEWER in held
    return person_id if is_there else None


def _decide_request(call: Call, correction_id: int, *, allowed: bool) -> None:
    decided = call.last_answer("allow_corrections")
    correction.decide_request(
        call.unit.session, correction_id, by=decided.answered_by, reason=decided.answers["reason"], allowed=allowed
    )


def _why_refused(call: Call, application_id: int) -> tuple[str, refusal.Worded, str]:
    """Where it was refused, why and by which article: the conclusion, else the marks, else the verification."""
    concluded = call.answers("conclude")
    if concluded and concluded[-1].answers["outcome"] == "refuse":
        return "conclusion", {"zh": str(concluded[-1].answers["reason"]), "en": ""}, "A8.6"
    application = call.unit.session.get_one(CertificationApplication, application_id)
    if application.score_hundredths is not None:
        return "marks", refusal.missed_marks(call.unit.session, application), "A8.5"
    failing = certification.failing_checks(call.unit.session, application_id)
    found, remarks = refusal.failed_conditions(failing), _remarks(_findings(call))
    english = " ".join(one for one in (found["en"], remarks) if one) if failing else ""
    return "verification", {"zh": found["zh"] + remarks, "en": english}, failing[0].article if failing else "A8.2"


def _remarks(findings: Sequence[Answer]) -> str:
    return "".join(str(one.answers["remarks"]) for one in findings if one.answers["outcome"] == "refused")
