"""The figures of the purse page, each with the list that it leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext

from app.domain.account import Account
from app.domain.commitment import CommitmentState
from app.domain.ledger import EntryKind
from app.domain.purse_report import COURSE, Month, PurseReport
from app.engine.workload import Load
from app.web.languages import language, local, yuan

BAR_WIDE = 240
"""Of the longest bar, in units of its drawing."""
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of the equation and the list that it leads to."""

    label: str
    fen: int
    url: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of the bar, in tenths of a percent of what came in."""

    key: str
    label: str
    from_tenths: int
    width_tenths: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One role with its bar."""

    load: Load
    per_case: float

    def wide(self, cases: int) -> float:
        """How wide so many cases are drawn."""
        return round(cases * self.per_case, 1)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month with the lists that its figures lead to."""

    short: str
    name: str
    issued_fen: int
    issued_url: str
    settled_fen: int
    settled_url: str
    course: Sequence[tuple[int, str]]


def parts_of(report: PurseReport) -> Mapping[str, Part]:
    """The equation of the purse (A11.14), part by part."""
    year = report.policy_year
    return {
        "allocated": Part(
            gettext("Allocated"), report.allocated_fen,
            url_for("money.list_plans", year=year),
        ),
        "interest": Part(
            gettext("Interest"), report.interest_fen,
            url_for("money.list_entries", year=year, kind=EntryKind.INTEREST.value),
        ),
        "kept": Part(
            gettext("Deposits kept"), report.kept_deposits_fen,
            url_for("money.list_entries", year=year, debit=Account.DEPOSIT_HELD.value, credit=Account.FUND_AVAILABLE.value),
        ),
        "spent": Part(
            gettext("Spent"), report.spent_fen, url_for("money.list_entries", year=year, account=Account.FUND_SPENT.value), "spent",
        ),
        "outstanding": Part(
            gettext("Outstanding vouchers"), report.outstanding_fen,
            url_for("money.list_commitments", year=year, state=CommitmentState.ISSUED.value), "outstanding",
        ),
        "reserved": Part(
            gettext("Reserved"), report.reserved_fen,
            url_for("money.list_commitments", year=year, state=CommitmentState.RESERVED.value), "reserved",
        ),
        "available": Part(
            gettext("Available"), report.available_fen,
            url_for("money.list_entries", year=year, account=Account.FUND_AVAILABLE.value), "available",
        ),
    }  # fmt: skip


def shares_of(report: PurseReport) -> list[Share]:
    """The pieces of the bar, in the order of the equation; nothing while no money has come in."""
    parts = [part for part in parts_of(report).values() if part.key]
    whole = sum(part.fen for part in parts)
    shares, done = [], 0
    for part in parts:
        begin, done = done, done + part.fen
        if part.fen:
            from_tenths = begin * 1000 // whole
            shares.append(Share(part.key, part.label, from_tenths, done * 1000 // whole - from_tenths))
    return shares


def bars_of(loads: Sequence[Load]) -> list[Bar]:
    """Each role with its bar, the longest as wide as the drawing."""
    most = max((load.open for load in loads), default=1)
    return [Bar(load, (BAR_WIDE - 2) / most) for load in loads]


def month_of(policy_year: int, month: Month) -> MonthRow:
    """One month with the lists that its figures lead to."""
    since = local(month.since).date()
    until = local(month.until).date() - timedelta(days=1)
    is_after = month.number > MONTHS_OF_A_YEAR
    days: dict[str, Any] = {
        "year": policy_year,
        "since": since.isoformat(),
        **({} if is_after else {"until": until.isoformat()}),
    }
    if month.number == 1:
        del days["since"]
    up_to: dict[str, Any] = {"year": policy_year, **({} if is_after else {"until": until.isoformat()})}
    return MonthRow(
        gettext("later") if is_after else str(month.number),
        gettext("after the year") if is_after else _month_name(month.number),
        month.issued_fen,
        url_for("money.list_entries", debit="fund_reserved", credit="voucher_outstanding", **days),
        month.settled_fen,
        url_for("money.list_entries", debit="voucher_outstanding", credit="fund_spent", **days),
        [
            (fen, url_for("money.list_entries", account=account.value, **up_to))
            for account, fen in zip(COURSE, month.course_fen, strict=True)
        ],
    )  # fmt: skip


def months_words(months: Sequence[MonthRow]) -> str:
    """The chart of the months in a sentence, for whoever does not see it."""
    if not any(one.issued_fen or one.settled_fen for one in months):
        return gettext("Nothing has been issued or settled yet.")
    issued = max(months, key=lambda one: one.issued_fen)
    settled = max(months, key=lambda one: one.settled_fen)
    return gettext(
        "Most was issued in %(issued_in)s: %(issued)s yuan; most was settled in %(settled_in)s: %(settled)s yuan.",
        issued_in=issued.name, issued=yuan(issued.issued_fen), settled_in=settled.name, settled=yuan(settled.settled_fen),
    )  # fmt: skip


def outlook_words(report: PurseReport, *, months_left: int) -> str:
    """How long the purse lasts at the speed of the last months."""
    if not report.allocated_fen:
        return gettext("No fund plan of this year has been confirmed yet; until then nothing can be promised.")
    tenths = report.lasts_tenths
    if tenths is None:
        return gettext("Nothing was promised in the last three months.")
    if tenths >= months_left * 10:
        return gettext("At the speed of the last three months it lasts the year.")
    return gettext("At the speed of the last three months it lasts %(months)s months.", months=tenths / 10)


def _month_name(number: int) -> str:
    english = (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    )
    return f"{number} 月" if language() == "zh" else english[number - 1]
