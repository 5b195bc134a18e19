"""The handlers of the certification: what they write, what they give back, what they refuse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.agency import Agency, Filing
from app.domain.certification import CertificationApplication
from app.domain.errors import ApplicationStillOpenError, PoolTooSmallError
from app.domain.expert import Expert
from app.domain.message import Message
from app.domain.notice import Notice
from app.domain.organisation import Organisation
from app.domain.panel import Panel, seats_of
from app.domain.service_item import items_of
from handlers import agency_certification as handlers
from tests import answers


def opened(desk: Any) -> int:
    desk.answer("submit_application", "agency", answers.application())
    call = desk.call("open_application", "agency")
    return int(handlers.open_application(call, organisation_id=desk.cast["agency_firm"])["application_id"])


def application(desk: Any, application_id: int) -> CertificationApplication:
    found: CertificationApplication = desk.unit.session.get_one(CertificationApplication, application_id)
    return found


def test_opening_takes_the_answers_in_and_fixes_the_cases_deadlines(desk: Any) -> None:
    desk.answer("submit_application", "agency", answers.application(items=3))
    result = handlers.open_application(desk.call("open_application"), organisation_id=desk.cast["agency_firm"])

    assert result == {
        "application_id": result["application_id"],
        "computed_checks": "hold",
        "deadlines": {
            "verification": 5,
            "correction": 10,
            "scoring": 10,
            "conclusion": 3,
            "notice": 5,
            "objection": 5,
            "filing": 5,
            "review": 10,
            "review_examination": 10,
        },
        "pass_marks": {"agency": 7_000, "item": 6_000},
    }
    kept = application(desk, result["application_id"])
    assert (kept.case_number, kept.submitted_by, kept.submitted_at) == ("2026-00001", desk.cast["agency"], desk.now)
    assert [item.price_fen for item in items_of(desk.unit.session, kept.id)] == [360_000] * 3


def test_opening_tells_the_table_that_a_condition_fails(desk: Any) -> None:
    desk.unit.session.get_one(Organisation, desk.cast["agency_firm"]).responsible_person = "丁若川"
    desk.answer("submit_application", "agency", answers.application())
    result = handlers.open_application(desk.call("open_application"), organisation_id=desk.cast["agency_firm"])

    assert result["computed_checks"] == "fail"


def test_opening_a_second_application_is_refused(desk: Any) -> None:
    opened(desk)

    with pytest.raises(ApplicationStillOpenError):
        handlers.open_application(desk.call("open_application"), organisation_id=desk.cast["agency_firm"])


def test_opening_without_an_answer_is_a_fault_of_the_diagram(desk: Any) -> None:
    with pytest.raises(LookupError, match="submit_application"):
        handlers.open_application(desk.call("open_application"), organisation_id=desk.cast["agency_firm"])


def test_drawing_gives_a_reference_for_each_seat_and_records_who_drew(desk: Any) -> None:
    result = handlers.draw_panel(desk.call("draw_panel", "supervisor"), application_id=opened(desk), working_days=10)

    panel = desk.unit.session.get_one(Panel, result["panel_id"])
    seats = seats_of(desk.unit.session, panel.id)
    assert (panel.drawn_by, panel.size) == (desk.cast["supervisor"], 5)
    assert [(one["seat_id"], one["expert_id"]) for one in result["seats"]] == [
        (seat.id, seat.person_id) for seat in seats
    ]
    assert {(one["remind_at"], one["due_at"]) for one in result["seats"]} == {
        ("2026-11-12T16:00:00+00:00", "2026-11-16T16:00:00+00:00")
    }


def test_no_clock_and_no_machine_draws_a_panel(desk: Any) -> None:
    application_id = opened(desk)

    with pytest.raises(LookupError, match="person"):
        handlers.draw_panel(desk.call("draw_panel"), application_id=application_id, working_days=10)


def test_a_pool_too_small_is_an_error_that_the_diagram_catches(desk: Any) -> None:
    application_id = opened(desk)
    for number in range(5, 13):
        desk.unit.session.get_one(Expert, desk.cast[f"expert_{number}"]).left_at = desk.now

    with pytest.raises(PoolTooSmallError):
        handlers.draw_panel(desk.call("draw_panel", "supervisor"), application_id=application_id, working_days=10)
    assert handlers.draw_panel.error_codes == {"pool_too_small"}


def test_a_notice_ends_when_the_cases_timer_does(desk: Any) -> None:
    result = handlers.publish_notice(desk.call("publish_notice"), application_id=opened(desk), working_days=5)

    notice = desk.unit.session.get_one(Notice, result["notice_id"])
    assert result["ends_at"] == "2026-11-09T16:00:00+00:00"
    assert notice.ends_at == datetime.fromisoformat(result["ends_at"])


def test_recording_keeps_the_filing_and_gives_the_number(desk: Any) -> None:
    application_id = opened(desk)
    first = items_of(desk.unit.session, application_id)[0]
    desk.answer("file_certification", "bureau", {"outcome": "filed", "remarks": "同意。"})
    result = handlers.record_certification(
        desk.call("record_certification"), application_id=application_id, passed_item_ids=[first.id]
    )

    assert result == {"certificate_number": "NXJG-2026-0001"}
    assert desk.unit.session.get_one(Filing, application_id).filed_by == desk.cast["bureau"]
    assert desk.unit.session.get_one(Agency, desk.cast["agency_firm"]).application_id == application_id
    assert [item.status for item in items_of(desk.unit.session, application_id)] == ["listed", "not_listed"]


def refused(desk: Any, application_id: int) -> tuple[str, str]:
    handlers.record_refusal(desk.call("record_refusal"), application_id=application_id, review_days=10)
    kept = application(desk, application_id)
    assert kept.status == "refused"
    return kept.article, kept.reason


@pytest.mark.parametrize(("review_days", "letter"), [({"review_days": 10}, "refused"), ({}, "refused_finally")])
def test_only_a_diagram_with_a_review_promises_one(desk: Any, review_days: dict[str, int], letter: str) -> None:
    application_id = opened(desk)
    desk.answer("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    handlers.record_refusal(desk.call("record_refusal"), application_id=application_id, **review_days)

    told = desk.unit.session.scalars(sa.select(Message.template).where(Message.person_id == desk.cast["agency"]))
    assert list(told) == [letter]


def test_a_refusal_after_verification_gives_the_refusing_reviewers_words_alone(desk: Any) -> None:
    application_id = opened(desk)
    desk.answer("verify_authenticity", "reviewer_a", answers.authenticity("refused") | {"remarks": "执照已注销。"})
    desk.answer("verify_compliance", "reviewer_b", answers.compliance() | {"remarks": "合规。"})

    assert refused(desk, application_id) == ("A8.2", "执照已注销。")


def test_a_refusal_by_a_condition_names_it_with_its_article(desk: Any) -> None:
    desk.unit.session.get_one(Organisation, desk.cast["agency_firm"]).responsible_person = "丁若川"
    application_id = opened(desk)
    desk.answer("verify_compliance", "reviewer_b", answers.compliance("refused") | {"remarks": "材料不全。"})

    assert refused(desk, application_id) == ("A11.9", "是运营单位或其关联方（A11.9）。材料不全。")


def test_a_refusal_by_marks_shows_every_score_beside_its_mark(desk: Any) -> None:
    application_id = opened(desk)
    application(desk, application_id).score_hundredths = 6_999
    for item, score in zip(items_of(desk.unit.session, application_id), (6_000, 5_905), strict=True):
        item.score_hundredths = score

    article, reason = refused(desk, application_id)

    assert article == "A8.5"
    assert "机构得分 69.99，合格线 70.00。" in reason
    assert "得分 60.00，合格线 60.00。" in reason
    assert "得分 59.05，合格线 60.00。" in reason


def test_the_supervisors_last_word_is_the_reason(desk: Any) -> None:
    application_id = opened(desk)
    application(desk, application_id).score_hundredths = 8_000
    desk.answer("conclude", "supervisor", {"outcome": "certify", "reason": "达标。"})
    desk.now += timedelta(days=10)
    desk.answer("conclude", "supervisor", {"outcome": "refuse", "reason": "公示期间查实造假。"})

    assert refused(desk, application_id) == ("A8.6", "公示期间查实造假。")
