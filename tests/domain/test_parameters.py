"""Policy parameters: the measure's reading, what counts on a day, and what a case keeps."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.case_parameter import CaseParameter, fix_parameters, fixed_parameters, parameters_of_case
from app.domain.parameter_list import BELOW
from app.domain.parameters import (
    PARAMETERS,
    PolicyParameter,
    coming,
    forget_parameters,
    in_force,
    parameter,
    parameters_in_force,
)
from tests.domain.conftest import World
from tests.people import BEGINNING

NEW_YEAR = date(2027, 1, 1)
BEFORE = date(2026, 12, 31)

THE_MEASURES_READING = {
    "verification_working_days": (5, "A8.2"), "correction_working_days": (10, "A8.2"), "panel_size": (5, "A8.3"),
    "scoring_working_days": (10, "A8.3"), "scoring_reminder_working_days_before": (2, "A8.3"),
    "notice_working_days": (5, "A8.6"), "filing_working_days": (5, "A8.6"), "conclusion_working_days": (3, "A8.6"),
    "objection_working_days": (5, "A8.6"), "renewal_days_before": (90, "A8.6"), "certificate_years": (2, "A8.6"),
    "review_request_working_days": (10, "A8.7"), "review_working_days": (10, "A8.7"),
    "agency_pass_mark_hundredths": (7_000, "A8.5"), "service_item_pass_mark_hundredths": (6_000, "A8.5"),
    "divergence_hundredths": (3_000, "A8.5"), "discussion_call_working_days": (2, "A8.5"),
    "discussion_working_days": (5, "A8.5"), "voucher_percent": (50, "A6.1"), "voucher_cap_fen": (300_000, "A6.1"),
    "enterprise_year_cap_fen": (500_000, "A6.2"), "expired_counts": (0, "A6.2"), "smallest_voucher_fen": (100, "A6.3"),
    "agency_confirmation_working_days": (5, "A9.1"), "price_tolerance_percent": (20, "A9.1"),
    "split_window_days": (90, "A9.1"), "first_review_working_days": (5, "A9.2"),
    "voucher_correction_working_days": (5, "A9.2"), "signature_working_days": (3, "A9.2"),
    "deposit_working_days": (10, "A9.3"), "voucher_valid_days": (180, "A11.10"), "voucher_ends_with_year": (1, "A11.10"),
    "voucher_reminder_first_days": (30, "A11.10"), "voucher_reminder_last_days": (7, "A11.10"),
    "evaluation_working_days": (15, "A10.1"),
    "evaluation_grace_working_days": (3, "A10.1"), "settlement_working_days": (5, "A10.3"), "inspection_percent": (10, "A11.1"),
    "inspection_least_per_month": (1, "A11.1"), "supervision_fee_hundredths_percent": (300, "A11.12"),
    "hearing_working_days": (10, "A11.3"), "rating_months": (6, "A11.13"),
}  # fmt: skip


def decided(session: Session, by: int, key: str, value: int, on: date) -> int:
    """A row of the bureau's."""
    row = PolicyParameter(
        key=key, value=value, effective_on=on, reason="按年度计划调整", article=PARAMETERS[key].article, set_by=by,
        set_at=BEGINNING,
    )  # fmt: skip
    session.add(row)
    session.flush()
    forget_parameters(session)
    return row.id


def test_until_the_bureau_changes_it_every_figure_is_the_measures(world: World) -> None:
    found = parameters_in_force(world.session, date(2016, 12, 1))

    assert {key: (one.value, PARAMETERS[key].article) for key, one in found.items()} == THE_MEASURES_READING
    assert {one.parameter_id for one in found.values()} == {None}


@pytest.mark.parametrize("key", sorted(PARAMETERS))
def test_every_parameter_says_its_unit_and_article_and_begins_within_its_bounds(key: str) -> None:
    one = PARAMETERS[key]

    assert one.unit
    assert re.fullmatch(r"A\d+\.\d+", one.article)
    assert one.least <= one.value <= one.most
    assert not one.is_odd or one.value % 2 == 1


@pytest.mark.parametrize(("lower", "higher"), BELOW)
def test_what_must_stay_below_another_figure_begins_below_it(lower: str, higher: str) -> None:
    assert PARAMETERS[lower].value < PARAMETERS[higher].value


def test_a_change_counts_from_its_day_on_and_not_a_day_earlier(world: World) -> None:
    row = decided(world.session, world.cast["bureau"], "voucher_cap_fen", 400_000, NEW_YEAR)

    assert parameter(world.session, "voucher_cap_fen", on=BEFORE) == 300_000
    assert parameter(world.session, "voucher_cap_fen", on=NEW_YEAR) == 400_000
    assert in_force(world.session, "voucher_cap_fen", on=date(2030, 1, 1)).parameter_id == row
    assert parameter(world.session, "voucher_percent", on=NEW_YEAR) == 50


def test_of_two_changes_for_one_day_the_later_counts_and_only_it_is_coming(world: World) -> None:
    bureau = world.cast["bureau"]
    decided(world.session, bureau, "voucher_percent", 40, NEW_YEAR)
    decided(world.session, bureau, "voucher_percent", 45, NEW_YEAR)
    decided(world.session, bureau, "voucher_percent", 30, date(2026, 6, 1))

    assert parameter(world.session, "voucher_percent", on=NEW_YEAR) == 45
    assert [one.value for one in coming(world.session, "voucher_percent", after=BEFORE)] == [45]
    assert coming(world.session, "voucher_percent", after=NEW_YEAR) == []


def test_a_case_keeps_what_it_was_opened_under_whatever_the_bureau_changes_later(world: World) -> None:
    fixed = fix_parameters(world.session, "2026-00009", ["panel_size", "voucher_percent"], on=BEFORE)
    row = decided(world.session, world.cast["bureau"], "panel_size", 7, BEFORE)

    again = fix_parameters(world.session, "2026-00009", ["panel_size", "certificate_years"], on=BEFORE)

    assert fixed == {"panel_size": 5, "voucher_percent": 50}
    assert again == {"panel_size": 5, "certificate_years": 2}
    assert parameters_of_case(world.session, "2026-00009", on=BEFORE)["panel_size"] == 5
    assert parameters_of_case(world.session, "2026-00010", on=BEFORE)["panel_size"] == 7
    assert fix_parameters(world.session, "2026-00010", ["panel_size"], on=BEFORE) == {"panel_size": 7}
    assert [one.parameter_id for one in fixed_parameters(world.session, "2026-00010")] == [row]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_parameter SET value = 1",
        "DELETE FROM policy_parameter",
        "UPDATE case_parameter SET value = 1",
        "DELETE FROM case_parameter",
    ],
)
def test_the_database_refuses_to_change_what_counted(world: World, statement: str) -> None:
    row = decided(world.session, world.cast["bureau"], "panel_size", 7, BEFORE)
    world.session.add(
        CaseParameter(
            case_number="1", key="panel_size", value=7, effective_on=BEFORE, parameter_id=row, fixed_on=BEFORE
        )
    )
    world.session.flush()

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), world.session.begin_nested():
        world.session.execute(sa.text(statement))
