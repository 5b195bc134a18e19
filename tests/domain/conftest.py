"""A settled world in one open transaction, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.domain.certification import CertificationApplication, ItemEntry, open_application
from tests.people import BEGINNING, settle


@dataclass
class World:
    """Everybody settled, and verbs to get to where a rule counts."""

    session: Session
    cast: dict[str, int]

    def apply(
        self,
        *,
        items: int = 2,
        categories: tuple[str, ...] = ("credit",),
        firm: str = "agency_firm",
        number: str = "2026-00001",
    ) -> CertificationApplication:
        """An application with so many items of the first category."""
        entries = [
            ItemEntry(f"项目{one}", categories[0], "建立信用档案。", 360_000, "交付报告一份。")
            for one in range(1, items + 1)
        ]
        return open_application(
            self.session, self.cast[firm], case_number=number, categories=categories, items=entries,
            submitted_by=self.cast["agency"], now=BEGINNING,
        )  # fmt: skip


@pytest.fixture
def world(database: sa.Engine) -> Iterator[World]:
    """The world of one test; nothing of it outlives the test's own database."""
    with unit_of_work(database) as unit:
        yield World(unit.session, settle(unit.session))
