"""The queue: who is reserved next, whoever comes and goes; and that anybody can recompute it (A11.6, A11.7, A6.2, A6.3, A3.1)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.domain import purse, voucher_queue, year_use
from app.domain.queue_entry import QueueEntry, QueueMove
from app.domain.queue_record import (
    latest_moves,
    moves_of,
    moves_with,
    past_years,
    people_before,
    untold_cases,
    waiting_entries,
    why_it_went,
)
from app.domain.voucher_queue import Place
from tests.books import NOON, YEAR, fill_purse, firms
from tests.queue_record import recompute, record_of


class Queue:
    """A purse, an agency, enough enterprises, and applications by their ticket."""

    def __init__(self, session: Any, purse_fen: int, enterprises: int = 12) -> None:
        self.session = session
        self.plans = 0
        self.agency_id, self.enterprises = firms(session, enterprises=enterprises)
        if purse_fen:
            self.arrive(purse_fen)

    def arrive(self, amount_fen: int) -> list[str]:
        """Money comes into the purse; who is promoted."""
        self.plans += 1
        fill_purse(self.session, amount_fen, key=f"plan:{self.plans}")
        return voucher_queue.promote(self.session, YEAR, now=NOON, cause="A3.2")

    def join(self, ticket: int, wanted_fen: int = 100_000, **changed: Any) -> QueueEntry:
        """An application joins; its case is numbered like its ticket, its enterprise is its own."""
        given: dict[str, Any] = {
            "case_number": f"2026-{ticket:05d}", "enterprise_id": self.enterprises[ticket % len(self.enterprises)],
            "agency_id": self.agency_id, "policy_year": YEAR, "ticket": ticket, "category": "credit", "is_priority": False,
            "accepts_smaller": False, "wanted_fen": wanted_fen, "smallest_fen": 100, "year_limit_fen": 500_000,
        }  # fmt: skip
        return voucher_queue.join(self.session, Place(**given | changed), now=NOON)

    def leave(self, ticket: int) -> list[str]:
        """An application goes."""
        return voucher_queue.leave(self.session, f"2026-{ticket:05d}", cause="A9.2", now=NOON)

    def states(self) -> list[str]:
        """How the applications stand, by ticket."""
        return list(self.session.scalars(sa.select(QueueEntry.state).order_by(QueueEntry.ticket)))

    def record(self) -> list[dict[str, Any]]:
        """The public record."""
        return record_of(self.session, YEAR)

    def check(self) -> None:
        """The reservations of the queue are those of the books and those that anybody recomputes."""
        held = self.session.execute(
            sa.select(QueueEntry.receipt, QueueEntry.reserved_fen).where(QueueEntry.state == "reserved")
        )
        assert recompute.recompute(self.record()) == {row.receipt: row.reserved_fen for row in held}


@pytest.fixture
def session(world: Any) -> Any:
    return world.session


def test_who_comes_first_is_reserved_until_the_purse_is_empty_and_the_rest_waits(session: Any) -> None:
    queue = Queue(session, 250_000)
    for ticket in (1, 2, 3, 4):
        queue.join(ticket)

    assert queue.states() == ["reserved", "reserved", "waiting", "waiting"]
    assert purse.available_fen(session, YEAR) == 50_000
    assert [one.ticket for one in waiting_entries(session, YEAR)] == [3, 4]
    queue.check()


def test_nobody_small_overtakes_a_head_that_does_not_fit(session: Any) -> None:
    queue = Queue(session, 50_000)
    queue.join(1, 100_000)
    queue.join(2, 10_000)

    assert queue.states() == ["waiting", "waiting"]
    queue.check()


def test_what_is_released_goes_to_the_next_in_order_at_once(session: Any) -> None:
    queue = Queue(session, 200_000)
    for ticket in (1, 2, 3, 4):
        queue.join(ticket)

    assert queue.leave(1) == ["2026-00003"]
    assert queue.states() == ["left", "reserved", "reserved", "waiting"]
    assert untold_cases(session) == [("2026-00003", 100_000)]
    queue.check()


def test_money_that_arrives_promotes_as_many_as_it_holds(session: Any) -> None:
    queue = Queue(session, 0)
    for ticket in (1, 2, 3):
        queue.join(ticket)

    assert queue.arrive(230_000) == ["2026-00001", "2026-00002"]
    queue.check()


def test_priority_goes_ahead_of_the_others_and_among_equals_submission_decides(session: Any) -> None:
    queue = Queue(session, 0)
    for ticket, is_priority in ((3, False), (2, True), (1, False), (4, True)):
        queue.join(ticket, is_priority=is_priority)

    assert [one.ticket for one in waiting_entries(session, YEAR)] == [2, 4, 1, 3]
    assert [people_before(session, one) for one in waiting_entries(session, YEAR)] == [0, 1, 2, 3]
    assert queue.arrive(300_000) == ["2026-00002", "2026-00004", "2026-00001"]
    queue.check()


def test_a_head_that_accepts_less_takes_what_is_left_down_to_the_smallest_voucher(session: Any) -> None:
    queue = Queue(session, 30_000)

    assert queue.join(1, accepts_smaller=True).reserved_fen == 30_000
    queue.arrive(99)
    assert queue.join(2, accepts_smaller=True).state == "waiting"  # 0.99 yuan is below 1.00 (A6.3)
    queue.arrive(1)
    assert queue.states() == ["reserved", "reserved"]
    queue.check()


def test_the_year_of_an_enterprise_cuts_what_waits_and_drops_what_is_nothing(session: Any) -> None:
    queue = Queue(session, 400_000)
    queue.join(1, 300_000, enterprise_id=queue.enterprises[0])
    queue.join(2, 300_000, enterprise_id=queue.enterprises[0])  # its year leaves 200,000 now
    queue.join(3, 300_000, enterprise_id=queue.enterprises[0])
    queue.arrive(150_000)

    assert queue.states() == ["reserved", "reserved", "left"]
    assert [one.cause for one in latest_moves(session, YEAR, limit=1)] == ["A6.2"]
    assert untold_cases(session) == [("2026-00002", 200_000), ("2026-00003", 0)]
    queue.check()


def test_a_share_that_is_used_up_lets_other_categories_pass_and_an_empty_purse_nobody(session: Any) -> None:
    queue = Queue(session, 300_000)
    year_use.set_shares(session, YEAR, {"credit": 100_000})
    queue.join(1)
    queue.join(2)
    queue.join(3, 50_000)  # of the same category: behind 2, whatever it fits
    queue.join(4, category="legal")
    queue.join(5, category="legal")
    queue.join(6, category="legal")

    assert queue.states() == ["reserved", "waiting", "waiting", "reserved", "reserved", "waiting"]
    queue.check()


def test_whoever_joins_twice_keeps_one_place(session: Any) -> None:
    queue = Queue(session, 0)

    assert queue.join(1).receipt == queue.join(1).receipt
    assert len(moves_of(session, YEAR)) == 1


def test_a_lower_grant_promotes_the_next(session: Any) -> None:
    queue = Queue(session, 150_000)
    queue.join(1)
    queue.join(2, 80_000)

    promoted = voucher_queue.lower(session, "2026-00001", 70_000, cause="A9.2", now=NOON)

    assert promoted == ["2026-00002"]
    queue.check()


def test_a_receipt_finds_its_own_moves_and_names_nobody(session: Any) -> None:
    queue = Queue(session, 150_000)
    entry = queue.join(1)

    assert [one.kind for one in moves_with(session, entry.receipt)] == ["joined", "reserved"]
    assert moves_with(session, "R-0000-0000-0000") == []
    assert "2026-00001" not in str(queue.record())


def test_the_public_record_is_never_changed(session: Any) -> None:
    Queue(session, 0).join(1)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.update(QueueMove).values(cause="A6.2"))
    session.rollback()


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [("reserved", "amount_fen", 99_999), ("joined", "ticket", 9), ("money", "available_fen", 500_000)],
)
def test_a_record_that_was_touched_up_does_not_recompute(session: Any, kind: str, field: str, value: int) -> None:
    queue = Queue(session, 100_000)
    for ticket in (1, 2, 3):
        queue.join(ticket)
    queue.arrive(120_000)
    record = queue.record()
    next(one for one in record if one["kind"] == kind and one["receipt"] != record[0]["receipt"])["figures"][field] = (
        value
    )

    with pytest.raises(recompute.MismatchError):
        recompute.recompute(record)


NEW_YEAR_EVE = datetime(YEAR, 12, 31, 15, 59, tzinfo=UTC)
"""A minute before midnight in Shanghai."""


def test_whoever_still_waits_when_the_year_is_over_goes_and_the_record_says_why(session: Any) -> None:
    queue = Queue(session, 150_000)
    for ticket in (1, 2, 3):
        queue.join(ticket)
    assert queue.states() == ["reserved", "waiting", "waiting"]

    voucher_queue.close_years(session, now=NEW_YEAR_EVE)
    assert queue.states() == ["reserved", "waiting", "waiting"]
    assert not past_years(session, now=NEW_YEAR_EVE)
    assert past_years(session, now=NEW_YEAR_EVE + timedelta(minutes=1))
    voucher_queue.close_years(session, now=NEW_YEAR_EVE + timedelta(minutes=1))

    assert queue.states() == ["reserved", "left", "left"]
    assert why_it_went(session, "2026-00002") == "A11.10"
    assert why_it_went(session, "2026-00001") is None
    assert [number for number, _ in untold_cases(session)] == ["2026-00002", "2026-00003"]
    queue.check()


def test_money_that_is_freed_in_the_next_year_is_promised_to_nobody(session: Any) -> None:
    queue = Queue(session, 100_000)
    queue.join(1)
    queue.join(2)

    freed = voucher_queue.leave(session, "2026-00001", cause="A9.3", now=NEW_YEAR_EVE + timedelta(days=9))

    assert freed == []
    assert queue.states() == ["left", "left"]
    queue.check()


@pytest.mark.parametrize("seed", range(4))
def test_any_course_of_joining_leaving_and_money_can_be_recomputed(session: Any, seed: int) -> None:
    chance = random.Random(seed)
    queue, tickets = Queue(session, 300_000), list(range(1, 31))
    chance.shuffle(tickets)
    joined: list[int] = []
    for ticket in tickets:
        queue.join(
            ticket, chance.randrange(100, 300_000), is_priority=chance.random() < 0.3,
            accepts_smaller=chance.random() < 0.4, category=chance.choice(["credit", "legal"]),
        )  # fmt: skip
        joined.append(ticket)
        if chance.random() < 0.3:
            queue.leave(chance.choice(joined))
        if chance.random() < 0.3:
            queue.arrive(chance.randrange(100, 200_000))

    queue.check()
