"""What somebody sent after their sign-in had run out: kept until they sign in again, so that nothing typed is lost.

Only for a person whose cookie, signed by us, has timed out; one post a person, the latest; nobody else ever reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json

KEPT_FOR = timedelta(days=2)
FIELDS_MAX = 2_000
CHARACTERS_MAX = 500_000


class KeptPost(Base):
    """The latest post of a person that met the sign-in page."""

    __tablename__ = "kept_post"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    path: Mapped[str] = mapped_column(sa.String(200), comment="where it was sent")
    fields: Mapped[list[list[str]]] = mapped_column(Json, comment="names with texts, in order")
    files: Mapped[dict[str, list[dict[str, str]]]] = mapped_column(Json, comment="stored files by the control's name")
    kept_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class SentTooLate:
    """A post as it came: where to, its texts, its files already stored."""

    path: str
    fields: Sequence[tuple[str, str]]
    files: Mapping[str, Sequence[Mapping[str, str]]]


def keep_post(session: Session, person_id: int, sent: SentTooLate, *, now: datetime) -> bool:
    """Keep a post in place of an earlier one; return whether it was small enough to be kept."""
    if len(sent.fields) > FIELDS_MAX or sum(len(text) for _, text in sent.fields) > CHARACTERS_MAX:
        return False
    values: dict[str, Any] = {
        "path": sent.path,
        "fields": [list(one) for one in sent.fields],
        "files": {name: [dict(one) for one in files] for name, files in sent.files.items()},
        "kept_at": now,
    }
    found = session.get(KeptPost, person_id)
    if found is None:
        session.add(KeptPost(person_id=person_id, **values))
    else:
        for name, value in values.items():
            setattr(found, name, value)
    session.flush()
    return True


def kept_post_of(session: Session, person_id: int, *, now: datetime) -> KeptPost | None:
    """The person's kept post; None if there is none, or it is too old."""
    found = session.get(KeptPost, person_id)
    return found if found is not None and now - found.kept_at <= KEPT_FOR else None
