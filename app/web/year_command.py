"""`flask live-year`: a whole year of a small programme is lived in an empty database, and its books close to the fen."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.db import unit_of_work
from app.settings import AppEnv
from app.web.context import context
from app.web.demo import PASSWORD
from app.web.demo.lived_year import NotEmptyError, live_year
from app.web.demo.year import SEED, Size

DEFAULT = Size()


@click.command("live-year")
@click.option("--year", default=2026, show_default=True, help="the policy year")
@click.option(
    "--agencies", default=DEFAULT.agencies, show_default=True, help="how many agencies apply for certification"
)
@click.option("--applications", default=DEFAULT.applications, show_default=True, help="applications for vouchers")
@click.option(
    "--first-plan", default=DEFAULT.first_plan_fen // 100, show_default=True, help="yuan of the plan of January"
)
@click.option("--second-plan", default=DEFAULT.second_plan_fen // 100, show_default=True, help="yuan of September's")
@click.option("--seed", default=SEED, show_default=True, help="another seed is another year")
@with_appcontext
def live_a_year(year: int, agencies: int, applications: int, first_plan: int, second_plan: int, seed: int) -> None:
    """Live a year with the clock moved; exit with 1 if anything is left open or the books differ. Refused in production."""
    if context().settings.env is AppEnv.PRODUCTION or not context().clock.manual:
        raise click.ClickException("a year is lived with APP_CLOCK=manual, in a demo or a test")
    size = Size(agencies, applications, first_plan * 100, second_plan * 100)
    try:
        lived = live_year(context(), year, size, seed=seed, say=click.echo)
    except NotEmptyError as error:
        raise click.ClickException(f"{error}; `make demo-reset` empties the demo") from error
    click.echo(f"{lived.tasks} tasks done; {lived.running} cases left open.")
    for account, fen in lived.left_fen.items():
        click.echo(f"left on {account}: {fen} fen")
    for line in lived.failing:
        click.echo(f"the books differ: {line}")
    if not lived.is_closed:
        raise click.ClickException("the year did not close")
    with unit_of_work(context().database) as unit:
        context().clock.set(unit, lived.ended_at)
    click.echo(f"The books close to the fen. Sign in as reviewer1, finance1 or bureau1 with the password {PASSWORD}.")
