"""What a voucher can be worth: every bound with its article and figure, which of them binds, and the face value (A6.1–A6.3, A7.1).

The same figures for handler, page and live fragment: gathered here, decided by the table `voucher_amount`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.commitment import LIVE, Commitment
from app.domain.enterprise import enterprise_of
from app.domain.parameters import parameters_in_force
from app.domain.purse import available_fen
from app.domain.rule_tables import Decide, shipped
from app.domain.year_use import claimed_fen

KEYS = ("voucher_percent", "voucher_cap_fen", "enterprise_year_cap_fen", "smallest_voucher_fen")
"""The policy parameters that an amount is computed from."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One upper bound of the face value: `requested`, `share`, `cap`, `year` or `purse`."""

    id: str
    article: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a face value comes about."""

    outcome: str
    """`fits`: the purse holds it; `smaller`: cut to what the purse leaves, as accepted; `waits`: in the queue; `too_small`."""
    article: str
    face_fen: int
    """What is granted, or waited for; 0 if too small."""
    wanted_fen: int
    """The face value before the purse is looked at."""
    binding: str
    """The id of the bound that is least."""
    binding_article: str
    bounds: tuple[Bound, ...]
    purse_left_fen: int
    smallest_fen: int
    percent: int
    needs_signature: bool
    """A supervisor signs beside the reviewer, whatever the checks say (A7.1)."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """What is left to give: by the enterprise's year (A6.2), and by the purse (A6.3)."""

    claimed_fen: int
    """What the enterprise has claimed this year already; used vouchers are among it."""
    purse_fen: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What an amount is computed by, beside the application itself."""

    leaves: Leaves | None = None
    """None: as the books say now."""
    figures: Mapping[str, int] | None = None
    """The policy parameters that a case is decided under; None: those in force on the day."""
    decide: Decide = shipped
    except_case: str = ""
    """What this case has reserved itself counts as left: for a case that is computed anew."""


NOW = Basis()


def bounds(
    session: Session,
    enterprise_id: int,
    *,
    contract_fen: int,
    requested_fen: int | None,
    on: date,
    category: str = "informatisation",
    accepts_smaller: bool = False,
    basis: Basis = NOW,
) -> Bounds:
    """The bounds of a voucher for a contract, as they stand on a day.

    Args:
        contract_fen: the contract amount.
        requested_fen: what is asked for; None: as much as can be had.
        category: of the service.
        accepts_smaller: the enterprise takes what the purse leaves rather than wait.
        basis: what it is computed by.

    Raises NoEnterpriseError.
    """
    enterprise_of(session, enterprise_id)
    leaves = basis.leaves or leaves_of(session, enterprise_id, category=category, on=on, except_case=basis.except_case)
    counting = basis.figures or {key: one.value for key, one in parameters_in_force(session, on).items()}
    year_left = max(0, counting["enterprise_year_cap_fen"] - leaves.claimed_fen)
    asked = requested_fen if requested_fen is not None else contract_fen + counting["voucher_cap_fen"] + 1
    decided = basis.decide(
        "voucher_amount",
        {
            "category": category,
            "contract_fen": contract_fen,
            "requested_fen": asked,
            "percent": counting["voucher_percent"],
            "cap_fen": counting["voucher_cap_fen"],
            "year_left_fen": year_left,
            "purse_left_fen": leaves.purse_fen,
            "smallest_fen": counting["smallest_voucher_fen"],
            "accepts_smaller": accepts_smaller,
        },
    )
    listed = (
        *((Bound("requested", "A6.3", requested_fen),) if requested_fen is not None else ()),
        Bound("share", "A6.1", int(decided["share_fen"])), Bound("cap", "A6.1", counting["voucher_cap_fen"]),
        Bound("year", "A6.2", year_left), Bound("purse", "A6.3", leaves.purse_fen),
    )  # fmt: skip
    return Bounds(
        str(decided["outcome"]), str(decided["article"]), int(decided["face_fen"]), int(decided["wanted_fen"]),
        str(decided["binding"]), "A6.3" if decided["binding"] == "purse" else str(decided["bound_article"]), listed,
        leaves.purse_fen, counting["smallest_voucher_fen"], counting["voucher_percent"], bool(decided["needs_signature"]),
    )  # fmt: skip


def leaves_of(session: Session, enterprise_id: int, *, category: str, on: date, except_case: str = "") -> Leaves:
    """What the enterprise's year and the purse (or the category's share of it) leave, by the books (A3.1, A6.2, A6.3)."""
    claimed = claimed_fen(session, enterprise_id, on.year)
    purse = available_fen(session, on.year, category)
    own = session.get(Commitment, except_case) if except_case else None
    if own is not None and own.state in LIVE:
        return Leaves(claimed - own.claimed_fen, purse + own.amount_fen)
    return Leaves(claimed, purse)
