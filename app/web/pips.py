"""One labelled pip for each seat of a panel: how far each expert is, never what they think."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from app.domain.certification import CertificationApplication
from app.domain.panel import Panel, PanelSeat


@dataclass(frozen=True, slots=True)
class Pip:
    """One seat."""

    place: int
    state: str
    """`done`, `part`, `late`, `out`; "" for not begun."""
    words: str


def pips_of(connection: sa.Connection, numbers: Sequence[str], *, now: datetime) -> dict[str, list[Pip]]:
    """The seats of the panels of cases, by case number; for the office alone. One query."""
    if not numbers:
        return {}
    rows = connection.execute(
        sa.select(CertificationApplication.case_number, PanelSeat.place, PanelSeat.status, PanelSeat.due_at)
        .join(Panel, Panel.application_id == CertificationApplication.id)
        .join(PanelSeat, PanelSeat.panel_id == Panel.id)
        .where(CertificationApplication.case_number.in_(numbers))
        .order_by(PanelSeat.place, PanelSeat.id)
    )
    found: dict[str, list[Pip]] = {}
    for row in rows:
        found.setdefault(row.case_number, []).append(_pip(row, now))
    return found


def _pip(seat: Any, now: datetime) -> Pip:
    state = {"scored": "done", "declared": "part", "replaced": "out"}.get(seat.status, "")
    if state in ("", "part") and seat.due_at <= now:
        state = "late"
    words = {
        "done": gettext("expert %(place)d has scored", place=seat.place),
        "part": gettext("expert %(place)d is scoring", place=seat.place),
        "late": gettext("expert %(place)d is late", place=seat.place),
        "out": gettext("expert %(place)d was replaced", place=seat.place),
    }
    return Pip(seat.place, state, words.get(state) or gettext("expert %(place)d has not begun", place=seat.place))
