"""People who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError
from app.domain.password import NOBODYS_HASH, hash_password, is_right
from app.domain.security_event import EventKind, note
from app.domain.sign_in_attempt import count_failure, forget_failures, is_locked


class Person(Base):
    """One person with an account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(120), unique=True, comment="in lower case")
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(200), server_default="")
    phone: Mapped[str] = mapped_column(sa.String(30), server_default="")
    email_confirmed_at: Mapped[datetime | None] = mapped_column(
        Instant, comment="NULL: nobody has followed a link that was sent there"
    )
    password_hash: Mapped[str] = mapped_column(sa.String(200), comment="'': none has been set yet")
    language: Mapped[str] = mapped_column(sa.String(2), server_default="zh")
    session_epoch: Mapped[int] = mapped_column(server_default="1", comment="moves when every session must end")
    is_active: Mapped[bool]
    registered_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.CheckConstraint("language IN ('zh', 'en')", name="language"),
        sa.CheckConstraint("login = lower(login)", name="login_lower"),
    )


@dataclass(frozen=True, slots=True)
class Try:
    """A password held against an account."""

    login: str
    password_hash: str
    """What it was held against; the password may have been changed since."""
    person_id: int | None
    """None: there is no such open account, or the password is wrong."""


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What a person registers with."""

    login: str
    name: str
    password: str | None
    """None: they set it by a link."""
    email: str = ""
    phone: str = ""
    language: str = "zh"


class LoginTakenError(DomainError):
    """Somebody has that login already."""

    code = "login_taken"

    def __init__(self, login: str) -> None:
        self.login = login
        self.message_zh = f"账号 {login} 已有人使用。"
        self.message_en = f"Somebody has the login {login} already."
        super().__init__(f"login {login!r} is taken")


class WrongCredentialsError(DomainError):
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
        password_hash="" if entry.password is None else hash_password(entry.password, is_cheap=is_cheap),
        session_epoch=1,
        is_active=True,
        registered_at=now,
    )
    session.add(person)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:  # somebody took it since the look above
        raise LoginTakenError(login) from error
    return person


def try_password(session: Session, login: str, password: str) -> Try:
    """Hold a password against an account, or against nobody's, which takes as long.

    Slow on purpose, and writes nothing: outside a write transaction it keeps nobody waiting. `admit` decides.
    """
    login = login.strip().lower()
    person = session.scalar(sa.select(Person).where(Person.login == login, Person.is_active))
    password_hash = person.password_hash if person and person.password_hash else NOBODYS_HASH
    right = is_right(password_hash, password)
    return Try(login, password_hash, person.id if person and person.password_hash and right else None)


def admit(session: Session, tried: Try, *, now: datetime, address: str = "") -> Person | None:
    """The person whose password was right; None for every reason why not.

    A wrong try counts against its login; a locked login admits nobody, right password or not, so that tries sent all at
    once gain nothing. The caller commits either way.
    """
    about = session.scalar(sa.select(Person.id).where(Person.login == tried.login))
    if is_locked(session, tried.login, now=now):
        note(session, EventKind.SIGN_IN_FAILED, by=None, about=about, address=address, now=now, why="locked")
        return None
    person = session.get(Person, tried.person_id) if tried.person_id is not None else None
    if person is None or not person.is_active or person.password_hash != tried.password_hash:
        count_failure(session, tried.login, now=now)
        is_lock = is_locked(session, tried.login, now=now)
        kind = EventKind.LOGIN_LOCKED if is_lock else EventKind.SIGN_IN_FAILED
        note(session, kind, by=None, about=about, address=address, now=now, why="password")
        return None
    forget_failures(session, tried.login)
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
