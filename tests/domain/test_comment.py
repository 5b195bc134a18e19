"""Comments: what is kept, what is refused, who is asked and when that is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import unit_of_work
from app.domain.comment import (
    Audience,
    CaseComment,
    CommentEmptyError,
    CommentEntry,
    CommentNotYoursError,
    CommentTooLongError,
    comments_of,
    unanswered,
    withdraw_comment,
    write_comment,
)
from tests.people import BEGINNING, settle

CASE = "2026-00001"


@pytest.fixture
def unit(database):
    """A unit of work."""
    with unit_of_work(database) as unit:
        yield unit


@pytest.fixture
def cast(unit):
    """Everybody's ids by login."""
    return settle(unit.session, experts=0)


@pytest.fixture
def say(unit, cast):
    """Writes a comment as somebody."""

    def write(login, text="请看第二份。", audience=Audience.TEAM, asks=()):
        asked = [cast[one] for one in asks]
        entry = CommentEntry(CASE, cast[login], login == "agency", audience, text, asked)
        return write_comment(unit.session, entry, now=BEGINNING)

    return write


def test_each_audience_reads_its_own(unit, say):
    say("reviewer_a", "内部")
    say("reviewer_a", "给申请人", Audience.APPLICANT)

    assert [one.text for one in comments_of(unit.session, CASE, [Audience.APPLICANT])] == ["给申请人"]
    assert [one.text for one in comments_of(unit.session, CASE, list(Audience))] == ["内部", "给申请人"]
    assert comments_of(unit.session, CASE, []) == []


@pytest.mark.parametrize(("length", "error"), [(0, CommentEmptyError), (2_000, None), (2_001, CommentTooLongError)])
def test_a_comment_says_something_and_not_too_much(say, length, error):
    if error is None:
        assert len(say("reviewer_a", "字" * length).text) == length
    else:
        with pytest.raises(error):
            say("reviewer_a", "字" * length)


def test_who_is_asked_has_answered_by_saying_something(unit, cast, say):
    comment = say("reviewer_a", asks=["reviewer_b", "reviewer_a"])
    assert unanswered(unit.session, CASE, cast["reviewer_b"]) == {comment.id}
    assert unanswered(unit.session, CASE, cast["reviewer_a"]) == frozenset()

    say("reviewer_b", "看过了。")

    assert unanswered(unit.session, CASE, cast["reviewer_b"]) == frozenset()


def test_a_withdrawn_comment_leaves_a_trace_and_asks_nobody(unit, cast, say):
    comment = say("reviewer_a", asks=["reviewer_b"])

    for hours in (1, 2):
        at = BEGINNING + timedelta(hours=hours)
        withdraw_comment(unit.session, CASE, comment.id, by=cast["reviewer_a"], now=at)

    assert [one.withdrawn_at for one in comments_of(unit.session, CASE, list(Audience))] == [
        BEGINNING + timedelta(hours=1)
    ]
    assert unanswered(unit.session, CASE, cast["reviewer_b"]) == frozenset()


def test_nobody_withdraws_what_another_said_or_what_is_of_another_case(unit, cast, say):
    comment = say("reviewer_a")

    for case, login in ((CASE, "reviewer_b"), ("2026-00002", "reviewer_a")):
        with pytest.raises(CommentNotYoursError):
            withdraw_comment(unit.session, case, comment.id, by=cast[login], now=BEGINNING)


@pytest.mark.parametrize(("column", "value"), [("text", ""), ("audience", "public")])
def test_the_database_refuses_what_is_no_comment(unit, say, column, value):
    say("reviewer_a")

    with pytest.raises(IntegrityError), unit.savepoint():
        unit.session.execute(sa.update(CaseComment).values({column: value}))
