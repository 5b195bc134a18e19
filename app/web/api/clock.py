"""The clock of a demo or a test: move it, and what falls due on the way happens."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound

from app.db import unit_of_work
from app.engine.service_jobs import run_due_jobs
from app.engine.timers import fire_due_timers
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import context
from app.web.promotions import tell_promoted

blueprint = ApiBlueprint("api_clock", __name__, url_prefix="/api/v1/clock")

ROUNDS = 1_000
"""More rounds than any demo needs; an endless cycle of timers stops here."""


@blueprint.put("")
@blueprint.arguments(schemas.ClockIn)
@blueprint.response(200, schemas.ClockOut)
@blueprint.problems(404, 409, 422)
def move(given: dict[str, Any]) -> Any:
    """Move a manual clock forward and do all that has fallen due; 404 unless APP_CLOCK=manual."""
    clock, database, runtime = context().clock, context().database, context().runtime
    if not clock.manual:
        raise NotFound
    with unit_of_work(database) as unit:
        clock.set(unit, given["now"])
    fired = 0
    for _ in range(ROUNDS):
        sweeps = (fire_due_timers, run_due_jobs, tell_promoted)
        moved = sum(sweep(database, runtime, now=given["now"]) for sweep in sweeps)
        fired += moved
        if not moved:
            break
    return {"now": given["now"], "fired": fired}
