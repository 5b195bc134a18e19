"""Invitations: an account is made without a password, and a link is sent by which its owner sets one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.account_link import LinkPurpose, issue_link
from app.domain.errors import DomainError
from app.domain.message import tell
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.outbox import can_be_mailed
from app.domain.person import Person, PersonEntry, register_person
from app.domain.registration import SELF_REGISTERED, EmailNotUsableError
from app.domain.role_grant import RoleGrant, grant_role, organisations_administered, revoke_role
from app.domain.security_event import EventKind, note


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites, from which site (its address without a path)."""

    person_id: int
    site: str


class NotMemberAdminError(DomainError):
    """Only whoever administers an organisation's members invites some."""

    code = "not_member_admin"
    message_zh = "您不管理这家单位的成员。"
    message_en = "You do not administer the members of this organisation."


class EmailSettledError(DomainError):
    """Whoever has set a password keeps the address that links go to: nobody else moves an account to another mailbox."""

    code = "email_settled"
    message_zh = "此人已设置密码，邮箱不能由管理员修改。"
    message_en = "This person has set a password: no administrator changes the address any more."


def invite_person(session: Session, entry: PersonEntry, *, by: Inviter, now: datetime) -> Person:
    """Make an account without a password and send the link; raise LoginTakenError, EmailNotUsableError."""
    if not can_be_mailed(entry.email):
        raise EmailNotUsableError
    person = register_person(session, entry, now=now)
    note(session, EventKind.PERSON_INVITED, by=by.person_id, about=person.id, now=now)
    send_invitation(session, person, by=by, now=now)
    return person


def send_invitation(session: Session, person: Person, *, by: Inviter, now: datetime) -> None:
    """Send the link, again if need be; earlier ones are good no more."""
    link = issue_link(session, person.id, LinkPurpose.INVITATION, by=by.person_id, now=now)
    tell(
        session, to=[person.id], template="invitation", case_number=None, now=now,
        values={"link": f"{by.site}/invitation/{link.token}", "valid_until": link.expires_at},
    )  # fmt: skip


def mend_email(session: Session, person: Person, email: str, *, by: Inviter, now: datetime) -> None:
    """Correct a mistyped address and send the invitation there; raise EmailSettledError, EmailNotUsableError."""
    if person.password_hash or person.email_confirmed_at is not None:
        raise EmailSettledError
    if not can_be_mailed(email):
        raise EmailNotUsableError
    person.email = email
    session.flush()
    send_invitation(session, person, by=by, now=now)


def invite_member(
    session: Session, organisation_id: int, *, name: str, email: str, language: str, by: Inviter, now: datetime
) -> Person:
    """Invite a colleague into one's own organisation; their login is its credit code with a number.

    The login is not typed: "taken" would tell a stranger which logins exist. Raise NotMemberAdminError,
    EmailNotUsableError.
    """
    organisation = administered(session, organisation_id, by=by.person_id)
    entry = PersonEntry(_next_login(session, organisation), name, None, email, language=language)
    person = invite_person(session, entry, by=by, now=now)
    role = SELF_REGISTERED[OrganisationKind(organisation.kind)]
    grant_role(session, person.id, role, organisation.id, by=by.person_id, now=now)
    return person


def set_member_admin(
    session: Session, person_id: int, organisation_id: int, *, is_admin: bool, by: int, now: datetime
) -> bool:
    """Let a member of an agency or enterprise administer its members, or no more; False: they are no such member."""
    grant = session.scalar(
        sa.select(RoleGrant).where(
            RoleGrant.person_id == person_id,
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.role.in_(sorted(SELF_REGISTERED.values())),
            RoleGrant.revoked_at.is_(None),
        )
    )
    if grant is None:
        return False
    grant.is_member_admin = is_admin
    kind = EventKind.MEMBER_ADMIN_SET if is_admin else EventKind.MEMBER_ADMIN_REMOVED
    note(session, kind, by=by, about=person_id, organisation_id=organisation_id, now=now)
    return True


def remove_member(
    session: Session, organisation_id: int, person_id: int, *, by: int, reason: str, now: datetime
) -> bool:
    """Take a colleague's role in one's own organisation away, never one's own; False: they are no member."""
    organisation = administered(session, organisation_id, by=by)
    if person_id == by:
        raise NotMemberAdminError
    role = SELF_REGISTERED[OrganisationKind(organisation.kind)]
    return revoke_role(session, person_id, role, organisation_id, by=by, reason=reason, now=now)


def members(session: Session, organisation_id: int) -> list[tuple[Person, RoleGrant]]:
    """The members of an agency or enterprise with what they hold there, in the order in which they came."""
    rows = session.execute(
        sa.select(Person, RoleGrant)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.organisation_id == organisation_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return [(row.Person, row.RoleGrant) for row in rows]


def administered(session: Session, organisation_id: int, *, by: int) -> Organisation:
    """An agency or enterprise whose members this person administers; raise NotMemberAdminError."""
    organisation = session.get(Organisation, organisation_id)
    is_theirs = organisation_id in organisations_administered(session.connection(), by)
    if organisation is None or organisation.kind not in SELF_REGISTERED or not is_theirs:
        raise NotMemberAdminError
    return organisation


def _next_login(session: Session, organisation: Organisation) -> str:
    stem = organisation.credit_code.lower()
    taken = set(session.scalars(sa.select(Person.login).where(Person.login.startswith(f"{stem}-"))))
    return next(login for number in range(2, 100_000) if (login := f"{stem}-{number}") not in taken)
