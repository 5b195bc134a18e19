"""Links by which somebody sets a password, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account_link import (
    LASTS,
    AccountLink,
    LinkPurpose,
    LinkSpentError,
    follow_link,
    issue_link,
    link_holder,
)
from app.domain.forgotten_password import LINKS_PER_HOUR, PasswordResetRequest, answer_resets, ask_reset
from app.domain.outbox import OutboxEmail
from app.domain.password import PasswordTooWeakError
from app.domain.person import Person, PersonEntry, admit, register_person, try_password
from tests.people import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NEW = "another good phrase"
SITE = "https://quanliu.example"


@pytest.fixture
def person_id(database: sa.Engine) -> int:
    """Somebody who was invited and has no password yet."""
    with unit_of_work(database) as unit:
        entry = PersonEntry(login="mayanqiu", name="马砚秋", password=None, email="ma@example.cn")
        return register_person(unit.session, entry, now=NOON).id


def issue(database: sa.Engine, person_id: int, purpose: LinkPurpose = LinkPurpose.INVITATION) -> str:
    with unit_of_work(database) as unit:
        return issue_link(unit.session, person_id, purpose, by=None, now=NOON).token


def follow(
    database: sa.Engine, token: str, at: datetime = NOON, purpose: LinkPurpose = LinkPurpose.INVITATION, new: str = NEW
) -> None:
    with unit_of_work(database) as unit:
        follow_link(unit.session, token, purpose, password=new, address="", now=at, is_cheap=True)


def is_let_in(database: sa.Engine, password: str) -> bool:
    with reading(database) as unit:
        tried = try_password(unit.session, "mayanqiu", password)
    with unit_of_work(database) as unit:
        return admit(unit.session, tried, now=NOON) is not None


def test_nobody_signs_in_before_the_invitation_is_followed(database: sa.Engine, person_id: int) -> None:
    assert not is_let_in(database, "")
    assert not is_let_in(database, PASSWORD)

    follow(database, issue(database, person_id))

    assert is_let_in(database, NEW)


def test_a_followed_link_confirms_the_address_and_ends_every_session(database: sa.Engine, person_id: int) -> None:
    follow(database, issue(database, person_id))

    with reading(database) as unit:
        person = unit.session.get_one(Person, person_id)
    assert (person.email_confirmed_at, person.session_epoch) == (NOON, 2)


@pytest.mark.parametrize("purpose", list(LinkPurpose))
@pytest.mark.parametrize(
    ("before_the_end", "is_good"), [(timedelta(seconds=1), True), (timedelta(0), False), (timedelta(seconds=-1), False)]
)
def test_a_link_is_good_until_its_end_and_not_at_it(
    database: sa.Engine, person_id: int, purpose: LinkPurpose, before_the_end: timedelta, is_good: bool
) -> None:
    token = issue(database, person_id, purpose)
    at = NOON + LASTS[purpose] - before_the_end

    if is_good:
        follow(database, token, at, purpose)
    else:
        with pytest.raises(LinkSpentError):
            follow(database, token, at, purpose)


def test_a_link_is_good_once(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id)
    follow(database, token)

    with pytest.raises(LinkSpentError):
        follow(database, token, new="a third phrase")
    assert is_let_in(database, NEW)


def test_of_two_who_follow_a_link_at_once_one_comes_too_late(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id)

    def try_it(new: str) -> bool:
        try:
            follow(database, token, new=new)
        except LinkSpentError:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(try_it, ["first good phrase", "second good phrase"])) == [False, True]


def test_a_later_link_replaces_the_earlier_one(database: sa.Engine, person_id: int) -> None:
    first, second = issue(database, person_id), issue(database, person_id)

    with pytest.raises(LinkSpentError):
        follow(database, first)
    follow(database, second)


def test_a_link_serves_its_own_purpose_alone(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id, LinkPurpose.INVITATION)

    with pytest.raises(LinkSpentError):
        follow(database, token, purpose=LinkPurpose.PASSWORD_RESET)


def test_a_weak_password_leaves_the_link_good(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id)

    with pytest.raises(PasswordTooWeakError):
        follow(database, token, new="short")
    follow(database, token)


def test_a_closed_account_has_no_link(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id)
    with unit_of_work(database) as unit:
        unit.session.get_one(Person, person_id).is_active = False

    with reading(database) as unit, pytest.raises(LinkSpentError):
        link_holder(unit.session, token, LinkPurpose.INVITATION, now=NOON)


def test_the_token_itself_is_kept_nowhere(database: sa.Engine, person_id: int) -> None:
    token = issue(database, person_id)

    with reading(database) as unit:
        row = unit.session.scalars(sa.select(AccountLink)).one()
        assert token not in {str(getattr(row, column.key)) for column in sa.inspect(AccountLink).columns}


def asked(database: sa.Engine, login: str, at: datetime = NOON) -> list[str]:
    """Ask for a link and let the worker answer; the links of all mails so far."""
    with unit_of_work(database) as unit:
        ask_reset(unit.session, login, site=SITE, now=at)
    with unit_of_work(database) as unit:
        assert answer_resets(unit.session, now=at) == 1
    with reading(database) as unit:
        assert unit.session.scalars(sa.select(PasswordResetRequest)).all() == []
        return list(unit.session.scalars(sa.select(OutboxEmail.link).order_by(OutboxEmail.id)))


def test_a_forgotten_password_is_answered_by_mail_to_the_account(database: sa.Engine, person_id: int) -> None:
    (link,) = asked(database, " MaYanqiu ")

    assert link.startswith(f"{SITE}/password-reset/")
    follow(database, link.rsplit("/", 1)[1], purpose=LinkPurpose.PASSWORD_RESET)
    assert is_let_in(database, NEW)


def test_a_login_that_nobody_has_is_written_down_alike_and_gets_no_mail(database: sa.Engine, person_id: int) -> None:
    assert asked(database, "nobody") == []


@pytest.mark.parametrize(
    ("after", "mails"), [(timedelta(minutes=59), LINKS_PER_HOUR), (timedelta(hours=1), LINKS_PER_HOUR + 1)]
)
def test_a_person_is_sent_three_links_an_hour_and_no_more(
    database: sa.Engine, person_id: int, after: timedelta, mails: int
) -> None:
    for _ in range(LINKS_PER_HOUR + 1):
        asked(database, "mayanqiu")

    assert len(asked(database, "mayanqiu", NOON + after)) == mails
