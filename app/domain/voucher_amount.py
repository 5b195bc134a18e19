"""What a voucher can be worth: every bound with its article and figure, which of them binds, and the face value (A6.1–A6.3, A7.1).

The same figures for handler, page and live fragment: gathered here, decided by the table `voucher_amount`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.domain.enterprise import enterprise_of
from app.domain.parameters import parameters_in_force
from app.domain.rule_tables import Decide, shipped

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
    binding: str
    """The id of the bound that is least."""
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

    leaves: Leaves
    figures: Mapping[str, int] | None = None
    """The policy parameters that a case is decided under; None: those in force on the day."""
    decide: Decide = shipped


def bounds(
    session: Session,
    enterprise_id: int,
    *,
    contract_fen: int,
    requested_fen: int | None,
    on: date,
    category: str = "informatisation",
    accepts_smaller: bool = False,
    basis: Basis,
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
    counting = basis.figures or {key: one.value for key, one in parameters_in_force(session, on).items()}
    year_left = max(0, counting["enterprise_year_cap_fen"] - basis.leaves.claimed_fen)
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
            "purse_left_fen": basis.leaves.purse_fen,
            "smallest_fen": counting["smallest_voucher_fen"],
            "accepts_smaller": accepts_smaller,
        },
    )
    listed = (
        *((Bound("requested", "A6.3", requested_fen),) if requested_fen is not None else ()),
        Bound("share", "A6.1", int(decided["share_fen"])), Bound("cap", "A6.1", counting["voucher_cap_fen"]),
        Bound("year", "A6.2", year_left), Bound("purse", "A6.3", basis.leaves.purse_fen),
    )  # fmt: skip
    return Bounds(
        str(decided["outcome"]), str(decided["article"]), int(decided["face_fen"]), str(decided["binding"]), listed,
        basis.leaves.purse_fen, counting["smallest_voucher_fen"], counting["voucher_percent"], bool(decided["needs_signature"]),
    )  # fmt: skip
