"""Objections (异议) to a notice: each is examined, by people who did not decide, before the bureau files (A8.6)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.errors import NoticeOverError
from app.domain.notice import Notice
from app.domain.objection import ObjectionEntry, confirm_contact, objections_of, raise_objection
from app.engine.errors import MessageNotAwaitedError, SeparationOfDutiesError
from app.engine.messages import Message, correlate_message
from tests import answers

NONE = {"declaration": "none"}
DISMISSED = {"finding": "所述与登记记录不符。", "outcome": "dismissed"}
UPHELD = {"finding": "案例确系冒用。", "outcome": "upheld"}
CERTIFY = {"reason": "达到合格线。", "outcome": "certify"}


def announce(story: Any) -> None:
    """A notice stands, published on 2 November for five working days."""
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", NONE)
    story.every_expert("score_application", answers.scores(75, 80))
    story.act("conclude", "supervisor", CERTIFY)
    story.expect()
    story.grant("reviewer_a", "supervisor")
    story.settle_supervisor()


def object_to(story: Any, *, grounds: str = "其案例系冒用。", confirm: bool = True) -> str:
    """Somebody objects and follows the link; return the link's secret."""
    with unit_of_work(story.database) as unit:
        notice = unit.session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first()
        entry = ObjectionEntry("周正", "zhou@example.test", grounds)
        _, secret = raise_objection(unit.session, notice.id, entry, now=story.now)
        notice_id = notice.id
    if confirm:
        follow(story, secret, notice_id)
    return secret


def follow(story: Any, secret: str, notice_id: int) -> None:
    with unit_of_work(story.database) as unit:
        confirm_contact(unit.session, secret, now=story.now)
        with suppress(MessageNotAwaitedError):  # others are being examined: it is taken up when they are done
            correlate_message(unit, story.runtime, Message("objection_received", str(notice_id), {}), now=story.now)


def found(story: Any) -> list[tuple[str, str]]:
    with reading(story.database) as unit:
        application_id = unit.session.scalars(sa.select(Notice.application_id)).first()
        return [(one.status, one.finding) for one in objections_of(unit.session, application_id)]


def test_an_objection_is_examined_at_once_and_the_notice_runs_on(story: Any) -> None:
    announce(story)
    story.pass_time(days=1)
    object_to(story)
    story.expect("examine_objection")
    story.act("examine_objection", "second_supervisor", DISMISSED)
    story.expect()
    assert found(story) == [("dismissed", "所述与登记记录不符。")]

    story.pass_time(days=7)
    story.expect("file_certification")


def test_the_filing_waits_until_the_last_objection_is_examined(story: Any) -> None:
    announce(story)
    story.pass_time(days=6)
    object_to(story)
    story.pass_time(days=5)
    story.expect("examine_objection")
    story.act("examine_objection", "second_supervisor", DISMISSED)

    story.expect("file_certification")


def test_what_comes_in_during_an_examination_is_taken_up_after_it(story: Any) -> None:
    announce(story)
    object_to(story, grounds="一")
    object_to(story, grounds="二")
    object_to(story, grounds="三")
    story.expect("examine_objection")
    story.act("examine_objection", "second_supervisor", DISMISSED | {"finding": "一查。"})
    story.expect("examine_objection", "examine_objection")
    story.act("examine_objection", "second_supervisor", DISMISSED | {"finding": "二查。"})
    story.act("examine_objection", "second_supervisor", DISMISSED | {"finding": "三查。"})

    assert found(story) == [("dismissed", "一查。"), ("dismissed", "二查。"), ("dismissed", "三查。")]
    story.expect()


def test_an_objection_that_is_upheld_brings_a_new_conclusion_and_a_new_notice(story: Any) -> None:
    announce(story)
    object_to(story)
    story.act("examine_objection", "second_supervisor", UPHELD)
    story.expect("conclude")
    with reading(story.database) as unit:
        (notice,) = unit.session.scalars(sa.select(Notice)).all()
        assert notice.withdrawn_at is not None
    story.act("conclude", "supervisor", CERTIFY)
    story.pass_time(days=8)
    story.expect("file_certification")


def test_an_objection_that_is_upheld_may_end_in_a_refusal(story: Any) -> None:
    announce(story)
    object_to(story)
    story.act("examine_objection", "second_supervisor", UPHELD)
    story.act("conclude", "supervisor", {"reason": "案例造假。", "outcome": "refuse"})

    story.expect("request_review")


@pytest.mark.parametrize("decided", ["supervisor", "reviewer_a"], ids=["concluded", "verified"])
def test_whoever_decided_does_not_examine(story: Any, decided: str) -> None:
    announce(story)
    object_to(story)

    with pytest.raises(SeparationOfDutiesError):
        story.act("examine_objection", decided, DISMISSED)


def test_whoever_examined_does_not_conclude_anew(story: Any) -> None:
    announce(story)
    object_to(story)
    story.act("examine_objection", "second_supervisor", UPHELD)

    with pytest.raises(SeparationOfDutiesError):
        story.act("conclude", "second_supervisor", CERTIFY)


def test_an_objection_counts_once_its_link_was_followed(story: Any) -> None:
    announce(story)
    object_to(story, confirm=False)
    story.pass_time(days=8)

    story.expect("file_certification")
    assert found(story) == []


@pytest.mark.parametrize(("minutes", "is_open"), [(-1, True), (0, False)])
def test_objections_are_taken_until_the_notice_ends(story: Any, minutes: int, is_open: bool) -> None:
    announce(story)  # until Monday 9 November, 24:00 in Shanghai
    story.now += timedelta(days=7, hours=15, minutes=minutes)
    if is_open:
        object_to(story)
        story.expect("examine_objection")
        return
    with pytest.raises(NoticeOverError):
        object_to(story)


def test_a_link_that_is_followed_too_late_says_so(story: Any) -> None:
    announce(story)
    secret = object_to(story, confirm=False)
    story.now += timedelta(days=7, hours=15)

    with unit_of_work(story.database) as unit, pytest.raises(NoticeOverError):
        confirm_contact(unit.session, secret, now=story.now)


def test_a_link_that_was_never_given_leads_nowhere(story: Any) -> None:
    announce(story)
    with unit_of_work(story.database) as unit:
        assert confirm_contact(unit.session, "guessed", now=story.now) is None
