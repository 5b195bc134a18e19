"""Many apply at once through real HTTP: what fits is reserved, the rest waits in order, nobody sees an error (A11.6)."""

from __future__ import annotations

from pathlib import Path

from tests.bench.burst import Burst


def test_of_sixty_that_apply_at_once_exactly_those_whom_the_purse_holds_are_reserved(
    database_url: str, tmp_path: Path
) -> None:
    Burst(database_url, tmp_path, applicants=60, fits=24, clients=8).run()
