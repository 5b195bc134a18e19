"""How often somebody may write: guessing and flooding become slow, work does not.

Counted per person, or per address where nobody has signed in; shared by all processes where RATE_LIMIT_STORAGE names a
shared storage, else by each process for itself. Off under APP_ENV=test, where one machine plays everybody.
"""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from app.web.signed_in import visitor

WRITES = "300 per minute"
"""All that one person sends: several times what typing with autosave and a quick hand in the inbox come to."""
SIGN_INS = "30 per minute"
"""From one address, which a whole office may share."""
PASSWORD_CHANGES = "10 per minute"  # noqa: S105 -- a rate
LETTERS = "10 per minute"
"""Links by mail and registrations, from one address."""
SECOND_STEPS = "20 per minute"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def _who() -> str:
    person = visitor()
    return f"person-{person.person_id}" if person else get_remote_address()


def _is_reading() -> bool:
    return request.method in _READING


limiter = Limiter(_who, headers_enabled=False, application_limits=[WRITES], application_limits_exempt_when=_is_reading)
