"""An agency or enterprise registers itself: first its contact's address is proved by a link, then the account is made.

The answer to the first step, and the mail, are the same whether the credit code is known or not; whoever follows the link
reads that an organisation is registered already, never by whom. Its first person administers its members.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.account_link import LinkSpentError
from app.domain.credit_code import is_valid
from app.domain.errors import DomainError
from app.domain.message_template import texts_in_force
from app.domain.message_text import fill
from app.domain.organisation import (
    CreditCodeTakenError,
    InvalidCreditCodeError,
    OrganisationEntry,
    OrganisationKind,
    register_organisation,
)
from app.domain.outbox import EmailEntry, can_be_mailed, put_in_outbox
from app.domain.person import Person, PersonEntry, register_person
from app.domain.role_grant import Role, Terms, grant_role
from app.domain.secret_hash import secret_hash
from app.domain.security_event import EventKind, note

LINK_LASTS = timedelta(days=2)
KEPT_FOR = timedelta(days=7)
MAILS_A_DAY = 3
"""To one address, so that nobody's mailbox is flooded in our name."""
SELF_REGISTERED = {OrganisationKind.AGENCY: Role.AGENCY, OrganisationKind.ENTERPRISE: Role.ENTERPRISE}


class Registration(Base):
    """What an organisation has typed and not yet confirmed."""

    __tablename__ = "registration"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('agency', 'enterprise')", name="kind"),
        sa.Index("ix_registration_email_asked_at", "email", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="sha256, hex: the token has 256 bits")
    kind: Mapped[str] = mapped_column(sa.String(12))
    credit_code: Mapped[str] = mapped_column(sa.String(18))
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    responsible_person: Mapped[str] = mapped_column(sa.String(60))
    contact: Mapped[str] = mapped_column(sa.String(60), comment="name of the person who will sign in")
    email: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str] = mapped_column(sa.String(30))
    language: Mapped[str] = mapped_column(sa.String(2))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: the link has not been used")


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """What an organisation types to register."""

    kind: OrganisationKind
    credit_code: str
    name_zh: str
    responsible_person: str
    contact: str
    email: str
    phone: str
    language: str


class EmailNotUsableError(DomainError):
    """No mail can be sent to what was typed."""

    code = "email_not_usable"
    message_zh = "电子邮箱写得不对，应像 name@example.cn。"
    message_en = "That is no e-mail address: it should be like name@example.cn."


class OrganisationKnownError(DomainError):
    """The organisation has accounts already; whose they are is not said."""

    code = "organisation_known"
    message_zh = "这家单位已经登记。请让本单位管理成员的同事邀请您；找不到的，请联系运营中心。"
    message_en = (
        "This organisation is registered already. Ask the colleague who administers its members to invite you, "
        "or the operator's office."
    )


def ask_registration(session: Session, entry: RegistrationEntry, *, site: str, now: datetime) -> None:
    """Write down what was typed and send the link; raise InvalidCreditCodeError, EmailNotUsableError.

    Args:
        site: the address of the site, without a path.
    """
    if not is_valid(entry.credit_code):
        raise InvalidCreditCodeError(entry.credit_code)
    if not can_be_mailed(entry.email):
        raise EmailNotUsableError
    token = secrets.token_urlsafe(32)
    session.add(
        Registration(
            token_hash=secret_hash(token), kind=entry.kind, credit_code=entry.credit_code, name_zh=entry.name_zh,
            responsible_person=entry.responsible_person, contact=entry.contact, email=entry.email.lower(),
            phone=entry.phone, language=entry.language, asked_at=now,
        )
    )  # fmt: skip
    session.flush()
    if _mails_today(session, entry.email, now=now) <= MAILS_A_DAY:
        _mail(session, entry, f"{site}/register/{token}", now=now)


def registration_of(session: Session, token: str, *, now: datetime) -> Registration:
    """What a link confirms; raise LinkSpentError."""
    found = session.scalar(
        sa.select(Registration)
        .where(
            Registration.token_hash == secret_hash(token),
            Registration.confirmed_at.is_(None),
            Registration.asked_at > now - LINK_LASTS,
        )
        .with_for_update()
    )
    if found is None:
        raise LinkSpentError
    return found


def confirm_registration(
    session: Session, token: str, *, password: str, now: datetime, is_cheap: bool = False
) -> Person:
    """Make organisation and account; the login is the credit code, so that no answer tells which addresses have one.

    Raises LinkSpentError, OrganisationKnownError, PasswordTooWeakError.
    """
    asked = registration_of(session, token, now=now)
    kind = OrganisationKind(asked.kind)
    about = OrganisationEntry(
        name_zh=asked.name_zh, credit_code=asked.credit_code, kind=kind, responsible_person=asked.responsible_person,
        phone=asked.phone,
    )  # fmt: skip
    try:
        organisation = register_organisation(session, about, now=now)
    except CreditCodeTakenError as taken:
        raise OrganisationKnownError from taken
    entry = PersonEntry(asked.credit_code, asked.contact, password, asked.email, asked.phone, asked.language)
    person = register_person(session, entry, now=now, is_cheap=is_cheap)
    person.email_confirmed_at = asked.confirmed_at = now
    note(
        session,
        EventKind.ORGANISATION_REGISTERED,
        by=person.id,
        about=person.id,
        organisation_id=organisation.id,
        now=now,
    )
    terms = Terms(is_member_admin=True)
    grant_role(session, person.id, SELF_REGISTERED[kind], organisation.id, by=person.id, now=now, terms=terms)
    return person


def forget_old_registrations(session: Session, *, now: datetime) -> None:
    """Drop what nobody has confirmed within a week, and what has been."""
    session.execute(sa.delete(Registration).where(Registration.asked_at < now - KEPT_FOR))


def _mails_today(session: Session, email: str, *, now: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        Registration.email == email.lower(), Registration.asked_at > now - timedelta(days=1)
    )
    return int(session.execute(query.select_from(Registration)).scalar_one())


def _mail(session: Session, entry: RegistrationEntry, link: str, *, now: datetime) -> None:
    _, texts = texts_in_force(session, "registration")
    values = {"name": entry.contact, "case_number": "", "organisation": entry.name_zh, "link": link,
              "valid_until": now + LINK_LASTS}  # fmt: skip
    worded = fill(texts[entry.language], values, entry.language)
    mail = EmailEntry(entry.email, entry.language, "registration", worded, link=link, is_secret=True)
    put_in_outbox(session, [mail], now=now)
