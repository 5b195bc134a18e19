"""One-time codes from a phone (TOTP, RFC 6238) and recovery codes; both are good once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.secret_hash import secret_hash

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps a phone's clock may be behind or ahead."""
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_CHARACTERS = 16
"""16 characters of 32: 80 bits, too many to guess from their hash."""


class TotpSecret(Base):
    """The secret that a person's phone shares with us; one a person."""

    __tablename__ = "totp_secret"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(64), comment="base32, 160 bits")
    made_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: no code has been entered yet")
    last_step: Mapped[int] = mapped_column(server_default="0", comment="the step of the last code that was used")


class RecoveryCode(Base):
    """One recovery code, for whoever has lost the phone."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(sa.String(64), comment="sha256, hex")
    spent_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: good")


def begin_totp(session: Session, person_id: int, *, now: datetime) -> TotpSecret:
    """The secret to show as a QR code: the one that waits to be confirmed, or a new one."""
    found = session.get(TotpSecret, person_id)
    if found is None:
        found = TotpSecret(person_id=person_id, secret=pyotp.random_base32(), made_at=now, last_step=0)
        session.add(found)
        session.flush()
    return found


def totp_address(secret: TotpSecret, login: str) -> str:
    """What the QR code says: an otpauth:// address."""
    return pyotp.TOTP(secret.secret).provisioning_uri(name=login, issuer_name="Quanliu 券流")


def confirm_totp(session: Session, person_id: int, code: str, *, now: datetime) -> Sequence[str] | None:
    """Put the phone's codes in force by the first right one; return recovery codes, or None if the code is wrong."""
    found = session.get(TotpSecret, person_id, with_for_update=True)
    if found is None or found.confirmed_at is not None or not _use_code(found, code, now=now):
        return None
    found.confirmed_at = now
    return renew_recovery_codes(session, person_id)


def has_totp(session: Session, person_id: int) -> bool:
    """Whether a person is asked for a code."""
    query = sa.select(TotpSecret.person_id).where(
        TotpSecret.person_id == person_id, TotpSecret.confirmed_at.is_not(None)
    )
    return session.scalar(query) is not None


def try_code(session: Session, person_id: int, code: str, *, now: datetime) -> bool:
    """Whether a code from the phone is right; the same step is good once."""
    found = session.get(TotpSecret, person_id, with_for_update=True, populate_existing=True)
    return found is not None and found.confirmed_at is not None and _use_code(found, code, now=now)


def try_recovery_code(session: Session, person_id: int, code: str, *, now: datetime) -> bool:
    """Whether a recovery code is right; it is good once."""
    done = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.spent_at.is_(None),
        )
        .values(spent_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(done, sa.CursorResult) and done.rowcount == 1


def recovery_codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes are still good."""
    query = sa.select(sa.func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.spent_at.is_(None))
    return int(session.execute(query.select_from(RecoveryCode)).scalar_one())


def renew_recovery_codes(session: Session, person_id: int) -> Sequence[str]:
    """New recovery codes, shown once and kept nowhere; the old ones are good no more."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person_id, code_hash=_hash(code)) for code in codes)
    session.flush()
    return [f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" for code in codes]


def remove_totp(session: Session, person_id: int) -> None:
    """Ask for no code any more; recovery codes go with it."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(sa.delete(TotpSecret).where(TotpSecret.person_id == person_id))


def _use_code(secret: TotpSecret, code: str, *, now: datetime) -> bool:
    """Every step is compared in constant time; a step that is not later than the last one used is refused."""
    given = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    right = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        if hmac.compare_digest(pyotp.TOTP(secret.secret).generate_otp(step).encode(), given.encode())
    ]
    fresh = [step for step in right if step > secret.last_step]
    if not fresh:
        return False
    secret.last_step = max(fresh)
    return True


def _hash(code: str) -> str:
    plain = "".join(one for one in code.upper() if one.isalnum())
    return secret_hash(plain)
