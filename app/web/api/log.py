"""The chained decision log: its head, and the events from a point on."""

from __future__ import annotations

from typing import Any

from app.db import reading
from app.engine import history
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import context

blueprint = ApiBlueprint("api_log", __name__, url_prefix="/api/v1/log")


@blueprint.get("/head")
@blueprint.response(200, schemas.LogHeadOut)
@blueprint.problems()
def show_head() -> Any:
    """How many cases and events there are, and one hash over the heads of all their chains."""
    with reading(context().database) as unit:
        return history.head(unit.connection)
