"""A small programme's year, lived by its people from the first plan to the last payment: the books close to the fen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.outbox import OutboxEmail
from app.domain.voucher import Voucher
from app.domain.voucher_application import VoucherApplication
from app.engine.tables import user_task
from app.factory import put_together
from app.settings import AppEnv, Settings
from app.web.context import Context
from app.web.demo import seed_with_year
from app.web.demo.lived_year import NotEmptyError, live_year
from app.web.demo.seed import tell_present
from app.web.demo.whole import closed_year
from app.web.demo.year import Size
from tests.queue_record import recompute, record_of

SMALL = Size(agencies=6, applications=36, first_plan_fen=4_000_000, second_plan_fen=2_000_000)
"""Money for about two thirds: the queue fills in summer and moves when the second plan arrives."""
PRESENT = datetime(2027, 6, 8, 4, tzinfo=UTC)


@pytest.fixture
def parts(database_url: str, tmp_path: Path) -> Context:
    settings = Settings(
        env=AppEnv.TEST, database_url=database_url, storage_url=f"file://{tmp_path}/files", clock="manual",
        instance_dir=tmp_path,
    )  # fmt: skip
    return put_together(settings)


def test_a_year_is_lived_and_its_books_close_to_the_fen(parts: Context) -> None:
    said: list[str] = []

    lived = live_year(parts, 2026, SMALL, seed=7, say=said.append)

    assert lived.failing == []
    assert lived.left_fen == {}
    assert lived.running == 0
    assert len(said) >= 12
    with reading(parts.database) as unit:
        applications = unit.session.scalar(sa.select(sa.func.count()).select_from(VoucherApplication))
        used = unit.session.scalar(sa.select(sa.func.count()).where(Voucher.state == "used"))
        moves = record_of(unit.session, 2026)
    assert applications == SMALL.applications
    assert used is not None
    assert used > SMALL.applications // 2
    assert {"joined", "reserved", "left"} <= {one["kind"] for one in moves}
    assert sum(recompute.recompute(moves).values()) > 0
    with pytest.raises(NotEmptyError):
        live_year(parts, 2027, SMALL, seed=7, say=said.append)
    assert not seed_with_year(parts, SMALL, now=PRESENT, say=said.append)
    tell_present(parts, lived.cast, now=PRESENT)
    with reading(parts.database) as unit:
        waits = set(unit.connection.scalars(sa.select(user_task.c.element_id).where(user_task.c.status == "open")))
        lingering = unit.session.scalar(
            sa.select(sa.func.count()).where(OutboxEmail.created_at < lived.ended_at, OutboxEmail.status != "kept")
        )
    assert {"first_review", "confirm_contract", "score_application"} <= waits
    assert lingering == 0


@pytest.mark.parametrize(
    ("now", "year"), [("2026-11-24", 2025), ("2026-04-21", 2025), ("2026-04-20", 2024), ("2027-01-05", 2025)]
)
def test_the_demo_lives_the_last_year_that_was_closed_before_its_story_begins(now: str, year: int) -> None:
    assert closed_year(datetime.fromisoformat(f"{now}T04:00:00+00:00")) == year
