"""Passwords: argon2id hashes, and what a password must be."""

from __future__ import annotations

import argon2

from app.domain.errors import DomainError

MIN_LENGTH = 10
MAX_LENGTH = 200

_SLOW = argon2.PasswordHasher()
_CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For tests and demos alone: hundreds of people are made at once there."""


class PasswordTooWeakError(DomainError):
    """The password is too short, too long, or all one character."""

    code = "password_too_weak"

    def __init__(self) -> None:
        self.message_zh = f"密码应有 {MIN_LENGTH} 至 {MAX_LENGTH} 个字符，且不能全部相同。"
        self.message_en = f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters, not all the same."
        super().__init__(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters, not all the same")


def hash_password(password: str, *, is_cheap: bool = False) -> str:
    """The hash to keep; raise PasswordTooWeakError."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or len(set(password)) < 2:
        raise PasswordTooWeakError
    return (_CHEAP if is_cheap else _SLOW).hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when it does not."""
    try:
        return _SLOW.verify(password_hash, password[:MAX_LENGTH])
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
        return False


NOBODYS_HASH = _SLOW.hash("nobody has this password")
"""What is verified when the account does not exist, so that the answer takes as long."""
