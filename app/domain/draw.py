"""The draw of a panel: random by a recorded seed, balanced by load, and the same for anybody who draws it again (A8.3).

Order of the pool: experts with fewer open seats come first; among equals the smaller SHA-256 of "seed|person" decides.
The panel is the first `size` of that order; a replacement is the next one who has not been in the panel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import PoolTooSmallError


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert without an interest, with the number of seats that they hold open now."""

    person_id: int
    open_seats: int


def order(pool: Sequence[Candidate], seed: str) -> list[int]:
    """The persons of the pool in the order of the draw."""
    return [one.person_id for one in sorted(pool, key=lambda one: (one.open_seats, _ticket(seed, one.person_id)))]


def draw(pool: Sequence[Candidate], seed: str, size: int) -> list[int]:
    """The panel; raise PoolTooSmallError when the pool cannot fill it."""
    if len(pool) < size:
        raise PoolTooSmallError(size, len(pool))
    return order(pool, seed)[:size]


def _ticket(seed: str, person_id: int) -> str:
    return hashlib.sha256(f"{seed}|{person_id}".encode()).hexdigest()
