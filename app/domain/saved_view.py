"""Saved views of the inbox: a view with a query and an order under a name, one's own or shared with a role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError

NAME_MAX_CHARACTERS = 40
OWN_MAX = 20
"""How many views one person keeps; each is counted on every page of the inbox."""


class SavedView(Base):
    """One saved view."""

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name="name"),
        sa.Index(
            "uq_saved_view_own", "owner_id", "name", unique=True,
            sqlite_where=sa.text("role IS NULL"), postgresql_where=sa.text("role IS NULL"),
        ),
        sa.Index(
            "uq_saved_view_role", "role", "name", unique=True,
            sqlite_where=sa.text("role IS NOT NULL"), postgresql_where=sa.text("role IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str | None] = mapped_column(sa.String(16), comment="NULL: the owner's alone; else everybody's with it")
    name: Mapped[str] = mapped_column(sa.String(NAME_MAX_CHARACTERS))
    view: Mapped[str] = mapped_column(sa.String(16))
    query: Mapped[str] = mapped_column(sa.String(300), server_default="")
    sort: Mapped[str] = mapped_column(sa.String(16), server_default="", comment="'' for the view's own order")
    saved_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class SavedViewEntry:
    """What is kept of a list under a name."""

    name: str
    view: str
    query: str
    sort: str = ""
    role: str | None = None


class ViewNameTakenError(DomainError):
    """Names of views differ, within a person's own and within a role's."""

    code = "view_name_taken"

    def __init__(self, name: str) -> None:
        self.name = name
        self.message_zh = f"已有名为“{name}”的视图。请换一个名称。"
        self.message_en = f"There is a view named “{name}” already. Choose another name."
        super().__init__(f"a view named {name!r} exists")


class TooManyViewsError(DomainError):
    """A person keeps a bounded number of views."""

    code = "too_many_views"

    def __init__(self, bound: int) -> None:
        self.bound = bound
        self.message_zh = f"最多保存 {bound} 个视图。请先删除不用的。"
        self.message_en = f"At most {bound} views are kept. Delete one that you no longer need."
        super().__init__(f"a person keeps at most {bound} views")


def save_view(session: Session, owner_id: int, entry: SavedViewEntry, *, now: datetime) -> SavedView:
    """Keep a list under a name; raise ViewNameTakenError, TooManyViewsError."""
    kept = session.scalar(sa.select(sa.func.count()).where(SavedView.owner_id == owner_id))
    if (kept or 0) >= OWN_MAX:
        raise TooManyViewsError(OWN_MAX)
    _check_name(session, owner_id, entry.role, entry.name)
    made = SavedView(
        owner_id=owner_id, role=entry.role, name=entry.name, view=entry.view, query=entry.query, sort=entry.sort,
        saved_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def rename_view(session: Session, view: SavedView, name: str) -> None:
    """Give a view another name; raise ViewNameTakenError."""
    if name != view.name:
        _check_name(session, view.owner_id, view.role, name)
        view.name = name
        session.flush()


def views_of(session: Session, person_id: int, roles: Collection[str]) -> list[SavedView]:
    """The person's own views, then those shared with their roles."""
    query = sa.select(SavedView).where(
        sa.or_(
            sa.and_(SavedView.role.is_(None), SavedView.owner_id == person_id), SavedView.role.in_(sorted(roles))
        )
    )  # fmt: skip
    own_first = sa.case((SavedView.role.is_(None), ""), else_=SavedView.role)
    return list(session.scalars(query.order_by(own_first, SavedView.name, SavedView.id)))


def _check_name(session: Session, owner_id: int, role: str | None, name: str) -> None:
    among = SavedView.role == role if role else sa.and_(SavedView.role.is_(None), SavedView.owner_id == owner_id)
    if session.scalar(sa.select(SavedView.id).where(among, SavedView.name == name)) is not None:
        raise ViewNameTakenError(name)
