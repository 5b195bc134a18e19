"""Messages from outside to the case that waits for them."""

from __future__ import annotations

from typing import Any

from app.db import unit_of_work
from app.engine.messages import Message, correlate_message
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, context

blueprint = ApiBlueprint("api_messages", __name__, url_prefix="/api/v1/messages")


@blueprint.post("")
@blueprint.arguments(schemas.MessageIn)
@blueprint.response(200, schemas.ReachedOut)
@blueprint.problems(404, 409, 422)
def correlate(given: dict[str, Any]) -> Any:
    """Deliver a message; 404 when no case waits for it."""
    message = Message(given["name"], given["correlation"], given["payload"])
    with unit_of_work(context().database) as unit:
        now = context().clock.now(unit)
        reached = correlate_message(unit, context().runtime, message, now=now, actor_id=actor().person_id)
    return {"instances": reached}
