"""The policy parameters: every figure that the measure leaves to the bureau, with unit, article, bounds and first value.

What is in force on a day is answered by `app.domain.parameters`; what each is called stands in `rules/parameters.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

FROM_THE_BEGINNING = date(2016, 12, 1)
"""The day on which the measure came into force; the values below hold from then on."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure: what it holds from the beginning, and what the bureau may make of it."""

    key: str
    value: int
    unit: str
    article: str
    least: int = 1
    most: int = 60
    is_odd: bool = False


def _days(key: str, value: int, article: str) -> Parameter:
    return Parameter(key, value, "working days", article)


def _mark(key: str, value: int, article: str) -> Parameter:
    return Parameter(key, value, "hundredths of a point", article, least=0, most=10_000)


def _switch(key: str, value: int, article: str) -> Parameter:
    return Parameter(key, value, "yes or no", article, least=0, most=1)


def _span(key: str, value: int, article: str, *, most: int = 366) -> Parameter:
    return Parameter(key, value, "days", article, most=most)


def _money(key: str, value: int, article: str) -> Parameter:
    return Parameter(key, value, "fen", article, least=100, most=100_000_000)


_CERTIFICATION = (
    _days("verification_working_days", 5, "A8.2"),
    _days("correction_working_days", 10, "A8.2"),
    Parameter("panel_size", 5, "experts", "A8.3", least=3, most=15, is_odd=True),
    _days("scoring_working_days", 10, "A8.3"),
    _days("scoring_reminder_working_days_before", 2, "A8.3"),
    _days("notice_working_days", 5, "A8.6"),
    _days("filing_working_days", 5, "A8.6"),
    _days("conclusion_working_days", 3, "A8.6"),
    _days("objection_working_days", 5, "A8.6"),
    _span("renewal_days_before", 90, "A8.6"),
    Parameter("certificate_years", 2, "years", "A8.6", most=10),
    _days("review_request_working_days", 10, "A8.7"),
    _days("review_working_days", 10, "A8.7"),
    _mark("agency_pass_mark_hundredths", 7_000, "A8.5"),
    _mark("service_item_pass_mark_hundredths", 6_000, "A8.5"),
    _mark("divergence_hundredths", 3_000, "A8.5"),
    _days("discussion_call_working_days", 2, "A8.5"),
    _days("discussion_working_days", 5, "A8.5"),
)
_VOUCHERS = (
    Parameter("voucher_percent", 50, "percent", "A6.1", most=100),
    _money("voucher_cap_fen", 300_000, "A6.1"),
    _money("enterprise_year_cap_fen", 500_000, "A6.2"),
    _switch("expired_counts", 0, "A6.2"),
    _money("smallest_voucher_fen", 100, "A6.3"),
    _days("agency_confirmation_working_days", 5, "A9.1"),
    Parameter("price_tolerance_percent", 20, "percent", "A9.1", least=0, most=100),
    _span("split_window_days", 90, "A9.1"),
    _days("first_review_working_days", 5, "A9.2"),
    _days("voucher_correction_working_days", 5, "A9.2"),
    _days("signature_working_days", 3, "A9.2"),
    _days("deposit_working_days", 10, "A9.3"),
    _span("voucher_valid_days", 180, "A11.10", most=730),
    _switch("voucher_ends_with_year", 1, "A11.10"),
    _span("voucher_reminder_first_days", 30, "A11.10"),
    _span("voucher_reminder_last_days", 7, "A11.10"),
)
_SETTLEMENT = (
    _days("evaluation_working_days", 15, "A10.1"),
    _days("evaluation_grace_working_days", 3, "A10.1"),
    _days("settlement_working_days", 5, "A10.3"),
    Parameter("inspection_percent", 10, "percent", "A11.1", least=0, most=100),
    Parameter("inspection_least_per_month", 1, "claims", "A11.1", least=0, most=1_000),
    Parameter("supervision_fee_hundredths_percent", 300, "hundredths of a percent", "A11.12", least=300, most=600),
)
_SUPERVISION = (
    _days("hearing_working_days", 10, "A11.3"),
    Parameter("rating_months", 6, "months", "A11.13", most=12),
)

PARAMETERS: Mapping[str, Parameter] = {
    one.key: one for one in (*_CERTIFICATION, *_VOUCHERS, *_SETTLEMENT, *_SUPERVISION)
}
BELOW: tuple[tuple[str, str], ...] = (
    ("scoring_reminder_working_days_before", "scoring_working_days"),
    ("smallest_voucher_fen", "voucher_cap_fen"),
    ("voucher_reminder_last_days", "voucher_reminder_first_days"),
)
"""Pairs of which the first stays below the second, whichever is changed."""
