"""What the API leaves out of a case while its panel is open: who appraises, and what they gave (A8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from app.web.visibility import Sight

PEOPLE = frozenset({"seats", "revisions"})
"""Process data that name experts: the supervisor may read them."""
SCORES = frozenset({"widest_spread", "divergence", "agency_score", "agency_spread", "items"})
"""Process data that tell of scores: nobody may read them before the panel closes."""


def blinded_variables(variables: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """Process data without what is not yet for these eyes."""
    if sight.is_panel_closed:
        return dict(variables)
    hidden = SCORES if sight.is_supervisor else SCORES | PEOPLE
    return {name: value for name, value in variables.items() if name not in hidden}


def blinded_history(events: Iterable[sa.RowMapping], sight: Sight) -> list[Mapping[str, Any]]:
    """The history of a case; steps of the panel stand there without person and figures until it closes."""
    plain: list[Mapping[str, Any]] = [dict(event) for event in events]
    if sight.is_panel_closed:
        return plain
    return [
        {**event, "actor_id": None, "detail": {}} if event["process_key"] == "expert_review" else event
        for event in plain
    ]
