"""Certificates through the years: renewal, its first day, what was given before (A8.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.agency import Agency, certify_agency
from app.domain.certificate import certificate, check_renewal, current_certificate
from app.domain.errors import TooEarlyToRenewError
from app.domain.service_item import items_of, listed_items
from tests.people import BEGINNING

LAST = date(2028, 11, 2)
"""Of a certificate given at the beginning."""


def certified(world: Any, number: str = "2026-00001", *, now: datetime = BEGINNING) -> Agency:
    application = world.apply(number=number)
    items = [item.id for item in items_of(world.session, application.id)]
    return certify_agency(world.session, application.id, passed_item_ids=items, years=2, now=now)


def at(day: date) -> datetime:
    """Nine in the morning in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def test_a_renewal_begins_the_day_after_the_former_ends_and_both_verify(world: Any) -> None:
    first = certified(world).certificate_number
    renewed = certified(world, "2028-00001", now=at(LAST - timedelta(days=30)))

    held = current_certificate(world.session, renewed.organisation_id)
    assert (held.number, held.valid_from, held.valid_until) == (
        renewed.certificate_number, LAST + timedelta(days=1), date(2030, 11, 2),
    )  # fmt: skip
    former, _ = certificate(world.session, first)
    assert (former.status, former.valid_until) == ("renewed", LAST)
    assert renewed.valid_until == date(2030, 11, 2)


def test_after_the_end_a_certificate_begins_anew(world: Any) -> None:
    certified(world)
    again = certified(world, "2028-00001", now=at(LAST + timedelta(days=1)))

    assert (again.certified_on, again.valid_until) == (date(2028, 11, 3), date(2030, 11, 3))


def test_a_renewal_lists_its_own_items_alone(world: Any) -> None:
    first = certified(world)
    renewed = certified(world, "2028-00001", now=at(LAST))

    assert first.organisation_id == renewed.organisation_id
    listed = listed_items(world.session, renewed.organisation_id)
    assert {item.application_id for item in listed} == {renewed.application_id}


@pytest.mark.parametrize(("days_before", "is_early"), [(91, True), (90, False), (89, False), (-1, False)])
def test_renewal_opens_ninety_days_before_the_end(world: Any, days_before: int, is_early: bool) -> None:
    agency = certified(world)
    on = LAST - timedelta(days=days_before)

    if not is_early:
        check_renewal(world.session, agency.organisation_id, on=on)
        return
    with pytest.raises(TooEarlyToRenewError) as refused:
        check_renewal(world.session, agency.organisation_id, on=on)
    assert refused.value.opens_on == date(2028, 8, 4)


def test_whoever_has_no_certificate_may_apply_at_any_time(world: Any) -> None:
    check_renewal(world.session, world.cast["agency_firm"], on=BEGINNING.date())
