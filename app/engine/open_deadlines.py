"""The deadlines of open user tasks, as they were fixed when the tasks began."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.engine.tables import instance, user_task


def open_deadlines(connection: sa.Connection) -> Sequence[sa.RowMapping]:
    """Every open user task that is due some time, the earliest first: case, titles, begun, due."""
    query = (
        sa.select(
            instance.c.business_key, user_task.c.title_zh, user_task.c.title_en, user_task.c.created_at,
            user_task.c.due_at,
        )
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(user_task.c.status == "open", user_task.c.due_at.is_not(None))
        .order_by(user_task.c.due_at, user_task.c.id)
    )  # fmt: skip
    return connection.execute(query).mappings().all()
