"""People who sign in, and the locks that guessing at their password sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.password import NOBODYS_HASH, hash_password, is_right

FAILURES_BEFORE_LOCK = 5
LOCK_LASTS = timedelta(minutes=15)


class Person(Base):
    """One person with an account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(120), unique=True, comment="in lower case")
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(200), server_default="")
    phone: Mapped[str] = mapped_column(sa.String(30), server_default="")
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2), server_default="zh")
    session_epoch: Mapped[int] = mapped_column(server_default="1", comment="moves when every session must end")
    is_active: Mapped[bool] = mapped_column(server_default=sa.true())
    registered_at: Mapped[datetime] = mapped_column(Instant)
    failed_count: Mapped[int] = mapped_column(server_default="0", comment="wrong passwords since the last right one")
    locked_until: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not locked")

    __table_args__ = (
        sa.CheckConstraint("language IN ('zh', 'en')", name="language"),
        sa.CheckConstraint("login = lower(login)", name="login_lower"),
    )


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What a person registers with."""

    login: str
    name: str
    password: str
    email: str = ""
    phone: str = ""
    language: str = "zh"


class LoginTakenError(Exception):
    """Somebody has that login already."""

    code = "login_taken"

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"login {login!r} is taken")


class WrongCredentialsError(Exception):
    """Unknown account, wrong password, locked or closed: the answer never says which."""

    code = "wrong_credentials"


def register_person(session: Session, entry: PersonEntry, *, now: datetime, is_cheap: bool = False) -> Person:
    """Make an account; raise LoginTakenError, PasswordTooWeakError."""
    login = entry.login.strip().lower()
    if session.scalar(sa.select(Person.id).where(Person.login == login)) is not None:
        raise LoginTakenError(login)
    person = Person(
        login=login,
        name=entry.name,
        email=entry.email,
        phone=entry.phone,
        language=entry.language,
        password_hash=hash_password(entry.password, is_cheap=is_cheap),
        session_epoch=1,
        is_active=True,
        failed_count=0,
        registered_at=now,
    )
    session.add(person)
    session.flush()
    return person


def check_credentials(session: Session, login: str, password: str, *, now: datetime) -> Person | None:
    """The person whose password this is; None for every reason why not.

    A wrong password counts; five in a row lock the account for fifteen minutes, right password or not. The caller
    commits either way, so that failures are counted.
    """
    person = session.scalar(sa.select(Person).where(Person.login == login.strip().lower()).with_for_update())
    right = is_right(person.password_hash if person else NOBODYS_HASH, password)
    if person is None or not person.is_active or _is_locked(person, now):
        return None
    if not right:
        _count_failure(person, now)
        return None
    person.failed_count, person.locked_until = 0, None
    return person


def change_password(person: Person, *, old: str, new: str, is_cheap: bool = False) -> None:
    """Set a new password and end every session; raise WrongCredentialsError, PasswordTooWeakError."""
    if not is_right(person.password_hash, old):
        raise WrongCredentialsError
    person.password_hash = hash_password(new, is_cheap=is_cheap)
    end_all_sessions(person)


def end_all_sessions(person: Person) -> None:
    """Make every session of the person worthless, on every device."""
    person.session_epoch += 1


def _is_locked(person: Person, now: datetime) -> bool:
    return person.locked_until is not None and now < person.locked_until


def _count_failure(person: Person, now: datetime) -> None:
    person.failed_count += 1
    if person.failed_count >= FAILURES_BEFORE_LOCK:
        person.failed_count, person.locked_until = 0, now + LOCK_LASTS
