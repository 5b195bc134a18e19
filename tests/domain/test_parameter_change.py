"""The bureau changes a parameter: within bounds, in order, from today on, with a reason; every bound below, at and above."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.calendar import local_day
from app.domain.parameter_change import (
    ParameterInThePastError,
    ParameterOutOfBoundsError,
    ParametersOutOfOrderError,
    change_parameter,
    in_figures,
)
from app.domain.parameters import PARAMETERS, changes_of, parameter
from tests.domain.conftest import World
from tests.people import BEGINNING

TODAY = local_day(BEGINNING)


def change(world: World, key: str, value: int, *, on: date = TODAY) -> None:
    change_parameter(
        world.session,
        key,
        value,
        effective_on=on,
        reason="宁非公发〔2026〕8 号",
        by=world.cast["bureau"],
        now=BEGINNING,
    )


def test_every_parameter_stays_within_its_bounds(world: World) -> None:
    wrongs = [(key, wrong) for key, one in PARAMETERS.items() for wrong in (one.least - 1, one.most + 1)]

    for key, wrong in wrongs:
        one = PARAMETERS[key]
        with pytest.raises(ParameterOutOfBoundsError) as raised:
            change(world, key, wrong)
        assert raised.value.rule == one.article
        assert one.article in raised.value.message_zh
        assert in_figures(key, one.most) in raised.value.message_en
        assert changes_of(world.session, key) == []


@pytest.mark.parametrize(
    ("key", "value", "is_fine"),
    [
        ("panel_size", 2, False), ("panel_size", 3, True), ("panel_size", 4, False), ("panel_size", 5, True),
        ("panel_size", 14, False), ("panel_size", 15, True), ("panel_size", 16, False), ("panel_size", 17, False),
        ("supervision_fee_hundredths_percent", 299, False), ("supervision_fee_hundredths_percent", 300, True),
        ("supervision_fee_hundredths_percent", 301, True), ("supervision_fee_hundredths_percent", 599, True),
        ("supervision_fee_hundredths_percent", 600, True), ("supervision_fee_hundredths_percent", 601, False),
        ("voucher_percent", 0, False), ("voucher_percent", 1, True), ("voucher_percent", 100, True),
        ("voucher_percent", 101, False), ("expired_counts", 1, True), ("expired_counts", 2, False),
    ],
)  # fmt: skip
def test_a_panel_is_odd_and_the_fee_between_three_and_six_percent(
    world: World,
    key: str,
    value: int,
    is_fine: bool,
) -> None:
    if is_fine:
        change(world, key, value)
        assert parameter(world.session, key, on=TODAY) == value
    else:
        with pytest.raises(ParameterOutOfBoundsError):
            change(world, key, value)


@pytest.mark.parametrize(("days", "is_fine"), [(-1, False), (0, True), (1, True)])
def test_a_change_counts_from_today_or_later_and_never_from_a_past_day(
    world: World,
    days: int,
    is_fine: bool,
) -> None:
    on = TODAY + timedelta(days=days)
    if is_fine:
        change(world, "voucher_percent", 40, on=on)
        assert parameter(world.session, "voucher_percent", on=on) == 40
    else:
        with pytest.raises(ParameterInThePastError):
            change(world, "voucher_percent", 40, on=on)


@pytest.mark.parametrize(
    ("key", "value", "is_fine"),
    [
        ("voucher_reminder_last_days", 29, True), ("voucher_reminder_last_days", 30, False),
        ("voucher_reminder_first_days", 8, True), ("voucher_reminder_first_days", 7, False),
        ("smallest_voucher_fen", 299_999, True), ("smallest_voucher_fen", 300_000, False),
        ("scoring_working_days", 3, True), ("scoring_working_days", 2, False),
    ],
)  # fmt: skip
def test_what_belongs_below_another_figure_stays_below_it(world: World, key: str, value: int, is_fine: bool) -> None:
    if is_fine:
        change(world, key, value)
    else:
        with pytest.raises(ParametersOutOfOrderError) as raised:
            change(world, key, value)
        assert raised.value.rule in raised.value.message_zh


def test_a_pair_is_compared_on_later_days_too(world: World) -> None:
    later, latest = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
    change(world, "voucher_reminder_last_days", 20, on=later)

    with pytest.raises(ParametersOutOfOrderError) as raised:
        change(world, "voucher_reminder_first_days", 15)
    change(world, "voucher_reminder_first_days", 21, on=latest)

    assert raised.value.on == later


def test_a_change_that_ends_before_the_other_one_begins_is_fine(world: World) -> None:
    later, latest = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
    change(world, "voucher_reminder_first_days", 40, on=later)
    change(world, "voucher_reminder_last_days", 35, on=latest)

    change(world, "voucher_reminder_first_days", 15)

    assert [parameter(world.session, "voucher_reminder_first_days", on=day) for day in (TODAY, later)] == [15, 40]


def test_the_history_keeps_who_changed_it_and_why(world: World) -> None:
    change(world, "voucher_cap_fen", 350_000)
    change(world, "voucher_cap_fen", 320_000)

    assert [(one.value, one.reason, one.set_by) for one in changes_of(world.session, "voucher_cap_fen")] == [
        (320_000, "宁非公发〔2026〕8 号", world.cast["bureau"]),
        (350_000, "宁非公发〔2026〕8 号", world.cast["bureau"]),
    ]
