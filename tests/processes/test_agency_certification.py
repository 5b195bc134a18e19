"""Certification told on every path of its diagram, as each person, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.agency import Agency, certified_agencies
from app.domain.calendar import local_day
from app.domain.certification import CertificationApplication, checks_of
from app.domain.credit_code import with_check_digit
from app.domain.errors import ItemOutsideCategoriesError
from app.domain.expert import Expert
from app.domain.notice import notices
from app.domain.organisation import Organisation
from app.domain.service_item import listed_items
from app.engine.errors import NotACandidateError, SeparationOfDutiesError, TaskClaimedByAnotherError
from tests import answers

NONE = {"declaration": "none"}


def test_an_agency_is_certified_and_stands_on_the_public_list(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.expect(*["score_application"] * 5)
    story.every_expert("score_application", *(answers.scores(points, 80, 70) for points in (75, 80, 78, 90, 60)))
    story.expect("conclude")
    story.act("conclude", "supervisor", {"reason": "达到合格线。", "outcome": "certify"})
    story.expect()
    story.pass_time(days=8)
    story.expect("file_certification")
    story.act("file_certification", "bureau", {"remarks": "同意。", "outcome": "filed"})

    assert story.status() == "completed"
    with reading(story.database) as unit:
        ((agency, organisation),) = certified_agencies(unit.session, on=local_day(story.now))
        assert (organisation.id, agency.certificate_number) == (story.cast["agency_firm"], "NXJG-2026-0001")
        assert (
            agency.valid_until.year - agency.certified_on.year,
            len(listed_items(unit.session, organisation.id)),
        ) == (2, 2)
        application = unit.session.get_one(CertificationApplication, agency.application_id)
        assert (application.status, application.score_hundredths, application.spread_hundredths) == (
            "certified",
            7_766,
            3_000,
        )


def test_an_item_below_its_mark_is_not_listed(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 59))
    story.act("conclude", "supervisor", {"reason": "达到合格线。", "outcome": "certify"})
    story.pass_time(days=8)
    story.act("file_certification", "bureau", {"remarks": "同意。", "outcome": "filed"})

    with reading(story.database) as unit:
        listed = listed_items(unit.session, story.cast["agency_firm"])
    assert [item.place for item in listed] == [1]


@pytest.mark.parametrize(("agency", "item"), [(69, 80), (70, 59)], ids=["agency below 70", "no item at 60"])
def test_marks_that_are_missed_refuse_with_the_article(story: Any, agency: int, item: int) -> None:
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(agency, item))

    refused(story, "A8.5", f"{agency}.00")


def test_seventy_points_exactly_pass(story: Any) -> None:
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(70, 60))

    story.expect("conclude")


@pytest.mark.parametrize("refusing", ["verify_authenticity", "verify_compliance"])
def test_one_reviewer_who_refuses_is_enough(story: Any, refusing: str) -> None:
    story.submit()
    outcomes = {
        name: "refused" if name == refusing else "passed" for name in ("verify_authenticity", "verify_compliance")
    }
    story.act("verify_authenticity", "reviewer_a", answers.authenticity(outcomes["verify_authenticity"]))
    story.act("verify_compliance", "reviewer_b", answers.compliance(outcomes["verify_compliance"]))

    refused(story, "A8.2", "")


@pytest.mark.parametrize(
    ("change", "article", "reason"),
    [
        ({"responsible_person": "丁若川"}, "A11.9", "关联方"),
        ({"credit_code": with_check_digit("91630100MA7600003")}, "A4.1", "不在自治区内注册"),
    ],
    ids=["affiliate of the operator", "another region"],
)
def test_a_computed_condition_refuses_even_when_both_reviewers_pass(
    story: Any, change: dict[str, str], article: str, reason: str
) -> None:
    with unit_of_work(story.database) as unit:
        firm = unit.session.get_one(Organisation, story.cast["agency_firm"])
        for name, value in change.items():
            setattr(firm, name, value)
    story.submit()
    story.act("verify_authenticity", "reviewer_a", answers.authenticity())
    story.act("verify_compliance", "reviewer_b", answers.compliance())

    refused(story, article, reason)


def test_an_item_outside_the_categories_is_refused_and_the_task_stays(story: Any) -> None:
    story.start("agency_certification", organisation="agency_firm")
    with pytest.raises(ItemOutsideCategoriesError):
        story.act("submit_application", "agency", answers.application(categories=["legal"]))

    story.expect("submit_application")
    story.act("submit_application", "agency", answers.application())
    story.expect("verify_authenticity", "verify_compliance")


def test_a_refused_agency_may_apply_again(story: Any) -> None:
    story.submit()
    story.act("verify_authenticity", "reviewer_a", answers.authenticity("refused"))
    story.act("verify_compliance", "reviewer_b", answers.compliance())
    refused(story, "A8.2", "已在登记系统核对。")

    story.submit(number="2026-00002")


def test_the_supervisor_may_refuse_with_a_reason(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))
    story.act("conclude", "supervisor", {"reason": "公示前查实材料有假。", "outcome": "refuse"})

    refused(story, "A8.6", "材料有假")


def test_the_bureau_sends_back_and_the_supervisor_concludes_again(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))
    story.act("conclude", "supervisor", {"reason": "达到合格线。", "outcome": "certify"})
    story.pass_time(days=8)
    story.act("file_certification", "bureau", {"remarks": "请补充说明。", "outcome": "sent_back"})
    story.expect("conclude")
    story.act("conclude", "supervisor", {"reason": "已补充说明。", "outcome": "certify"})
    story.expect()
    story.pass_time(days=8)
    story.act("file_certification", "bureau", {"remarks": "同意。", "outcome": "filed"})

    assert story.status() == "completed"
    with reading(story.database) as unit:
        assert len(notices(unit.session)) == 2


def test_the_notice_runs_five_working_days_to_the_minute(story: Any) -> None:
    story.to_the_panel()
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80, 70))
    story.act("conclude", "supervisor", {"reason": "达到合格线。", "outcome": "certify"})
    with reading(story.database) as unit:
        due = unit.connection.execute(sa.text("SELECT due_at FROM instance")).scalar()

    assert str(due).startswith("2026-11-09 16:00")
    story.pass_time(days=7, hours=14, minutes=59)
    story.expect()
    story.pass_time(minutes=1)
    story.expect("file_certification")


def test_too_few_experts_come_back_to_the_supervisor_who_adds_some(story: Any) -> None:
    with unit_of_work(story.database) as unit:
        pool = unit.session.scalars(sa.select(Expert).order_by(Expert.person_id)).all()
        for expert in pool[4:]:
            expert.left_at = story.now
    story.submit()
    story.verify()
    story.act("prepare_panel", "supervisor", {})
    story.expect("mend_pool")
    with unit_of_work(story.database) as unit:
        unit.session.scalars(sa.select(Expert).where(Expert.left_at.is_not(None))).first().left_at = None

    story.act("mend_pool", "supervisor", {"what_was_done": "增补一名。"})

    story.expect(*["declare_interests"] * 5)


@pytest.mark.parametrize("first", ["verify_authenticity", "verify_compliance"])
def test_the_same_reviewer_cannot_check_both(story: Any, first: str) -> None:
    given = {"verify_authenticity": answers.authenticity(), "verify_compliance": answers.compliance()}
    story.submit()
    story.act(first, "reviewer_a", given.pop(first))
    ((second, findings),) = given.items()

    with pytest.raises(SeparationOfDutiesError):
        story.act(second, "reviewer_a", findings)


def test_nobody_else_acts_for_the_agency_or_for_an_expert(story: Any) -> None:
    story.start("agency_certification", organisation="agency_firm")
    with pytest.raises(NotACandidateError):
        story.act("submit_application", "reviewer_a", answers.application())
    story.act("submit_application", "agency", answers.application())
    story.verify()
    story.act("prepare_panel", "supervisor", {})
    drawn = {task.assignee_id for task in story.tasks()}
    other = next(login for login, key in story.cast.items() if login.startswith("expert") and key not in drawn)

    with pytest.raises(TaskClaimedByAnotherError):
        story.act("declare_interests", other, NONE)


def test_the_computed_checks_keep_their_figures(story: Any) -> None:
    story.submit()

    with reading(story.database) as unit:
        found = {one.name: (one.article, one.holds) for one in checks_of(unit.session, application_id(unit))}
    assert found == {
        "credit_code": ("A4.1", True), "region": ("A4.1", True), "affiliation": ("A11.9", True),
        "bad_credit": ("A11.4", True),
    }  # fmt: skip


def refused(story: Any, article: str, reason: str) -> None:
    story.expect("request_review")
    with reading(story.database) as unit:
        application = unit.session.scalars(sa.select(CertificationApplication)).one()
        assert (application.status, application.article) == ("refused", article)
        assert reason in application.reason
        assert unit.session.scalars(sa.select(Agency)).all() == []


def application_id(unit: Any) -> int:
    return int(unit.session.scalars(sa.select(CertificationApplication.id)).one())
