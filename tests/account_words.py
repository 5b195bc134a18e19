"""What tests of accounts share: the last link that went out, a page without its tokens, the roles that somebody holds."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from app.db import reading
from app.domain.outbox import OutboxEmail
from app.domain.role_grant import roles_held
from app.web.context import Context

NEW = "another good phrase"
"""A password that somebody chooses by a link."""


def last_link(parts: Context) -> str:
    """The path of the last link that went out."""
    with reading(parts.database) as unit:
        link = unit.session.scalar(
            sa.select(OutboxEmail.link).where(OutboxEmail.is_secret).order_by(OutboxEmail.id.desc()).limit(1)
        )
    return re.sub(r"^https?://[^/]+", "", link or "")


def words(answer: Any) -> str:
    """The page without the tokens of its forms, which change from second to second."""
    return re.sub(r'(csrf.token" (?:value|content))="[^"]*"', r"\1", answer.text)


def held(parts: Context, person_id: int) -> set[str]:
    """The roles that somebody holds now."""
    with reading(parts.database) as unit:
        return {role for role, _ in roles_held(unit.connection, person_id)}
