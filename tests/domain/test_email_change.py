"""Another e-mail address: proved by a link, with the password, told to the old one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain.account_link import LinkPurpose, LinkSpentError, issue_link, link_holder
from app.domain.email_change import (
    LASTS,
    LINKS_PER_HOUR,
    MAILS_A_DAY,
    TooManyChangesError,
    ask_email_change,
    change_behind,
    confirm_email_change,
    waiting_change,
)
from app.domain.errors import DomainError
from app.domain.outbox import OutboxEmail
from app.domain.person import Person, WrongCredentialsError
from app.domain.registration import EmailNotUsableError
from app.domain.security_event import SecurityEvent
from tests.people import BEGINNING, PASSWORD

SITE = "https://quanliu.example"
OLD, NEW = "old@example.cn", "new@example.cn"


@pytest.fixture
def me(world: Any) -> Person:
    """Somebody with a confirmed address."""
    found: Person = world.session.get_one(Person, world.cast["reviewer_a"])
    found.email, found.email_confirmed_at = OLD, BEGINNING
    return found


def ask(world: Any, me: Person, email: str = NEW, *, password: str = PASSWORD, after: timedelta = timedelta()) -> str:
    """Ask for a link; return its token, or "" if none was sent."""
    sent = len(mails(world, email))
    ask_email_change(world.session, me, email, password=password, site=SITE, now=BEGINNING + after)
    links = mails(world, email)
    return links[-1].link.removeprefix(f"{SITE}/account/email/") if len(links) > sent else ""


def mails(world: Any, address: str) -> list[OutboxEmail]:
    query = sa.select(OutboxEmail).where(OutboxEmail.address == address.lower()).order_by(OutboxEmail.id)
    return list(world.session.scalars(query))


def confirm(world: Any, me: Person, token: str, *, after: timedelta = timedelta()) -> None:
    confirm_email_change(world.session, me, token, address="203.0.113.7", now=BEGINNING + after)


def test_the_address_changes_once_the_link_is_confirmed_and_the_old_one_is_told(world: Any, me: Person) -> None:
    token = ask(world, me, "New@Example.cn")
    assert me.email == OLD
    assert waiting_change(world.session, me.id, now=BEGINNING)

    confirm(world, me, token, after=timedelta(minutes=5))

    assert (me.email, me.email_confirmed_at) == (NEW, BEGINNING + timedelta(minutes=5))
    assert [one.template for one in mails(world, OLD)] == ["account_changed"]
    assert [one.template for one in mails(world, NEW)] == ["email_change", "account_changed"]
    assert waiting_change(world.session, me.id, now=BEGINNING) is None
    assert world.session.scalars(sa.select(SecurityEvent.kind).where(SecurityEvent.person_id == me.id)).all()[-1] == (
        "email_changed"
    )


def test_a_link_is_good_once(world: Any, me: Person) -> None:
    token = ask(world, me)
    confirm(world, me, token)

    with pytest.raises(LinkSpentError):
        confirm(world, me, token)


@pytest.mark.parametrize(("left", "is_good"), [(timedelta(seconds=1), True), (timedelta(), False)])
def test_a_link_is_good_for_two_hours(world: Any, me: Person, left: timedelta, is_good: bool) -> None:
    token = ask(world, me)

    if is_good:
        confirm(world, me, token, after=LASTS - left)
    else:
        with pytest.raises(LinkSpentError):
            confirm(world, me, token, after=LASTS - left)


def test_a_later_link_takes_the_place_of_the_earlier(world: Any, me: Person) -> None:
    first = ask(world, me)
    ask(world, me, "other@example.cn")

    with pytest.raises(LinkSpentError):
        confirm(world, me, first)


def test_a_stranger_who_got_the_link_by_a_slip_of_the_pen_cannot_use_it(world: Any, me: Person) -> None:
    token = ask(world, me)

    with pytest.raises(LinkSpentError):
        change_behind(world.session, world.cast["reviewer_b"], token, now=BEGINNING)


def test_a_link_to_reset_the_password_that_went_to_the_old_address_is_good_no_more(world: Any, me: Person) -> None:
    reset = issue_link(world.session, me.id, LinkPurpose.PASSWORD_RESET, by=None, now=BEGINNING).token
    confirm(world, me, ask(world, me))

    with pytest.raises(LinkSpentError):
        link_holder(world.session, reset, LinkPurpose.PASSWORD_RESET, now=BEGINNING)


@pytest.mark.parametrize(
    ("email", "password", "error"),
    [
        (NEW, "wrong", WrongCredentialsError),
        ("no address", PASSWORD, EmailNotUsableError),
        (f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 20}.cn", PASSWORD, EmailNotUsableError),
    ],
)
def test_what_is_wrong_sends_nothing(
    world: Any, me: Person, email: str, password: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        ask(world, me, email, password=password)

    assert mails(world, email) == []


def test_a_person_is_sent_three_links_an_hour(world: Any, me: Person) -> None:
    for number in range(LINKS_PER_HOUR):
        assert ask(world, me, f"a{number}@example.cn")

    with pytest.raises(TooManyChangesError):
        ask(world, me, after=timedelta(minutes=59))
    assert ask(world, me, after=timedelta(minutes=61))


def test_one_mailbox_is_not_flooded_whoever_asks(world: Any, me: Person) -> None:
    people = [
        me,
        *(world.session.get_one(Person, world.cast[f"expert_{number}"]) for number in range(1, MAILS_A_DAY + 1)),
    ]

    assert [bool(ask(world, one)) for one in people] == [True] * MAILS_A_DAY + [False]
    assert ask(world, me, after=timedelta(days=1, seconds=1))
