"""Fills in the form of a task's page as a browser without scripts would, up to sending."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

FOR_SENDING = ("seen_version", "draft_version", "key")


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def claimed(client: Any, task_id: int) -> str:
    """Claim a task and return its page."""
    assert client.post(f"/tasks/{task_id}/claim").status_code == 302
    page: str = client.get(f"/tasks/{task_id}").text
    return page


def sending(page: str, **given: Any) -> dict[str, Any]:
    """A post of the page's form."""
    return {name: hidden(page, name) for name in FOR_SENDING if f'name="{name}"' in page} | given


def send(client: Any, task_id: int, post: dict[str, Any]) -> Any:
    """Go on to the page before sending, send, and return the page that follows."""
    before = client.post(f"/tasks/{task_id}", data=post, follow_redirects=True)
    assert before.status_code == 200, before.text
    came_from = unescape(hidden(before.text, "back"))
    return client.post(f"/tasks/{task_id}/send", data=sending(before.text, back=came_from), follow_redirects=True)
