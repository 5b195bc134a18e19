"""Applicants are reminded of what falls due, once, in time, and of nobody else's affairs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.db import reading, unit_of_work
from app.domain.expiring import tell_of_expiry
from app.domain.message import Message, messages_of
from app.web.deadline_messages import remind_applicants
from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts: Any, cast: Any) -> Walk:
    return Walk(parts, cast)


def told(walk: Walk, login: str, template: str) -> list[Message]:
    with reading(walk.parts.database) as unit:
        found = [one for one in messages_of(unit.session, walk.cast[login]) if one.template == template]
        unit.session.expunge_all()
    return found


def test_an_applicant_is_reminded_two_working_days_before_and_once(walk: Walk) -> None:
    walk.submitted()
    for element, login, given in (
        ("verify_authenticity", "reviewer_a", answers.authenticity() | answers.asks(("licence", None))),
        ("verify_compliance", "reviewer_b", answers.compliance()),
    ):
        walk.act(element, login, given)
    task = walk.open("mend_application")[0]  # due on Monday 16 November, 24:00: two working days before is Thursday

    reminded = [
        remind_applicants(walk.parts.database, now=walk.now + timedelta(days=days)) for days in (9, 10, 10, 11, 15)
    ]

    assert task.due_at.isoformat() == "2026-11-16T16:00:00+00:00"
    assert reminded == [0, 1, 0, 0, 0]
    (message,) = told(walk, "agency", "deadline_near")
    assert (message.link, message.texts["zh"]["latest"]) == (f"/tasks/{task.id}", "11 月 16 日（周一）24:00")
    assert told(walk, "reviewer_a", "deadline_near") == []


def test_an_agency_hears_once_that_its_certificate_runs_out(walk: Walk) -> None:
    walk.certified()
    counts = []
    for days in (0, 600, 700, 701, 900):
        with unit_of_work(walk.parts.database) as unit:
            counts.append(tell_of_expiry(unit.session, now=walk.now + timedelta(days=days)))

    assert counts == [0, 0, 1, 0, 0]
    (message,) = told(walk, "agency", "certificate_expiring")
    assert "NXJG-2026-0001" in message.texts["zh"]["subject"]
