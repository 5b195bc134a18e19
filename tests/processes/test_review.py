"""Reviews (复核) of a refusal: once, in time, by people who did not decide; and what follows from them (A8.7)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.certification import CertificationApplication
from app.domain.errors import ApplicationStillOpenError, IneligibleAgencyError
from app.domain.organisation import Organisation
from app.domain.panel import Panel, PanelSeat
from app.domain.review import Review
from app.engine.errors import AnswersInvalidError, SeparationOfDutiesError
from tests import answers

NONE = {"declaration": "none"}
ASK = {"grounds": "营业执照登记信息已于上月更新。", "outcome": "ask"}
OVERTURNED = {"reason": "登记信息确已更新。", "outcome": "overturned"}
UPHELD = {"reason": "所述情况与登记不符。", "outcome": "upheld"}


def refused_on_verification(story: Any, number: str = "2026-00001") -> None:
    story.submit(number=number)
    story.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    story.act("verify_compliance", "reviewer_b", answers.compliance())
    story.expect("request_review")
    story.settle_supervisor()


def refused_on_marks(story: Any) -> None:
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(60, 80))
    story.expect("request_review")
    story.settle_supervisor()


def refused_on_conclusion(story: Any) -> None:
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(80, 80))
    story.act("conclude", "supervisor", {"reason": "有人举报。", "outcome": "refuse"})
    story.settle_supervisor()


def application(story: Any) -> CertificationApplication:
    with reading(story.database) as unit:
        return unit.session.scalars(sa.select(CertificationApplication).order_by(CertificationApplication.id)).first()


def test_a_refusal_that_is_accepted_ends_the_case(story: Any) -> None:
    refused_on_verification(story)
    story.act("request_review", "agency", {"outcome": "accept"})

    assert (story.status(), application(story).status) == ("completed", "refused")


@pytest.mark.parametrize(("minutes", "is_over"), [(-1, False), (0, True)])
def test_a_review_is_asked_for_within_ten_working_days(story: Any, minutes: int, is_over: bool) -> None:
    refused_on_verification(story)
    story.pass_time(days=14, hours=15, minutes=minutes)

    assert story.status() == ("completed" if is_over else "running")


def test_a_review_needs_grounds(story: Any) -> None:
    refused_on_verification(story)

    with pytest.raises(AnswersInvalidError):
        story.act("request_review", "agency", {"outcome": "ask"})


def test_a_refusal_may_stand(story: Any) -> None:
    refused_on_verification(story)
    story.act("request_review", "agency", ASK)
    story.expect("examine_review")
    story.act("examine_review", "second_supervisor", UPHELD)

    assert (story.status(), application(story).status) == ("completed", "refused")
    with reading(story.database) as unit:
        review = unit.session.scalars(sa.select(Review)).one()
        assert (review.outcome, review.refused_article, review.asked_by, review.decided_by) == (
            "upheld", "A8.2", story.cast["agency"], story.cast["second_supervisor"],
        )  # fmt: skip


def test_a_verification_that_is_set_aside_goes_on_to_the_panel(story: Any) -> None:
    refused_on_verification(story)
    story.act("request_review", "agency", ASK)
    story.act("examine_review", "second_supervisor", OVERTURNED)

    story.expect("prepare_panel")
    assert (application(story).status, application(story).reason) == ("open", "")


def test_marks_that_are_set_aside_are_given_anew_by_other_experts(story: Any) -> None:
    refused_on_marks(story)
    story.act("request_review", "agency", ASK)
    story.act("examine_review", "second_supervisor", OVERTURNED)
    story.act("prepare_panel", "supervisor", {})

    story.expect(*["declare_interests"] * 5)
    with reading(story.database) as unit:
        seats = unit.session.execute(sa.select(Panel.round, PanelSeat.person_id).join(PanelSeat)).all()
    people = [person_id for _, person_id in seats]
    assert (sorted(number for number, _ in seats), len(set(people))) == ([1] * 5 + [2] * 5, 10)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(80, 80))
    story.expect("conclude")


def test_a_conclusion_that_is_set_aside_leads_to_the_notice(story: Any) -> None:
    refused_on_conclusion(story)
    story.act("request_review", "agency", ASK)
    story.act("examine_review", "second_supervisor", OVERTURNED)
    story.expect()
    story.pass_time(days=8)

    story.expect("file_certification")


def test_there_is_one_review(story: Any) -> None:
    refused_on_verification(story)
    story.act("request_review", "agency", ASK)
    story.act("examine_review", "second_supervisor", OVERTURNED)
    story.act("prepare_panel", "supervisor", {})
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(60, 80, 80))

    assert (story.status(), application(story).article) == ("completed", "A8.5")


@pytest.mark.parametrize(
    ("refuse", "decided"),
    [(refused_on_verification, "reviewer_a"), (refused_on_marks, "supervisor"), (refused_on_conclusion, "supervisor")],
    ids=["verified", "prepared the panel", "concluded"],
)
def test_whoever_decided_does_not_review(story: Any, refuse: Any, decided: str) -> None:
    refuse(story)
    story.grant("reviewer_a", "supervisor")
    story.act("request_review", "agency", ASK)

    with pytest.raises(SeparationOfDutiesError):
        story.act("examine_review", decided, OVERTURNED)


def test_a_computed_condition_is_not_set_aside(story: Any) -> None:
    with unit_of_work(story.database) as unit:
        unit.session.get_one(Organisation, story.cast["agency_firm"]).responsible_person = "丁若川"
    refused_on_verification(story)
    story.act("request_review", "agency", ASK)

    with pytest.raises(IneligibleAgencyError):
        story.act("examine_review", "second_supervisor", OVERTURNED)
    story.expect("examine_review")


def test_a_refusal_is_not_set_aside_while_the_agency_applies_anew(story: Any) -> None:
    refused_on_verification(story)
    first = story.case
    story.submit(number="2026-00002")
    story.case = first
    story.act("request_review", "agency", ASK)

    with pytest.raises(ApplicationStillOpenError):
        story.act("examine_review", "second_supervisor", OVERTURNED)
