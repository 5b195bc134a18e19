"""Bad-credit entries: whoever has one can never apply again, nor through another firm of the same responsible person (A11.4).

An organisation is known by its credit code, a person by a keyed hash of the identity number beside its last four characters:
the number itself is kept nowhere, and nobody without the key can try numbers against the table.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from app.db import Base, Instant
from app.domain.credit_code import is_valid
from app.domain.enterprise import EnterpriseFigures
from app.domain.enterprise_errors import BadCreditEntryTwiceError, IdentityNumberError
from app.domain.organisation import InvalidCreditCodeError, Organisation


class BadCreditEntry(Base):
    """One organisation or one person that can never apply again; there is no way out of the table."""

    __tablename__ = "bad_credit_entry"
    __table_args__ = (
        sa.CheckConstraint("(credit_code = '') <> (person_hash = '')", name="one_party"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
        sa.Index(
            "uq_bad_credit_entry_credit_code", "credit_code", unique=True,
            sqlite_where=sa.text("credit_code <> ''"), postgresql_where=sa.text("credit_code <> ''"),
        ),
        sa.Index(
            "uq_bad_credit_entry_person_hash", "person_hash", unique=True,
            sqlite_where=sa.text("person_hash <> ''"), postgresql_where=sa.text("person_hash <> ''"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18), comment="'': the entry is of a person")
    person_name: Mapped[str] = mapped_column(sa.String(60), comment="'': the entry is of an organisation")
    person_hash: Mapped[str] = mapped_column(sa.String(64), comment="HMAC-SHA256, hex; '': of an organisation")
    person_last_four: Mapped[str] = mapped_column(sa.String(4))
    since_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(500))
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class PersonMark:
    """What is kept of an identity number."""

    hash: str
    last_four: str


def person_mark(identity_number: str, *, key: bytes) -> PersonMark:
    """The keyed hash and the last four characters of an identity number; raise IdentityNumberError."""
    number = identity_number.strip().upper()
    if not _is_identity_number(number):
        raise IdentityNumberError
    return PersonMark(hmac.new(key, f"identity:{number}".encode(), hashlib.sha256).hexdigest(), number[-4:])


def enter_organisation(
    session: Session, credit_code: str, *, since_on: date, reason: str, by: int, now: datetime
) -> BadCreditEntry:
    """Enter an organisation, known to the programme or not; raise InvalidCreditCodeError, BadCreditEntryTwiceError."""
    if not is_valid(credit_code):
        raise InvalidCreditCodeError(credit_code)
    return _enter(
        session,
        BadCreditEntry(
            credit_code=credit_code, person_name="", person_hash="", person_last_four="", since_on=since_on,
            reason=reason, entered_by=by, entered_at=now,
        ),
    )  # fmt: skip


def enter_person(
    session: Session, name: str, mark: PersonMark, *, since_on: date, reason: str, by: int, now: datetime
) -> BadCreditEntry:
    """Enter a person; raise BadCreditEntryTwiceError."""
    return _enter(
        session,
        BadCreditEntry(
            credit_code="", person_name=name, person_hash=mark.hash, person_last_four=mark.last_four,
            since_on=since_on, reason=reason, entered_by=by, entered_at=now,
        ),
    )  # fmt: skip


def bad_credit_entries(session: Session) -> Sequence[BadCreditEntry]:
    """Every entry, the latest first."""
    return session.scalars(sa.select(BadCreditEntry).order_by(BadCreditEntry.id.desc())).all()


def bad_credit_of(session: Session, organisation: Organisation, *, on: date) -> Sequence[BadCreditEntry]:
    """The entries that stand against an organisation on a day.

    Its own; its responsible persons', as it ever declared them; and those of any other organisation that declared one of
    the same persons.
    """
    figures, entry = EnterpriseFigures, BadCreditEntry
    people = sa.select(figures.responsible_hash).where(
        figures.organisation_id == organisation.id, figures.responsible_hash != ""
    )
    sharing = (
        sa.select(Organisation.credit_code)
        .join(figures, figures.organisation_id == Organisation.id)
        .where(figures.responsible_hash.in_(people))
    )
    against = sa.or_(
        entry.credit_code == organisation.credit_code,
        sa.and_(entry.credit_code != "", entry.credit_code.in_(sharing)),
        sa.and_(entry.person_hash != "", entry.person_hash.in_(people)),
    )
    return session.scalars(sa.select(entry).where(against, entry.since_on <= on).order_by(entry.id)).all()


def _is_identity_number(number: str) -> bool:
    """18 characters, a day of birth, and the check digit (GB 11643); where it was issued is no matter of ours."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdecimal()):
        return False
    try:
        ric.get_birth_date(number)
    except InvalidComponent:
        return False
    return bool(number[17] == ric.calc_check_digit(number))


def _enter(session: Session, entry: BadCreditEntry) -> BadCreditEntry:
    table = BadCreditEntry
    same = sa.or_(
        sa.and_(table.credit_code != "", table.credit_code == entry.credit_code),
        sa.and_(table.person_hash != "", table.person_hash == entry.person_hash),
    )
    if session.scalar(sa.select(table.id).where(same)) is not None:
        raise BadCreditEntryTwiceError
    session.add(entry)
    session.flush()
    return entry
