"""Recompute every reservation of the queue from its public record alone (A11.6, A11.7). Needs nothing but Python 3.11.

    python recompute.py https://…/public/queue?format=json        or        python recompute.py saved.json

Reads the moves of a year in order and says, for each reservation, whether it was that receipt's turn and for which
amount. Exits with 1 at the first move that does not follow from those before it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

STARTS_A_RUN = {"joined", "left", "money", "lowered"}
"""After each of these the queue is gone through from its head."""
BY_YEAR = {"A6.2", "A11.10"}
"""Why somebody in front may be lowered or go: the enterprise's year is used up, or the policy year is over."""


class MismatchError(Exception):
    """A move does not follow from the moves before it."""


def recompute(moves: list[dict[str, Any]]) -> dict[str, int]:
    """What is reserved for each receipt after all moves, recomputed; raise MismatchError where the record differs."""
    waiting: dict[str, dict[str, Any]] = {}
    reserved: dict[str, int] = {}
    budget, shares = 0, {}
    for number, move in enumerate(moves, 1):
        if move["number"] != number:
            raise MismatchError(f"move {number} is missing")
        receipt, figures = move["receipt"], move["figures"]
        if move["kind"] == "reserved":
            _check_turn(move, _next(waiting, budget, shares))
            budget -= figures["amount_fen"]
            category = waiting.pop(receipt)["category"]
            if category in shares:
                shares[category] -= figures["amount_fen"]
            reserved[receipt] = figures["amount_fen"]
            _check(move, figures["available_fen"] == budget, f"{budget} fen should be left")
            continue
        turn = _next(waiting, budget, shares)
        is_by_year = move["kind"] in ("lowered", "left") and move["cause"] in BY_YEAR and receipt in waiting
        _check(move, turn is None or is_by_year, f"{turn} should have been reserved first")
        _apply(move, waiting, reserved)
        budget, shares = figures["available_fen"], dict(figures["shares_left"])
    turn = _next(waiting, budget, shares)
    if turn is not None:
        raise MismatchError(f"after the last move {turn} should have been reserved")
    return reserved


def _apply(move: dict[str, Any], waiting: dict[str, dict[str, Any]], reserved: dict[str, int]) -> None:
    receipt, figures = move["receipt"], move["figures"]
    if move["kind"] == "joined":
        waiting[receipt] = dict(figures)
    elif move["kind"] == "left":
        waiting.pop(receipt, None)
        reserved.pop(receipt, None)
    elif move["kind"] == "lowered" and receipt in waiting:
        waiting[receipt]["wanted_fen"] = figures["wanted_fen"]
    elif move["kind"] == "lowered":
        _check(move, figures["amount_fen"] < reserved[receipt], "it was no more before")
        reserved[receipt] = figures["amount_fen"]


def _next(waiting: dict[str, dict[str, Any]], budget: int, shares: dict[str, int]) -> tuple[str, int] | None:
    """Whose turn it is and for how much; None: the head does not fit, so everybody waits."""
    order = sorted(waiting, key=lambda one: (not waiting[one]["is_priority"], waiting[one]["ticket"]))
    used_up: set[str] = set()
    for receipt in order:
        entry = waiting[receipt]
        if entry["category"] in used_up:
            continue
        share = shares.get(entry["category"], budget)
        room = min(budget, share)
        if entry["wanted_fen"] <= room:
            return receipt, entry["wanted_fen"]
        if entry["accepts_smaller"] and room >= entry["smallest_fen"]:
            return receipt, room
        if share >= budget:
            return None  # the purse itself does not hold it
        used_up.add(entry["category"])
    return None


def _check_turn(move: dict[str, Any], turn: tuple[str, int] | None) -> None:
    found = (move["receipt"], move["figures"]["amount_fen"])
    _check(move, found == turn, f"{turn} was next")


def _check(move: dict[str, Any], holds: bool, why: str) -> None:
    if not holds:
        raise MismatchError(f"move {move['number']} ({move['kind']} {move['receipt']}): {why}")


def read(address: str) -> list[dict[str, Any]]:
    """The moves of a saved record, or of an address with all its pages."""
    if "://" not in address:
        return list(json.loads(Path(address).read_text(encoding="utf-8"))["moves"])
    moves: list[dict[str, Any]] = []
    while address:
        with urlopen(address) as answer:
            page = json.load(answer)
        moves += page["moves"]
        address = urljoin(address, page["next"]) if page["next"] else ""
    return moves


if __name__ == "__main__":
    found = recompute(read(sys.argv[1]))
    for receipt, amount_fen in sorted(found.items()):
        print(f"{receipt}  {amount_fen / 100:,.2f}")
    print(f"{len(found)} reservations, {sum(found.values()) / 100:,.2f} yuan: every one was next in order.")
