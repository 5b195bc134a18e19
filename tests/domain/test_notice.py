"""Public notices: number, and five working days to the midnight (A8.6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.notice import Notice, notices, publish_notice
from tests.people import BEGINNING


def test_a_notice_over_national_day_ends_after_five_working_days(world: Any) -> None:
    application = world.apply()
    notice = publish_notice(world.session, application.id, working_days=5, now=datetime(2026, 9, 29, 1, 0, tzinfo=UTC))

    assert notice.ends_at == datetime(2026, 10, 12, 16, 0, tzinfo=UTC)  # 30 Sep, 8, 9, 10 (made up), 12 Oct


def test_notices_are_numbered_by_the_year_and_listed_the_latest_first(world: Any) -> None:
    application = world.apply()
    for now in (BEGINNING, BEGINNING, datetime(2027, 1, 4, 1, 0, tzinfo=UTC)):
        publish_notice(world.session, application.id, working_days=5, now=now)

    assert [one.number for one in notices(world.session)] == [
        "公示〔2027〕1 号",
        "公示〔2026〕2 号",
        "公示〔2026〕1 号",
    ]


def test_the_database_refuses_a_notice_without_a_period(world: Any) -> None:
    publish_notice(world.session, world.apply().id, working_days=5, now=BEGINNING)

    with pytest.raises(IntegrityError, match="ck_notice_period"):
        world.session.execute(sa.update(Notice).values(ends_at=Notice.published_at))
    world.session.rollback()
