"""The audit of accounts, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.person import admit, try_password
from app.domain.security_event import (
    SAME_REFUSAL_WITHIN,
    EventKind,
    SecurityEvent,
    events,
    network_of,
    note,
    note_refusal,
)
from app.domain.sign_in_attempt import FAILURES_BEFORE_LOCK
from tests import people

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def person_id(database: sa.Engine) -> int:
    with unit_of_work(database) as unit:
        return people.person(unit.session, "mayanqiu", "马砚秋").id


def kinds(database: sa.Engine) -> list[str]:
    with reading(database) as unit:
        return list(unit.session.scalars(sa.select(SecurityEvent.kind).order_by(SecurityEvent.id)))


@pytest.mark.parametrize("statement", [sa.update(SecurityEvent).values(kind="signed_in"), sa.delete(SecurityEvent)])
def test_the_database_refuses_to_change_or_delete_an_event(
    database: sa.Engine, person_id: int, statement: sa.UpdateBase
) -> None:
    with unit_of_work(database) as unit:
        note(unit.session, EventKind.SIGNED_OUT, by=person_id, about=person_id, now=NOON)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), unit_of_work(database) as unit:
        unit.connection.execute(statement)
    assert kinds(database) == ["signed_out"]


def test_wrong_passwords_and_the_lock_are_written_down(database: sa.Engine, person_id: int) -> None:
    for login in ("mayanqiu", "nobody"):
        for _ in range(FAILURES_BEFORE_LOCK):
            with reading(database) as unit:
                tried = try_password(unit.session, login, "wrong password")
            with unit_of_work(database) as unit:
                admit(unit.session, tried, now=NOON, address="203.0.113.0/24")

    with reading(database) as unit:
        rows = unit.session.scalars(sa.select(SecurityEvent).order_by(SecurityEvent.id)).all()
    assert [row.kind for row in rows] == (["sign_in_failed"] * (FAILURES_BEFORE_LOCK - 1) + ["login_locked"]) * 2
    assert {row.person_id for row in rows} == {person_id, None}
    assert "nobody" not in str([row.detail for row in rows])


@pytest.mark.parametrize(("after", "rows"), [(SAME_REFUSAL_WITHIN - timedelta(seconds=1), 1), (SAME_REFUSAL_WITHIN, 2)])
def test_the_same_refusal_is_written_down_once_a_minute(
    database: sa.Engine, person_id: int, after: timedelta, rows: int
) -> None:
    for at in (NOON, NOON + after):
        with unit_of_work(database) as unit:
            note_refusal(unit.session, person_id, endpoint="accounts.show", method="GET", address="", now=at)

    assert kinds(database) == ["refused"] * rows


def test_events_are_found_by_person_kind_and_time(database: sa.Engine, person_id: int) -> None:
    with unit_of_work(database) as unit:
        other = people.person(unit.session, "jianlan", "纪安澜").id
        for minutes, about in ((0, person_id), (1, other), (2, person_id)):
            at = NOON + timedelta(minutes=minutes)
            note(unit.session, EventKind.SIGNED_OUT, by=about, about=about, now=at)

    with reading(database) as unit:

        def ids(**asked: object) -> list[int | None]:
            return [one.person_id for one in events(unit.session, [EventKind.SIGNED_OUT], **asked)]  # type: ignore[arg-type]

        assert ids() == [person_id, other, person_id]
        assert ids(people=[other]) == [other]
        assert ids(since=NOON + timedelta(minutes=1)) == [person_id, other]
        assert ids(until=NOON + timedelta(minutes=1)) == [person_id]
        assert ids(limit=1) == [person_id]
        assert [one.kind for one in events(unit.session, [EventKind.SIGNED_IN])] == []


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        (None, ""),
        ("unix", ""),
    ],
)
def test_an_address_is_kept_without_its_last_part(address: str | None, network: str) -> None:
    assert network_of(address) == network
