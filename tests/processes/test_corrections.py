"""Corrections (补正) on every path: asked all at once, mended, marked, a second time by permission, lapsed (A8.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.certification import CertificationApplication, checks_of
from app.domain.correction import CorrectionRequest, corrections_of, open_corrections
from app.domain.errors import CorrectionOfNothingError
from app.domain.service_item import items_of
from app.engine.errors import AnswersInvalidError, NotACandidateError, SeparationOfDutiesError
from tests import answers

NUMBER = "2026-00001"
BOTH = ("verify_authenticity", "verify_compliance")


def ask(story: Any, authenticity: Any = (("licence", None),), compliance: Any = (("item", 2),)) -> None:
    """Both reviewers ask for corrections, each for their own."""
    for element, login, points in zip(BOTH, ("reviewer_a", "reviewer_b"), (authenticity, compliance), strict=True):
        given = answers.authenticity() if element == BOTH[0] else answers.compliance()
        story.act(element, login, given | (answers.asks(*points) if points else {}))


def requests(story: Any) -> list[CorrectionRequest]:
    with reading(story.database) as unit:
        return list(corrections_of(unit.session, NUMBER))


def application(story: Any) -> CertificationApplication:
    with reading(story.database) as unit:
        return unit.session.scalars(sa.select(CertificationApplication)).one()


def test_both_reviewers_requests_reach_the_applicant_at_once(story: Any) -> None:
    story.submit()
    story.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
    story.expect("verify_compliance")
    story.act("verify_compliance", "reviewer_b", answers.compliance() | answers.asks(("item", 2), ("categories", None)))

    story.expect("mend_application")
    (request,) = requests(story)
    assert request.status == "sent"
    assert [(point["pointer"], point["article"], point["asked_by"]) for point in request.points] == [
        ("/licence", "A8.1", story.cast["reviewer_a"]),
        ("/items/1", "A8.1", story.cast["reviewer_b"]),
        ("/categories", "A7.1", story.cast["reviewer_b"]),
    ]
    assert request.ends_at == datetime(2026, 11, 16, 16, 0, tzinfo=UTC)  # ten working days: 16 November, 24:00 there
    with reading(story.database) as unit:
        assert open_corrections(unit.session, [NUMBER, "2026-00002"]).keys() == {NUMBER}


def test_the_corrected_application_goes_back_to_the_same_reviewers_and_on(story: Any) -> None:
    story.submit()
    ask(story)
    mended = answers.application(2)
    mended["items"][1]["price_fen"] = 250_000
    story.act("mend_application", "agency", mended | {"licence": {"file": "1" * 64, "name": "新执照.pdf"}})

    story.expect(*BOTH)
    assert {task.element_id: task.assignee_id for task in story.tasks()} == {
        "verify_authenticity": story.cast["reviewer_a"], "verify_compliance": story.cast["reviewer_b"],
    }  # fmt: skip
    (request,) = requests(story)
    assert (request.status, request.outside) == ("mended", [])
    with reading(story.database) as unit:
        found = unit.session.scalars(sa.select(CertificationApplication)).one()
        assert [item.price_fen for item in items_of(unit.session, found.id)] == [360_000, 250_000]
        assert len(checks_of(unit.session, found.id)) == 4
    story.verify()


def test_what_was_changed_without_being_asked_for_is_marked(story: Any) -> None:
    story.submit()
    ask(story, authenticity=(("licence", None),), compliance=())
    mended = answers.application(2, staff=99, licence={"file": "1" * 64, "name": "新执照.pdf"})
    mended["items"][0]["price_fen"] = 100_000
    story.act("mend_application", "agency", mended)

    assert requests(story)[0].outside == ["/items/0", "/staff"]


def test_one_who_refuses_outweighs_one_who_asks(story: Any) -> None:
    story.submit()
    story.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None)))
    story.act("verify_compliance", "reviewer_b", answers.compliance("refused"))

    story.expect("request_review")
    assert requests(story) == []


def test_a_request_says_what_and_only_then(story: Any) -> None:
    story.submit()
    with pytest.raises(AnswersInvalidError):
        story.act("verify_authenticity", "reviewer_a", answers.authenticity("corrections"))
    with pytest.raises(AnswersInvalidError):
        story.act("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("item", None)))


@pytest.mark.parametrize(("number", "there"), [(2, True), (3, False)])
def test_an_item_is_asked_for_by_a_number_that_there_is(story: Any, number: int, there: bool) -> None:
    story.submit(items=2)
    story.act("verify_authenticity", "reviewer_a", answers.authenticity())
    asked = answers.compliance() | answers.asks(("item", number))
    if there:
        story.act("verify_compliance", "reviewer_b", asked)
        story.expect("mend_application")
        return
    with pytest.raises(CorrectionOfNothingError) as refused:
        story.act("verify_compliance", "reviewer_b", asked)
    assert (refused.value.item_number, refused.value.items) == (3, 2)
    story.expect("verify_compliance")


def test_the_reviewers_clock_stands_still_while_the_applicant_corrects(story: Any) -> None:
    story.submit()  # on Monday 2 November, five working days
    story.pass_time(days=3)
    ask(story)  # on Thursday: three are used
    story.pass_time(days=7)
    story.act("mend_application", "agency", answers.application(2))

    due = {str(task.due_at)[:16] for task in story.tasks()}
    assert due == {"2026-11-16 16:00"}  # two are left: Friday 13 and Monday 16 November, to 24:00


def test_at_least_one_day_is_left_to_the_reviewers(story: Any) -> None:
    story.submit()
    story.pass_time(days=21)
    ask(story)
    story.act("mend_application", "agency", answers.application(2))

    assert {str(task.due_at)[:16] for task in story.tasks()} == {"2026-11-24 16:00"}


@pytest.mark.parametrize(("minutes", "is_over"), [(-1, False), (0, True)])
def test_an_application_that_is_not_corrected_lapses_at_the_end_of_the_last_day(
    story: Any, minutes: int, is_over: bool
) -> None:
    story.submit()
    ask(story)
    story.pass_time(days=14, hours=15, minutes=minutes)  # 16 November, 24:00 in Shanghai

    assert (story.status(), application(story).status) == (("completed", "lapsed") if is_over else ("running", "open"))
    if is_over:
        assert (application(story).article, requests(story)[0].status) == ("A8.2", "lapsed")
        story.submit(number="2026-00002")
    else:
        story.expect("mend_application")


def test_nobody_else_corrects_the_application(story: Any) -> None:
    story.submit()
    ask(story)

    with pytest.raises(NotACandidateError):
        story.act("mend_application", "reviewer_a", answers.application(2))


def again(story: Any, changed: dict[str, Any], second: tuple[str, int | None]) -> None:
    """A first request for the licence, answered with `changed`, then a second one."""
    story.submit()
    ask(story, compliance=())
    story.act("mend_application", "agency", answers.application(2, **changed))
    ask(story, authenticity=(second,), compliance=())


NEW_LICENCE = {"licence": {"file": "1" * 64, "name": "新执照.pdf"}}


def test_what_the_correction_brought_up_may_be_asked_for_again(story: Any) -> None:
    again(story, NEW_LICENCE, ("licence", None))

    story.expect("mend_application")
    assert [one.needs_reason for one in requests(story)] == [False, False]


def test_what_could_be_seen_the_first_time_needs_a_supervisors_reason(story: Any) -> None:
    again(story, NEW_LICENCE, ("staff", None))

    story.expect("allow_corrections")
    story.act("allow_corrections", "supervisor", {"reason": "首次核验疏漏，确有必要。", "outcome": "allowed"})
    story.expect("mend_application")
    second = requests(story)[1]
    assert (second.decided_by, second.decision_reason) == (story.cast["supervisor"], "首次核验疏漏，确有必要。")
    assert [point["was_visible"] for point in second.points] == [True]


def test_a_request_that_is_not_allowed_goes_back_to_the_reviewers(story: Any) -> None:
    again(story, NEW_LICENCE, ("staff", None))
    story.act("allow_corrections", "supervisor", {"reason": "第一次就能看到。", "outcome": "denied"})

    story.expect(*BOTH)
    assert [one.status for one in requests(story)] == ["mended", "denied"]
    story.verify()


def test_a_third_request_needs_a_supervisor_in_any_case(story: Any) -> None:
    again(story, NEW_LICENCE, ("licence", None))
    story.act("mend_application", "agency", answers.application(2, licence={"file": "2" * 64, "name": "再补.pdf"}))
    ask(story, authenticity=(("licence", None),), compliance=())

    story.expect("allow_corrections")


def test_a_reviewer_of_the_case_does_not_allow_their_own_request(story: Any) -> None:
    again(story, NEW_LICENCE, ("staff", None))
    story.grant("reviewer_a", "supervisor")

    with pytest.raises(SeparationOfDutiesError):
        story.act("allow_corrections", "reviewer_a", {"reason": "可以。", "outcome": "allowed"})
