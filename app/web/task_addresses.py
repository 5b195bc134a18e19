"""Where a reader came from and goes back to; only addresses of ours are followed."""

from __future__ import annotations

from flask import request, url_for

from app.web.sign_in import inside


def back() -> str:
    """The list that the reader came from; else the inbox."""
    return inside(request.values.get("back")) or url_for("inbox.show")


def here(task_id: int) -> str:
    """The page that the reader acted on; else the task's own."""
    return inside(request.form.get("here")) or url_for("tasks.show", task_id=task_id)
