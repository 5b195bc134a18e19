"""Policy parameters: the figures that the measure leaves to the bureau, with unit and article.

Each case keeps the figures that it was decided under, so that a later change never touches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Parameter:
    """One figure, in force from a day on."""

    key: str
    value: int
    unit: str
    article: str
    effective_on: date = date(2016, 12, 1)


PARAMETERS = {
    one.key: one
    for one in (
        Parameter("verification_working_days", 5, "working days", "A8.2"),
        Parameter("correction_working_days", 10, "working days", "A8.2"),
        Parameter("panel_size", 5, "experts", "A8.3"),
        Parameter("scoring_working_days", 10, "working days", "A8.3"),
        Parameter("scoring_reminder_working_days_before", 2, "working days", "A8.3"),
        Parameter("notice_working_days", 5, "working days", "A8.6"),
        Parameter("filing_working_days", 5, "working days", "A8.6"),
        Parameter("conclusion_working_days", 3, "working days", "A8.6"),
        Parameter("objection_working_days", 5, "working days", "A8.6"),
        Parameter("renewal_days_before", 90, "days", "A8.6"),
        Parameter("certificate_years", 2, "years", "A8.6"),
        Parameter("review_request_working_days", 10, "working days", "A8.7"),
        Parameter("review_working_days", 10, "working days", "A8.7"),
        Parameter("agency_pass_mark_hundredths", 7_000, "hundredths of a point", "A8.5"),
        Parameter("service_item_pass_mark_hundredths", 6_000, "hundredths of a point", "A8.5"),
        Parameter("divergence_hundredths", 3_000, "hundredths of a point", "A8.5"),
        Parameter("discussion_call_working_days", 2, "working days", "A8.5"),
        Parameter("discussion_working_days", 5, "working days", "A8.5"),
    )
}


def parameter(key: str) -> int:
    """The value in force."""
    return PARAMETERS[key].value
