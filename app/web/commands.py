"""The commands of `flask --app app.factory`: migrate, seed-demo, worker, issue-token, verify-log, add-organisation, add-person."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import with_appcontext

from app import migrations
from app.db import reading, unit_of_work
from app.domain.api_token import issue_token
from app.domain.person import Person
from app.engine import history
from app.engine.errors import HistoryBrokenError
from app.engine.tables import instance
from app.jobs import JobRegistry, prepare_database, run_worker
from app.settings import AppEnv
from app.web.book_commands import check_books, import_bank
from app.web.context import context
from app.web.demo import PASSWORD, demo_people, seed_demo, seed_with_year
from app.web.demo.year import Size
from app.web.people_commands import add_organisation, add_person, forget_second_factor
from app.web.year_command import live_a_year


def register_commands(app: Flask) -> None:
    """Put the commands on the application."""
    for command in (
        check_books,
        import_bank,
        migrate,
        demo,
        worker,
        token,
        verify_log,
        add_organisation,
        add_person,
        forget_second_factor,
        live_a_year,
    ):
        app.cli.add_command(command)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database's schema up to the newest version."""
    settings = context().settings
    migrations.migrate(context().database)
    prepare_database(settings.database_url)


@click.command("seed-demo")
@click.option(
    "--applications", default=Size().applications, show_default=True, help="of the past year; 0: no past year"
)
@click.option("--agencies", default=Size().agencies, show_default=True, help="of the past year")
@with_appcontext
def demo(applications: int, agencies: int) -> None:
    """Make the demo, unless it is there, and print whom to sign in as. Refused in production.

    The last closed policy year is lived day by day; then the cases of the last five weeks are told.
    """
    if context().settings.env is AppEnv.PRODUCTION:
        raise click.ClickException("demo data are not for production")
    now = datetime.now(UTC)
    if applications:
        made = seed_with_year(context(), Size.of(agencies, applications), now=now, say=click.echo)
    else:
        made = seed_demo(context(), now=now)
    click.echo("The demo's people and cases were made." if made else "The demo is there already.")
    click.echo(f"Sign in with the password {PASSWORD} as one of:")
    for login, name, what in demo_people():
        click.echo(f"  {login:20} {what:15} {name}")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs, timers and asynchronous service tasks until stopped; beside web processes with EMBEDDED_WORKER=0."""
    registry: JobRegistry = click.get_current_context().obj.load_app().extensions["job_registry"]
    run_worker(context().settings, registry, dead_after_seconds=context().settings.worker_dead_after_seconds)


@click.command("issue-token")
@click.argument("login")
@with_appcontext
def token(login: str) -> None:
    """Print a new bearer token for the person with this LOGIN; it is shown once."""
    with unit_of_work(context().database) as unit:
        person = unit.session.scalar(sa.select(Person).where(Person.login == login.lower()))
        if person is None:
            raise click.ClickException(f"nobody has the login {login!r}")
        click.echo(issue_token(unit.session, person.id, now=datetime.now(UTC)))


@click.command("verify-log")
@with_appcontext
def verify_log() -> None:
    """Recompute the chain of every case; exit with 1 at the first that was tampered with."""
    with reading(context().database) as unit:
        cases = unit.connection.execute(sa.select(instance.c.id).order_by(instance.c.id)).scalars().all()
        try:
            events = sum(history.verify(unit.connection, case) for case in cases)
        except HistoryBrokenError as broken:
            raise click.ClickException(str(broken)) from broken
        head = history.head(unit.connection)
    click.echo(f"{len(cases)} cases, {events} events: every chain holds. Head {head['hash']}")
