"""Living a whole year of a programme in one go: from the first working week to the day on which the last case is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.book_check import check_books
from app.domain.ledger import balance
from app.domain.outbox import keep_waiting
from app.domain.person import Person
from app.engine.deployment import deploy_shipped
from app.engine.search_words import catch_up
from app.engine.tables import instance
from app.web.context import Context
from app.web.demo.people import Cast, settle
from app.web.demo.year import Size, Year

ROOT = Path(__file__).resolve().parents[3]
MORNING_UTC = 1
"""Half past nine in Shanghai."""
CLOSED_WITHIN_DAYS = 75
"""By the middle of March everything that began in the year has come to its end."""
OF_CASES = (
    Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING, Account.DEPOSIT_HELD, Account.PAYABLE_AGENCY,
    Account.PAYABLE_ENTERPRISE, Account.SUSPENSE,
)  # fmt: skip
"""What holds money of cases that go on: nothing once all are closed."""


class NotEmptyError(LookupError):
    """A year is lived in a database in which nobody lives yet."""

    def __init__(self, people: int) -> None:
        self.people = people
        super().__init__(f"the database holds {people} people already: take an empty one")


@dataclass(frozen=True, slots=True)
class Lived:
    """What a year came to."""

    tasks: int
    running: int
    """Cases that have not ended."""
    left_fen: dict[str, int]
    """What lies on the accounts of cases that go on, by account; empty once all are closed."""
    failing: list[str]
    """The invariants of the books that do not hold."""
    cast: Cast
    """The demo's people, who lived it."""
    ended_at: datetime
    """The day on which the last case was closed."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left open and the books agree to the fen."""
        return not (self.running or self.left_fen or self.failing)


def live_year(parts: Context, year: int, size: Size, *, seed: int, say: Callable[[str], None]) -> Lived:
    """Live a calendar year and the weeks in which its last cases are closed; a line is said for each month.

    Two years before, a few agencies are certified, so that they renew in it.

    Raises NotEmptyError.
    """
    now = _morning(year - 2, 3)
    with unit_of_work(parts.database) as unit:
        people = unit.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0
        if people:
            raise NotEmptyError(people)
        deploy_shipped(unit, ROOT, parts.known, now=now)
        cast = settle(unit.session, now=now)
        story = Year(unit, parts, cast, year, now=now, size=size, seed=seed)
    tasks = _certify_early(story, now)
    tasks += _live(story, _morning(year, 1), say)
    _settle_arrears(parts, story.desks.now)
    return _outcome(parts, year, tasks, cast, story.desks.now)


def _settle_arrears(parts: Context, now: datetime) -> None:
    """What workers would have done meanwhile: no e-mail of the past is sent, and everything can be found by its words."""
    with unit_of_work(parts.database) as unit:
        keep_waiting(unit.session, now=now)
    found = 1
    while found:
        with unit_of_work(parts.database) as unit:
            found = catch_up(unit)


def _morning(year: int, month: int) -> datetime:
    return datetime(year, month, 4, MORNING_UTC, 30, tzinfo=UTC)


def _certify_early(story: Year, now: datetime) -> int:
    """The weeks of the agencies that will renew; return how many tasks were done."""
    tasks, last = 0, now + timedelta(days=CLOSED_WITHIN_DAYS)
    while now < last and (not tasks or _running(story.parts)):
        now += timedelta(days=1)
        tasks += story.day(now)
    return tasks


def _live(story: Year, now: datetime, say: Callable[[str], None]) -> int:
    """From the first working week to the day on which the last case is closed; return how many tasks were done."""
    parts, year = story.parts, story.policy_year
    with unit_of_work(parts.database) as unit:
        story.open_year(unit, now)
    tasks, last = 0, datetime(year + 1, 1, 1, tzinfo=UTC) + timedelta(days=CLOSED_WITHIN_DAYS)
    while now < last and (now.year == year or _running(parts) or _left_fen(parts, year)):
        now += timedelta(days=1)
        tasks += story.day(now)
        if (now + timedelta(days=1)).month != now.month:
            say(
                f"{now:%Y-%m}: {story.begun} applications for vouchers so far, "
                f"{_running(parts)} cases under way, {tasks} tasks done"
            )
    return tasks


def _running(parts: Context) -> int:
    with reading(parts.database) as unit:
        query = sa.select(sa.func.count()).select_from(instance).where(instance.c.status == "running")
        return int(unit.connection.execute(query).scalar_one())


def _outcome(parts: Context, year: int, tasks: int, cast: Cast, ended_at: datetime) -> Lived:
    with reading(parts.database) as unit:
        figures = [(one.number, figure) for one in check_books(unit.session) for figure in one.figures]
        failing = [
            f"{number} {figure.name} {figure.of}: {figure.found} instead of {figure.expected}"
            for number, figure in figures
            if not figure.holds
        ]
    return Lived(tasks, _running(parts), _left_fen(parts, year), failing, cast, ended_at)


def _left_fen(parts: Context, year: int) -> dict[str, int]:
    with reading(parts.database) as unit:
        held = {str(account): balance(unit.session, account, year) for account in OF_CASES}
    return {account: fen for account, fen in held.items() if fen}
