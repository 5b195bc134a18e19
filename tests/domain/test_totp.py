"""Codes from the phone and recovery codes, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.totp import (
    RECOVERY_CODES,
    STEP_SECONDS,
    RecoveryCode,
    begin_totp,
    confirm_totp,
    has_totp,
    recovery_codes_left,
    remove_totp,
    renew_recovery_codes,
    try_code,
    try_recovery_code,
)
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def person_id(database: sa.Engine) -> int:
    with unit_of_work(database) as unit:
        return people.person(unit.session, "mayanqiu", "马砚秋").id


def secret_of(database: sa.Engine, person_id: int) -> str:
    with unit_of_work(database) as unit:
        return begin_totp(unit.session, person_id, now=NOON).secret


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


@pytest.fixture
def secret(database: sa.Engine, person_id: int) -> str:
    """The secret of a phone that is in force."""
    shared = secret_of(database, person_id)
    with unit_of_work(database) as unit:
        assert confirm_totp(unit.session, person_id, code(shared, NOON), now=NOON)
    return shared


def is_right(database: sa.Engine, person_id: int, given: str, at: datetime = LATER) -> bool:
    with unit_of_work(database) as unit:
        return try_code(unit.session, person_id, given, now=at)


def test_nothing_is_asked_before_the_first_code_was_entered(database: sa.Engine, person_id: int) -> None:
    shared = secret_of(database, person_id)

    assert secret_of(database, person_id) == shared
    with unit_of_work(database) as unit:
        assert not has_totp(unit.session, person_id)
        assert not try_code(unit.session, person_id, code(shared, NOON), now=NOON)
        assert confirm_totp(unit.session, person_id, "000000", now=NOON) is None
        assert not has_totp(unit.session, person_id)


def test_a_code_is_good_for_its_step_and_one_beside_it(database: sa.Engine, person_id: int, secret: str) -> None:
    for steps, expected in ((-2, False), (2, False), (-1, True), (0, True), (1, True)):
        given = code(secret, LATER + timedelta(seconds=steps * STEP_SECONDS))
        assert is_right(database, person_id, given) is expected, steps


def test_a_code_is_good_once_and_so_is_every_earlier_one(database: sa.Engine, person_id: int, secret: str) -> None:
    assert is_right(database, person_id, code(secret, LATER))

    assert not is_right(database, person_id, code(secret, LATER))
    assert not is_right(database, person_id, code(secret, LATER - timedelta(seconds=STEP_SECONDS)))


def test_the_code_that_set_it_up_does_not_sign_in(database: sa.Engine, person_id: int, secret: str) -> None:
    assert not is_right(database, person_id, code(secret, NOON), NOON)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_is_wrong(database: sa.Engine, person_id: int, secret: str, given: str) -> None:
    assert not is_right(database, person_id, given)


def test_a_recovery_code_is_good_once_however_it_is_typed(database: sa.Engine, person_id: int, secret: str) -> None:
    with unit_of_work(database) as unit:
        codes = renew_recovery_codes(unit.session, person_id)
    assert len(set(codes)) == RECOVERY_CODES

    with unit_of_work(database) as unit:
        assert try_recovery_code(unit.session, person_id, codes[0].lower().replace("-", " "), now=LATER)
        assert not try_recovery_code(unit.session, person_id, codes[0], now=LATER)
        assert recovery_codes_left(unit.session, person_id) == RECOVERY_CODES - 1


def test_recovery_codes_are_kept_as_hashes_and_replaced_by_new_ones(
    database: sa.Engine, person_id: int, secret: str
) -> None:
    with unit_of_work(database) as unit:
        old = renew_recovery_codes(unit.session, person_id)
        renew_recovery_codes(unit.session, person_id)

    with unit_of_work(database) as unit:
        kept = set(unit.session.scalars(sa.select(RecoveryCode.code_hash)))
        assert not kept & {one.replace("-", "") for one in old}
        assert not try_recovery_code(unit.session, person_id, old[0], now=LATER)


def test_another_persons_recovery_code_is_wrong(database: sa.Engine, person_id: int, secret: str) -> None:
    with unit_of_work(database) as unit:
        other = people.person(unit.session, "jianlan", "纪安澜").id
        codes = renew_recovery_codes(unit.session, person_id)

        assert not try_recovery_code(unit.session, other, codes[0], now=LATER)


def test_removing_it_forgets_secret_and_recovery_codes(database: sa.Engine, person_id: int, secret: str) -> None:
    with unit_of_work(database) as unit:
        remove_totp(unit.session, person_id)

    with reading(database) as unit:
        assert not has_totp(unit.session, person_id)
        assert recovery_codes_left(unit.session, person_id) == 0
    assert secret_of(database, person_id) != secret
