"""The books for machines: trial balance, entries page by page, and the bank's statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.account import DEBIT_SIDE, Account
from app.domain.bank_statement import import_statement
from app.domain.commitment import Commitment
from app.domain.ledger import AccountBalance, LedgerEntry, entries_after
from app.engine.actor import Actor
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, context
from app.web.api.schemas import ID_MAX, Strict
from app.web.case_signals import deliver_signals

blueprint = ApiBlueprint("api_books", __name__, url_prefix="/api/v1/books")


class BalanceOut(ma.Schema):
    """What one account holds, in fen, on the side on which it stands."""

    account = fields.String(required=True)
    policy_year = fields.Integer(required=True, metadata={"description": "0: the account is not of a year"})
    debit_fen = fields.Integer(required=True)
    credit_fen = fields.Integer(required=True)


class TrialBalanceOut(ma.Schema):
    """Every account; the two totals are the same when the books balance."""

    balances = fields.List(fields.Nested(BalanceOut), required=True)
    debit_fen = fields.Integer(required=True)
    credit_fen = fields.Integer(required=True)


class EntriesQuery(Strict):
    """From where on; the entries come in the order in which they were booked."""

    cursor = fields.Integer(load_default=0, validate=validate.Range(0, ID_MAX))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


class LineOut(ma.Schema):
    """An amount that moved."""

    debit_account = fields.String(required=True)
    credit_account = fields.String(required=True)
    amount_fen = fields.Integer(required=True)


class EntryOut(ma.Schema):
    """One entry of the books."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    policy_year = fields.Integer(required=True)
    case_number = fields.String(allow_none=True, metadata={"description": "null: of no case, or not for the caller"})
    voucher_number = fields.String(allow_none=True)
    article = fields.String(required=True)
    actor_id = fields.Integer(allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    reverses_id = fields.Integer(allow_none=True)
    note = fields.String()
    lines = fields.List(fields.Nested(LineOut), required=True)


class EntryPageOut(ma.Schema):
    """One page of entries."""

    entries = fields.List(fields.Nested(EntryOut), required=True)
    next_cursor = fields.Integer(allow_none=True)


class StatementFile(Strict):
    """The bank's statement in CSV."""

    file = Upload(required=True)


class ImportedOut(ma.Schema):
    """What came of an import."""

    new = fields.Integer(required=True)
    known = fields.Integer(required=True)
    deposits = fields.List(fields.String(), required=True, metadata={"description": "case numbers"})
    payments = fields.List(fields.String(), required=True, metadata={"description": "numbers of payment orders"})
    parked = fields.Integer(required=True)


@blueprint.get("/trial_balance")
@blueprint.response(200, TrialBalanceOut)
@blueprint.problems()
def show_trial_balance() -> Any:
    """Every account with what it holds now."""
    with reading(context().database) as unit:
        query = sa.select(AccountBalance).order_by(AccountBalance.account, AccountBalance.policy_year)
        balances = [_balance(one) for one in unit.session.scalars(query)]
    return {
        "balances": balances,
        "debit_fen": sum(one["debit_fen"] for one in balances),
        "credit_fen": sum(one["credit_fen"] for one in balances),
    }


@blueprint.get("/entries")
@blueprint.arguments(EntriesQuery, location="query")
@blueprint.response(200, EntryPageOut)
@blueprint.problems(422)
def list_entries(query: dict[str, Any]) -> Any:
    """Entries after a cursor, oldest first; a case that is nothing to the caller is left unnamed."""
    with reading(context().database) as unit:
        entries = entries_after(unit.session, query["cursor"], limit=query["limit"])
        hidden = _hidden(unit, entries, actor())
        shown = [_entry(one, is_hidden=one.case_number in hidden) for one in entries]
    return {"entries": shown, "next_cursor": entries[-1].id if len(entries) == query["limit"] else None}


@blueprint.post("/bank_statement")
@blueprint.arguments(StatementFile, location="files")
@blueprint.response(200, ImportedOut)
@blueprint.problems(413, 422)
def take_statement(uploaded: dict[str, Any]) -> Any:
    """Take in a statement; a line that is known is passed over, so that it may be sent again."""
    parts = context()
    content = uploaded["file"].read()
    with unit_of_work(parts.database) as unit:
        now = parts.clock.now(unit)
        made = import_statement(unit.session, content, now=now, actor_id=actor().person_id)
    deliver_signals(parts.database, parts.runtime, now=now)
    return made


def _balance(one: AccountBalance) -> dict[str, Any]:
    is_debit = Account(one.account) in DEBIT_SIDE
    return {
        "account": one.account, "policy_year": one.policy_year,
        "debit_fen": one.balance_fen if is_debit else 0, "credit_fen": 0 if is_debit else one.balance_fen,
    }  # fmt: skip


def _hidden(unit: UnitOfWork, entries: Sequence[LedgerEntry], who: Actor) -> set[str]:
    """The cases whose parties the caller belongs or is tied to."""
    tied = list(who.organisations | who.barred)
    if not tied:
        return set()
    query = sa.select(Commitment.case_number).where(
        Commitment.case_number.in_({one.case_number for one in entries if one.case_number}),
        Commitment.enterprise_id.in_(tied) | Commitment.agency_id.in_(tied),
    )
    return set(unit.session.scalars(query))


def _entry(one: LedgerEntry, *, is_hidden: bool) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "policy_year": one.policy_year, "article": one.article,
        "recorded_at": one.recorded_at, "reverses_id": one.reverses_id, "lines": list(one.lines),
        "actor_id": None if is_hidden else one.actor_id,
        "case_number": None if is_hidden else one.case_number,
        "voucher_number": None if is_hidden else one.voucher_number,
        "note": "" if is_hidden else one.note,
    }  # fmt: skip
