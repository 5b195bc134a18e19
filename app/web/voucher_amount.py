"""What a voucher could be worth, computed while one types: a page with a plain form, and the part of it that a script asks for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext

from app.db import UnitOfWork, reading
from app.domain.calendar import local_day
from app.domain.expert import Category
from app.domain.role_grant import Role
from app.domain.service_item import ServiceItem
from app.domain.voucher_amount import Basis, Bounds, bounds
from app.forms.typed import read_number
from app.web.context import context
from app.web.rule_tables import deployed
from app.web.signed_in import signed_in
from app.web.words_of_enterprises import names_for

blueprint = Blueprint("voucher_amount", __name__, url_prefix="/vouchers/amount")

MOST_FEN = 10**12
"""Ten billion yuan: no contract of the programme is larger, a slip of the hand is."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the address; amounts as they are typed, in yuan."""

    contract_fen: str
    requested_fen: str
    category: str
    accepts_smaller: bool


@dataclass(frozen=True, slots=True)
class BoundLine:
    """One bound as the page shows it."""

    name: str
    amount_fen: int
    article: str
    binds: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A computed amount in words."""

    found: Bounds
    lines: list[BoundLine]
    contract_fen: int
    says: str

    @property
    def deposit_fen(self) -> int:
        """The enterprise's own part of the contract (A9.3)."""
        return self.contract_fen - self.found.face_fen


@blueprint.get("")
def show() -> str:
    """The form with what it comes to; `part=bounds` asks for the result alone."""
    typed = Typed(
        request.args.get("contract_fen", "").strip()[:30], request.args.get("requested_fen", "").strip()[:30],
        request.args.get("category", ""), request.args.get("accepts_smaller", "") not in ("", "no"),
    )  # fmt: skip
    with reading(context().database) as unit:
        typed = Typed(typed.contract_fen, typed.requested_fen, _category(unit, typed), typed.accepts_smaller)
        shown, errors = _compute(unit, typed)
    is_part = request.args.get("part") == "bounds"
    return render_template(
        "vouchers/bounds.html" if is_part else "vouchers/amount.html", typed=typed, shown=shown, errors=errors,
        categories=names_for("category", Category),
    )  # fmt: skip


def _category(unit: UnitOfWork, typed: Typed) -> str:
    """The category that was chosen, or that of the item of the catalogue; without either, one that asks for nothing more."""
    item_id = request.args.get("item_id", type=int)
    item = unit.session.get(ServiceItem, item_id) if item_id is not None and 0 < item_id < 2**31 else None
    if item is not None and item.status == "listed":
        return item.category
    return typed.category if typed.category in set(Category) else ""


def _compute(unit: UnitOfWork, typed: Typed) -> tuple[Shown | None, dict[str, str]]:
    if not typed.contract_fen:
        return None, {}
    contract, errors = _amount(typed.contract_fen), {}
    requested = _amount(typed.requested_fen) if typed.requested_fen else None
    if contract is None:
        errors["contract_fen"] = gettext("Write the contract amount in yuan, such as 5,600.00.")
    if typed.requested_fen and requested is None:
        errors["requested_fen"] = gettext("Write the amount in yuan, such as 2,800.00.")
    home = signed_in().organisation_as(Role.ENTERPRISE)
    if errors or contract is None or home is None:
        return None, errors
    found = bounds(
        unit.session, home, contract_fen=contract, requested_fen=requested, on=local_day(context().now(unit)),
        category=typed.category or Category.INFORMATISATION, accepts_smaller=typed.accepts_smaller,
        basis=Basis(decide=deployed(unit)),
    )  # fmt: skip
    lines = [
        BoundLine(_name(one.id, found), one.amount_fen, one.article, one.id == found.binding) for one in found.bounds
    ]
    return Shown(found, lines, contract, _says(found)), {}


def _amount(text: str) -> int | None:
    number = read_number(text, decimals=2, is_money=True)
    return number if number is not None and 0 < number <= MOST_FEN else None


def _name(bound: str, found: Bounds) -> str:
    names = {
        "requested": gettext("What you ask for"),
        "share": gettext("%(percent)d %% of the contract", percent=found.percent),
        "cap": gettext("Limit for one item"),
        "year": gettext("Left of your year"),
        "purse": gettext("Left in the purse"),
    }
    return str(names[bound])


def _says(found: Bounds) -> str:
    says = {
        "fits": gettext("The purse holds it: it is reserved when you apply."),
        "smaller": gettext("The purse leaves less; you accept a smaller voucher, so you get what is left."),
        "waits": gettext("The purse leaves less: the application waits in the queue, uncut."),
    }
    if found.outcome in says:
        return str(says[found.outcome])
    if found.binding == "year":
        return str(gettext("This year's limit is used up: apply again from 1 January on."))
    return str(gettext("That is less than the smallest voucher: check the amounts."))
