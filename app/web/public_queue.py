"""The public queue: who waits, by receipt; every move with its cause; the same as JSON, to be recomputed by anybody (A11.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import jsonify, render_template, request, url_for

from app.db import UnitOfWork, reading
from app.domain import purse
from app.domain.calendar import local_day
from app.domain.queue_entry import QueueMove
from app.domain.queue_record import latest_moves, moves_of, moves_with, waiting_entries
from app.web.context import context
from app.web.excel import wants_excel
from app.web.public_files import queue_file

LATEST = 50
"""So many moves stand on the page; all of them in the JSON."""
PER_PAGE = 1000


def show_queue() -> Any:
    """The queue of a policy year; a receipt number finds its own place and moves."""
    receipt = request.args.get("receipt", "").strip().upper()[:20]
    with reading(context().database) as unit:
        this_year = local_day(context().now(unit)).year
        year = request.args.get("year", this_year, type=int)
        if request.args.get("format") == "json" or request.accept_mimetypes.best == "application/json":
            return jsonify(_as_json(unit, year))
        waiting = waiting_entries(unit.session, year)
        if wants_excel():
            return queue_file(waiting, year)
        place = next((number for number, one in enumerate(waiting, 1) if one.receipt == receipt), None)
        return render_template(
            "public/queue.html", year=year, waiting=waiting, moves=latest_moves(unit.session, year, limit=LATEST),
            available_fen=purse.available_fen(unit.session, year), receipt=receipt, place=place,
            own=moves_with(unit.session, receipt) if receipt else (),
        )  # fmt: skip


def _as_json(unit: UnitOfWork, year: int) -> dict[str, Any]:
    after = request.args.get("after", 0, type=int)
    moves = moves_of(unit.session, year, after=after, limit=PER_PAGE)
    is_full = len(moves) == PER_PAGE
    following = url_for("public.show_queue", format="json", year=year, after=moves[-1].number) if is_full else ""
    return {"policy_year": year, "moves": _moves(moves), "next": following}


def _moves(moves: Sequence[QueueMove]) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number, "kind": one.kind, "receipt": one.receipt, "cause": one.cause,
            "at": one.at.isoformat(), "figures": one.figures,
        }
        for one in moves
    ]  # fmt: skip
