"""Passkeys and what their count says, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.passkey import (
    PasskeyCopiedError,
    PasskeyTakenError,
    add_passkey,
    passkeys_of,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def ids(database: sa.Engine) -> tuple[int, int]:
    """Two people; the first has a passkey with the count 5."""
    with unit_of_work(database) as unit:
        one = people.person(unit.session, "mayanqiu", "马砚秋").id
        two = people.person(unit.session, "jianlan", "纪安澜").id
        add(unit, one, "key-1", 5)
        return one, two


def add(unit: object, person_id: int, credential_id: str, sign_count: int) -> int:
    made = add_passkey(
        unit.session, person_id, credential_id=credential_id, public_key=b"cose", sign_count=sign_count, name="手机", now=NOON  # type: ignore[attr-defined]
    )  # fmt: skip
    return made.id


@pytest.mark.parametrize(
    ("seen", "given", "is_fine"),
    [(5, 4, False), (5, 5, False), (5, 6, True), (5, 0, False), (0, 0, True), (0, 1, True)],
)
def test_a_count_that_does_not_grow_lets_nobody_in(
    database: sa.Engine, ids: tuple[int, int], seen: int, given: int, is_fine: bool
) -> None:
    with unit_of_work(database) as unit:
        (passkey,) = passkeys_of(unit.session, ids[0])
        passkey.sign_count = seen
        if is_fine:
            use_passkey(passkey, sign_count=given, now=NOON)
            assert (passkey.sign_count, passkey.used_at) == (given, NOON)
        else:
            with pytest.raises(PasskeyCopiedError):
                use_passkey(passkey, sign_count=given, now=NOON)
            assert (passkey.sign_count, passkey.used_at) == (seen, None)


def test_a_key_belongs_to_one_person(database: sa.Engine, ids: tuple[int, int]) -> None:
    for person_id in ids:
        with pytest.raises(PasskeyTakenError), unit_of_work(database) as unit:
            add(unit, person_id, "key-1", 0)


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(database: sa.Engine, ids: tuple[int, int]) -> None:
    one, two = ids
    with unit_of_work(database) as unit:
        (passkey,) = passkeys_of(unit.session, one)
        assert not rename_passkey(unit.session, two, passkey.id, "我的")
        assert not remove_passkey(unit.session, two, passkey.id)
        assert rename_passkey(unit.session, one, passkey.id, f" {'长' * 70} ")
        assert passkey.name == "长" * 60
        assert rename_passkey(unit.session, one, passkey.id, "  ")
        assert passkey.name == "长" * 60
        assert remove_passkey(unit.session, one, passkey.id)

    with reading(database) as unit:
        assert passkeys_of(unit.session, one) == []
