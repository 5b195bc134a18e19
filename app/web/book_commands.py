"""The commands about money: `flask check-books` proves the books, `flask import-bank FILE` takes in a statement."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.db import unit_of_work
from app.domain.bank_statement import import_statement
from app.domain.book_check_result import check_and_keep
from app.domain.book_check_words import FIGURES, FINDINGS
from app.domain.errors import DomainError
from app.web.case_signals import deliver_signals
from app.web.context import context


@click.command("check-books")
@with_appcontext
def check_books() -> None:
    """Recompute the five invariants of the books and keep the result; exit with 1 when one does not hold."""
    with unit_of_work(context().database) as unit:
        result = check_and_keep(unit.session, now=context().clock.now(unit))
        holds, entries, took_ms, findings = result.holds, result.entries, result.took_ms, result.findings
    for one in findings:
        click.echo(f"{one['number']}. {FINDINGS[one['number']][1]}: {'holds' if one['holds'] else 'BROKEN'}")
        for figure in one["figures"]:
            if figure["expected"] != figure["found"]:
                what = f"{FIGURES[figure['name']][1]} {figure['of']}".strip()
                click.echo(f"   {what}: {figure['expected']} expected, {figure['found']} found")
    click.echo(f"{entries} entries checked in {took_ms} ms.")
    if not holds:
        raise click.ClickException("the books do not hold")


@click.command("import-bank")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def import_bank(file: Path) -> None:
    """Take in the bank statement in FILE (CSV); a line that is known is passed over, so that it may be run again."""
    parts = context()
    with unit_of_work(parts.database) as unit:
        now = parts.clock.now(unit)
        try:
            made = import_statement(unit.session, file.read_bytes(), now=now)
        except DomainError as refusal:
            raise click.ClickException(refusal.message_en) from refusal
    deliver_signals(parts.database, parts.runtime, now=now)
    click.echo(
        f"{made.new} new lines, {made.known} known: {len(made.deposits)} deposits, {len(made.payments)} payments matched, "
        f"{made.parked} parked."
    )
