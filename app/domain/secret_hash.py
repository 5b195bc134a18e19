"""What is kept of a secret that a link, a token or a recovery code carries: enough to know it again, not to use it."""

from __future__ import annotations

import hashlib


def secret_hash(secret: str) -> str:
    """The sha256 of a secret, as 64 hexadecimal digits; good for what a machine drew (80 bits and more), not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()
