"""The commands by which an installation gets its first people: `add-organisation`, `add-person`; and `forget-second-factor`.

Whoever may run them has the machine and with it everything: no second pair of eyes is asked for, the audit has a row.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from app.db import unit_of_work
from app.domain.errors import DomainError
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.passkey import passkeys_of, remove_passkey
from app.domain.person import Person, PersonEntry, end_all_sessions, register_person
from app.domain.role_grant import Role, grant_role
from app.domain.security_event import EventKind, note
from app.domain.totp import remove_totp
from app.web.context import context


@click.command("add-organisation")
@click.argument("credit_code")
@click.argument("name_zh")
@click.option("--kind", type=click.Choice([str(kind) for kind in OrganisationKind]), required=True)
@click.option("--name-en", default="")
@with_appcontext
def add_organisation(credit_code: str, name_zh: str, kind: str, name_en: str) -> None:
    """Register an organisation by its CREDIT_CODE and NAME_ZH."""
    entry = OrganisationEntry(name_zh=name_zh, credit_code=credit_code, kind=OrganisationKind(kind), name_en=name_en)
    try:
        with unit_of_work(context().database) as unit:
            register_organisation(unit.session, entry, now=datetime.now(UTC))
    except DomainError as refused:
        raise click.ClickException(refused.message_en) from refused


@click.command("add-person")
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", type=click.Choice([str(role) for role in Role]), multiple=True, required=True)
@click.option("--organisation", "credit_code", required=True, help="Credit code of the organisation they act for.")
@click.option("--email", default="", help="Where links to set a password go; it counts as confirmed.")
@click.password_option(help="Asked for if it is not given, so that it stays out of the shell's history.")
@with_appcontext
def add_person(login: str, name: str, roles: tuple[str, ...], credit_code: str, email: str, password: str) -> None:
    """Register a person by LOGIN and NAME, with roles in an organisation."""
    now = datetime.now(UTC)
    try:
        with unit_of_work(context().database) as unit:
            found = unit.session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == credit_code))
            if found is None:
                raise click.ClickException(f"no organisation has the credit code {credit_code}: add-organisation first")
            person = register_person(unit.session, PersonEntry(login, name, password, email), now=now)
            person.email_confirmed_at = now if email else None
            for role in roles:
                grant_role(unit.session, person.id, Role(role), found, by=None, now=now)
    except DomainError as refused:
        raise click.ClickException(refused.message_en) from refused


@click.command("forget-second-factor")
@click.argument("login")
@with_appcontext
def forget_second_factor(login: str) -> None:
    """Forget phone and passkeys of the person with this LOGIN, where no other administrator can do it on the page."""
    now = datetime.now(UTC)
    with unit_of_work(context().database) as unit:
        person = unit.session.scalar(sa.select(Person).where(Person.login == login.lower()))
        if person is None:
            raise click.ClickException(f"nobody has the login {login!r}")
        remove_totp(unit.session, person.id)
        for passkey in passkeys_of(unit.session, person.id):
            remove_passkey(unit.session, person.id, passkey.id)
        end_all_sessions(person)
        note(unit.session, EventKind.SECOND_FACTOR_REMOVED, by=None, about=person.id, now=now, reason="by command")
