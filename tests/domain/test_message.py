"""Telling people: a notice for each, an e-mail for whoever takes it, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.message import MessageValueMissingError, mark_read, message_of, messages_of, tell, unread_count
from app.domain.message_template import rewrite_template
from app.domain.outbox import OutboxEmail, choose_email
from app.domain.person import Person
from app.domain.recipients import members_of
from tests.people import BEGINNING

DUE = BEGINNING + timedelta(days=7)


def set_address(world: Any, login: str, address: str, language: str = "zh") -> int:
    person = world.session.get_one(Person, world.cast[login])
    person.email, person.language = address, language
    world.session.flush()
    return int(person.id)


def emails(world: Any) -> list[OutboxEmail]:
    return list(world.session.scalars(sa.select(OutboxEmail).order_by(OutboxEmail.id)))


def ask(world: Any, *to: int, **more: Any) -> Any:
    values = {"what": {"zh": "评分", "en": "Score"}, "due_at": DUE} | more.pop("values", {})
    return tell(
        world.session, to=to, template=more.pop("template", "reminder"), values=values, case_number="2026-00001",
        now=BEGINNING,
    )  # fmt: skip


def test_a_notice_is_worded_in_both_languages_for_each_person_once(world: Any) -> None:
    one, two = world.cast["expert_1"], world.cast["expert_2"]

    told = ask(world, two, one, two)

    assert [message.person_id for message in told] == sorted([one, two])
    notice = messages_of(world.session, one)[0]
    assert notice.texts["zh"]["subject"] == "提醒：评分（案件 2026-00001）"
    assert notice.texts["en"]["subject"] == "Reminder: Score (case 2026-00001)"
    assert notice.texts["zh"]["body"].startswith("专家1，您好")


def test_an_e_mail_goes_in_the_persons_language_to_whoever_has_an_address(world: Any) -> None:
    english = set_address(world, "expert_1", "one@example.org", "en")
    broken = set_address(world, "expert_2", "two@example.org\nBcc: all@example.org")

    (notice, _) = ask(world, english, broken)

    (email,) = emails(world)
    assert (email.address, email.language, email.status) == ("one@example.org", "en", "waiting")
    assert (email.subject, email.link) == ("Reminder: Score (case 2026-00001)", f"/messages/{notice.id}")


def test_e_mail_can_be_switched_off_but_not_for_what_is_served(world: Any) -> None:
    person = set_address(world, "agency", "agency@example.org")
    choose_email(world.session, person, by_email=False, now=BEGINNING)

    ask(world, person)
    ask(world, person, template="correction_asked", values={"count": 3})

    assert [email.template for email in emails(world)] == ["correction_asked"]
    assert unread_count(world.session.connection(), person) == 2
    choose_email(world.session, person, by_email=True, now=BEGINNING)
    ask(world, person)
    assert len(emails(world)) == 2


def test_a_secret_kind_goes_by_e_mail_alone_and_to_closed_accounts_too(world: Any) -> None:
    person = set_address(world, "agency", "agency@example.org")
    world.session.get_one(Person, person).is_active = False
    link = "https://quanliu.example/reset/abc"

    told = ask(world, person, template="password_reset", values={"link": link, "valid_until": DUE})
    ask(world, person)

    assert list(told) == []
    (email,) = emails(world)
    assert (email.template, email.link, email.message_id) == ("password_reset", link, None)
    assert messages_of(world.session, person) == []


def test_a_missing_value_is_a_defect_of_the_caller(world: Any) -> None:
    with pytest.raises(MessageValueMissingError, match="due_at"):
        tell(world.session, to=[1], template="seat_assigned", values={}, case_number=None, now=BEGINNING)


def test_what_has_been_written_stays_when_the_template_changes(world: Any) -> None:
    person = world.cast["expert_1"]
    ask(world, person, template="replaced")
    texts = {language: {"subject": "新", "body": "新文 {name}"} for language in ("zh", "en")}
    rewrite_template(world.session, "replaced", texts, seen=0, by=world.cast["admin"], reason="x", now=BEGINNING)

    ask(world, person, template="replaced")

    newer, older = messages_of(world.session, person)
    assert newer.texts["zh"]["body"] == "新文 专家1"
    assert older.texts["zh"]["subject"].startswith("您不再参加")


def test_notices_come_page_by_page_and_are_read_one_by_one_or_all_at_once(world: Any) -> None:
    person, other = world.cast["expert_1"], world.cast["expert_2"]
    for _ in range(5):
        ask(world, person, other)
    first = messages_of(world.session, person, limit=3)
    rest = messages_of(world.session, person, before=first[-1].id, limit=3)

    assert [len(first), len(rest)] == [3, 2]
    mark_read(world.session, person, message_id=first[0].id, now=DUE)
    assert unread_count(world.session.connection(), person) == 4
    mark_read(world.session, person, now=DUE)
    assert unread_count(world.session.connection(), person) == 0
    assert unread_count(world.session.connection(), other) == 5
    assert message_of(world.session, other, first[0].id) is None
    assert message_of(world.session, person, first[0].id) is first[0]


def test_members_are_those_who_hold_a_role_there_now(world: Any) -> None:
    assert list(members_of(world.session, world.cast["agency_firm"])) == [world.cast["agency"]]
    assert list(members_of(world.session, world.cast["operator"], role="supervisor")) == [world.cast["supervisor"]]
