"""The public record of the queue as anybody reads it, and the published script that recomputes it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.domain.queue_record import moves_of

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("recompute", ROOT / "docs/queue/recompute.py")
assert _spec is not None
assert _spec.loader is not None
recompute = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(recompute)


def record_of(session: Session, policy_year: int) -> list[dict[str, Any]]:
    """Every move of a year as it is published."""
    return [
        {"number": one.number, "kind": one.kind, "receipt": one.receipt, "cause": one.cause, "figures": one.figures}
        for one in moves_of(session, policy_year, limit=100_000)
    ]
