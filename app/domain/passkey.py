"""Passkeys: keys on a person's own device by which they sign in without a password (WebAuthn)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError

NAME_MAX_CHARACTERS = 60


class Passkey(Base):
    """One passkey of one person."""

    __tablename__ = "passkey"
    __table_args__ = (
        sa.CheckConstraint("sign_count >= 0", name="sign_count_positive"),
        sa.Index("ix_passkey_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True, comment="base64url, as the device gave it")
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary, comment="COSE")
    sign_count: Mapped[int] = mapped_column(sa.BigInteger, comment="as last seen; 0: the device does not count")
    name: Mapped[str] = mapped_column(sa.String(NAME_MAX_CHARACTERS))
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not used yet")


class PasskeyCopiedError(DomainError):
    """A device's count went back: the key may have been copied, and nobody is let in by it."""

    code = "passkey_copied"
    message_zh = "这个通行密钥的计数倒退了，可能已被复制，不能用于登录。请用密码登录后删除它，再重新添加。"
    message_en = (
        "The count of this passkey went back: it may have been copied. Sign in by password, remove it, add another."
    )

    def __init__(self, passkey_id: int, seen: int, given: int) -> None:
        self.passkey_id, self.seen, self.given = passkey_id, seen, given
        super().__init__(f"passkey {passkey_id}: count {given} after {seen}")


class PasskeyTakenError(DomainError):
    """That key has been added already."""

    code = "passkey_taken"
    message_zh = "这个通行密钥已经添加过。"
    message_en = "This passkey has been added already."


def passkeys_of(session: Session, person_id: int) -> Sequence[Passkey]:
    """A person's passkeys, in the order in which they were added."""
    return session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def passkey_by_credential(session: Session, credential_id: str) -> Passkey | None:
    """The passkey that a device names; None if nobody has it."""
    return session.scalar(sa.select(Passkey).where(Passkey.credential_id == credential_id))


def add_passkey(
    session: Session,
    person_id: int,
    *,
    credential_id: str,
    public_key: bytes,
    sign_count: int,
    name: str,
    now: datetime,
) -> Passkey:
    """Add a passkey; raise PasskeyTakenError."""
    if passkey_by_credential(session, credential_id) is not None:
        raise PasskeyTakenError
    row = Passkey(
        person_id=person_id, credential_id=credential_id, public_key=public_key, sign_count=sign_count,
        name=name[:NAME_MAX_CHARACTERS], made_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def use_passkey(passkey: Passkey, *, sign_count: int, now: datetime) -> None:
    """Note a sign-in; raise PasskeyCopiedError where the device counts and its count did not grow."""
    counts = sign_count > 0 or passkey.sign_count > 0
    if counts and sign_count <= passkey.sign_count:
        raise PasskeyCopiedError(passkey.id, passkey.sign_count, sign_count)
    passkey.sign_count = sign_count
    passkey.used_at = now


def rename_passkey(session: Session, person_id: int, passkey_id: int, name: str) -> bool:
    """Give a passkey of this person another name; False: it is not theirs."""
    found = _own(session, person_id, passkey_id)
    if found is not None and name.strip():
        found.name = name.strip()[:NAME_MAX_CHARACTERS]
    return found is not None


def remove_passkey(session: Session, person_id: int, passkey_id: int) -> bool:
    """Remove a passkey of this person; False: it is not theirs."""
    found = _own(session, person_id, passkey_id)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None


def _own(session: Session, person_id: int, passkey_id: int) -> Passkey | None:
    return session.scalar(sa.select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id))
