"""A small programme's year, lived by its people from the first plan to the last payment: the books close to the fen."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import reading
from app.domain.voucher import Voucher
from app.domain.voucher_application import VoucherApplication
from app.factory import put_together
from app.settings import AppEnv, Settings
from app.web.context import Context
from app.web.demo.lived_year import NotEmptyError, live_year
from app.web.demo.year import Size
from tests.queue_record import recompute, record_of

SMALL = Size(agencies=6, applications=36, first_plan_fen=4_000_000, second_plan_fen=2_000_000)
"""Money for about two thirds: the queue fills in summer and moves when the second plan arrives."""


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
