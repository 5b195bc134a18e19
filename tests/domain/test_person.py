"""Accounts, passwords and the lock against guessing, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.password import MAX_LENGTH, MIN_LENGTH, PasswordTooWeakError, hash_password
from app.domain.person import (
    LoginTakenError,
    Person,
    PersonEntry,
    WrongCredentialsError,
    admit,
    change_password,
    register_person,
    try_password,
)
from app.domain.sign_in_attempt import FAILURES_BEFORE_LOCK, forget_old_failures, sign_in_attempt
from tests.people import PASSWORD

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
WRONG = "wrong password"


@pytest.fixture
def person_id(database: sa.Engine) -> int:
    """An account whose login is "mayanqiu"."""
    with unit_of_work(database) as unit:
        entry = PersonEntry(login="MaYanqiu", name="马砚秋", password=PASSWORD)
        return register_person(unit.session, entry, now=NOON, is_cheap=True).id


def sign_in(database: sa.Engine, password: str, at: datetime = NOON, login: str = "mayanqiu") -> int | None:
    with reading(database) as unit:
        tried = try_password(unit.session, login, password)
    with unit_of_work(database) as unit:
        person = admit(unit.session, tried, now=at)
        return person.id if person else None


def failures(database: sa.Engine) -> int:
    with reading(database) as unit:
        return unit.connection.execute(sa.select(sa.func.count()).select_from(sign_in_attempt)).scalar_one()


def test_a_login_is_the_same_in_any_case_and_with_spaces_around(database: sa.Engine, person_id: int) -> None:
    assert sign_in(database, PASSWORD, login=" MAYANQIU ") == person_id


def test_a_login_is_given_once(database: sa.Engine, person_id: int) -> None:
    with unit_of_work(database) as unit, pytest.raises(LoginTakenError):
        register_person(unit.session, PersonEntry("mayanqiu", "别人", PASSWORD), now=NOON, is_cheap=True)


def test_four_wrong_passwords_lock_nothing(database: sa.Engine, person_id: int) -> None:
    for _ in range(FAILURES_BEFORE_LOCK - 1):
        assert sign_in(database, WRONG) is None

    assert sign_in(database, PASSWORD) == person_id
    assert failures(database) == 0


@pytest.mark.parametrize(
    ("after", "is_in"), [(timedelta(minutes=14, seconds=59), False), (timedelta(minutes=15), True)]
)
def test_five_wrong_passwords_lock_for_fifteen_minutes(
    database: sa.Engine, person_id: int, after: timedelta, is_in: bool
) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        sign_in(database, WRONG)

    assert (sign_in(database, PASSWORD, NOON + after) == person_id) is is_in


@pytest.mark.parametrize(
    ("spread", "is_in"), [(timedelta(minutes=14, seconds=59), False), (timedelta(minutes=15), True)]
)
def test_only_wrong_passwords_within_fifteen_minutes_add_up(
    database: sa.Engine, person_id: int, spread: timedelta, is_in: bool
) -> None:
    for _ in range(FAILURES_BEFORE_LOCK - 1):
        sign_in(database, WRONG)
    sign_in(database, WRONG, NOON + spread)

    assert (sign_in(database, PASSWORD, NOON + spread) == person_id) is is_in


def test_a_login_that_nobody_has_is_counted_and_locked_alike(database: sa.Engine, person_id: int) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        sign_in(database, WRONG, login="nobody")

    with reading(database) as unit:
        row = unit.connection.execute(sa.select(sign_in_attempt)).one()
    assert row.locked_until == NOON + timedelta(minutes=15)
    assert "nobody" not in row.login_hash


def test_wrong_passwords_sent_all_at_once_are_each_counted(database: sa.Engine, person_id: int) -> None:
    with ThreadPoolExecutor(FAILURES_BEFORE_LOCK) as threads:
        list(threads.map(lambda _: sign_in(database, WRONG), range(FAILURES_BEFORE_LOCK)))

    assert sign_in(database, PASSWORD) is None


def test_a_password_changed_between_try_and_admission_admits_nobody(database: sa.Engine, person_id: int) -> None:
    with reading(database) as unit:
        tried = try_password(unit.session, "mayanqiu", PASSWORD)
    with unit_of_work(database) as unit:
        change_password(unit.session.get_one(Person, person_id), old=PASSWORD, new="another phrase", is_cheap=True)

    with unit_of_work(database) as unit:
        assert admit(unit.session, tried, now=NOON) is None


def test_old_failures_are_forgotten_after_a_day(database: sa.Engine) -> None:
    sign_in(database, WRONG, login="nobody")

    with unit_of_work(database) as unit:
        forget_old_failures(unit.session, now=NOON + timedelta(days=1))
    assert failures(database) == 1
    with unit_of_work(database) as unit:
        forget_old_failures(unit.session, now=NOON + timedelta(days=1, seconds=1))
    assert failures(database) == 0


def test_a_password_is_changed_by_whoever_knows_it_and_ends_every_session(database: sa.Engine, person_id: int) -> None:
    with unit_of_work(database) as unit:
        person = unit.session.get_one(Person, person_id)
        epoch = person.session_epoch
        with pytest.raises(WrongCredentialsError):
            change_password(person, old=WRONG, new="another phrase", is_cheap=True)
        assert person.session_epoch == epoch
        change_password(person, old=PASSWORD, new="another phrase", is_cheap=True)
        assert person.session_epoch == epoch + 1

    assert sign_in(database, "another phrase") == person_id


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("ab" * 5, True),
        ("ab" * 4 + "c", False),
        ("a" * MIN_LENGTH, False),
        ("ab" * (MAX_LENGTH // 2), True),
        ("ab" * (MAX_LENGTH // 2) + "c", False),
    ],
)
def test_a_password_has_ten_to_two_hundred_characters_not_all_the_same(password: str, is_fine: bool) -> None:
    if is_fine:
        assert hash_password(password, is_cheap=True).startswith("$argon2id$")
    else:
        with pytest.raises(PasswordTooWeakError):
            hash_password(password, is_cheap=True)
