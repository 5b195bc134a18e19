"""What an enterprise and a service category have used of their year (A6.2, A3.1).

Both limits are CHECKs of the database, beside the words with which a reserve is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base
from app.domain.book_errors import YearLimitReachedError


class EnterpriseYear(Base):
    """What one enterprise has claimed and used in one year, under the limit of A6.2."""

    __tablename__ = "enterprise_year"
    __table_args__ = (
        sa.CheckConstraint("0 <= claimed_fen AND claimed_fen <= limit_fen", name="claimed_within_limit"),
        sa.CheckConstraint("0 <= used_fen AND used_fen <= limit_fen", name="used_within_limit"),
    )

    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, autoincrement=False)
    policy_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimed_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="reserved, issued and settled")
    used_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="settled")
    limit_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="the limit under which the last reserve was made")


class CategoryUse(Base):
    """What one service category has used of its share of the year's purse (A3.1)."""

    __tablename__ = "category_use"
    __table_args__ = (
        sa.CheckConstraint("0 <= used_fen AND (limit_fen IS NULL OR used_fen <= limit_fen)", name="within_share"),
    )

    policy_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    limit_fen: Mapped[int | None] = mapped_column(sa.BigInteger, comment="NULL: the whole purse is open to it")
    used_fen: Mapped[int] = mapped_column(sa.BigInteger, comment="reserved, issued and settled")


def claimed_fen(session: Session, enterprise_id: int, policy_year: int) -> int:
    """What an enterprise has claimed of its year (A6.2), in fen: reserved, issued and settled."""
    return _enterprise_year(session, enterprise_id, policy_year).claimed_fen


def claim(session: Session, enterprise_id: int, policy_year: int, amount_fen: int, *, limit_fen: int) -> None:
    """Count an amount in an enterprise's year; raise YearLimitReachedError when the limit does not hold it (A6.2)."""
    year = _enterprise_year(session, enterprise_id, policy_year)
    check_claim(session, enterprise_id, policy_year, amount_fen, limit_fen=limit_fen)
    year.limit_fen = limit_fen
    year.claimed_fen += amount_fen
    session.add(year)
    session.flush()


def check_claim(session: Session, enterprise_id: int, policy_year: int, amount_fen: int, *, limit_fen: int) -> None:
    """Raise YearLimitReachedError when an enterprise's year does not hold an amount more (A6.2)."""
    claimed = claimed_fen(session, enterprise_id, policy_year)
    if claimed + amount_fen > limit_fen:
        raise YearLimitReachedError(policy_year, limit_fen, claimed, amount_fen)


def unclaim(session: Session, enterprise_id: int, policy_year: int, amount_fen: int) -> None:
    """Count an amount no longer: it was given back."""
    _enterprise_year(session, enterprise_id, policy_year).claimed_fen -= amount_fen
    session.flush()


def count_used(session: Session, enterprise_id: int, policy_year: int, amount_fen: int) -> None:
    """Count what a settled voucher was worth as used."""
    _enterprise_year(session, enterprise_id, policy_year).used_fen += amount_fen
    session.flush()


def share_left_fen(session: Session, policy_year: int, category: str) -> int | None:
    """What is left of a category's share of the year, in fen; None: the whole purse is open to it."""
    use = _category_use(session, policy_year, category)
    return None if use.limit_fen is None else use.limit_fen - use.used_fen


def count_category(session: Session, policy_year: int, category: str, amount_fen: int) -> None:
    """Count an amount, or with a minus give it back, in a category's year."""
    use = _category_use(session, policy_year, category)
    use.used_fen += amount_fen
    session.add(use)
    session.flush()


def category_used_fen(session: Session, policy_year: int, category: str) -> int:
    """What a category has used of its year, in fen: reserved, issued and settled."""
    return _category_use(session, policy_year, category).used_fen


def set_shares(session: Session, policy_year: int, limits: Mapping[str, int | None]) -> None:
    """Say what categories may use of the year (A3.1); None: the whole purse is open to it."""
    for category, limit_fen in limits.items():
        use = _category_use(session, policy_year, category)
        use.limit_fen = limit_fen
        session.add(use)
    session.flush()


def _enterprise_year(session: Session, enterprise_id: int, policy_year: int) -> EnterpriseYear:
    """The row as it stands now, or a new one that is not yet written; the books' lock keeps others away."""
    session.flush()
    found = session.get(EnterpriseYear, (enterprise_id, policy_year), populate_existing=True)
    return found or EnterpriseYear(
        enterprise_id=enterprise_id, policy_year=policy_year, claimed_fen=0, used_fen=0, limit_fen=0
    )


def _category_use(session: Session, policy_year: int, category: str) -> CategoryUse:
    session.flush()
    found = session.get(CategoryUse, (policy_year, category), populate_existing=True)
    return found or CategoryUse(policy_year=policy_year, category=category, limit_fen=None, used_fen=0)
