"""Shareholdings: recorded with a source, ended with a reason, never deleted; the database holds what cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.shareholding import (
    Holding,
    ShareDatesError,
    ShareEndedError,
    ShareHolderError,
    Shareholding,
    ShareKnownError,
    SharePercentError,
    ShareWordsMissingError,
    end_shareholding,
    record_shareholding,
    shareholdings,
)
from tests.people import BEGINNING

TODAY = local_day(BEGINNING)
SINCE = date(2026, 1, 1)


def record(world: Any, **more: Any) -> Shareholding:
    given = {"percent_hundredths": 2_550, "since_on": SINCE, "source": "企业信用信息公示系统", **more}
    if not given.keys() & {"holder_person_id", "holder_organisation_id"}:
        given["holder_person_id"] = world.cast["expert_1"]
    holding = Holding(world.cast["agency_firm"], **given)
    return record_shareholding(world.session, holding, by=world.cast["supervisor"], now=BEGINNING)


def end(world: Any, share: Shareholding, until_on: date = TODAY, reason: str = "转让。") -> None:
    end_shareholding(share, until_on=until_on, by=world.cast["reviewer_a"], reason=reason, now=BEGINNING)


def test_a_share_is_recorded_with_who_when_and_from_which_source(world: Any) -> None:
    share = record(world)

    assert (share.recorded_by, share.recorded_at, share.source) == (
        world.cast["supervisor"], BEGINNING, "企业信用信息公示系统",
    )  # fmt: skip
    assert share.until_on is None


@pytest.mark.parametrize("hundredths", [1, 10_000])
def test_a_share_may_be_from_a_hundredth_to_everything(world: Any, hundredths: int) -> None:
    assert record(world, percent_hundredths=hundredths).percent_hundredths == hundredths


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"percent_hundredths": 0}, SharePercentError),
        ({"percent_hundredths": 10_001}, SharePercentError),
        ({"holder_person_id": None}, ShareHolderError),
        ({"holder_person_id": 1, "holder_organisation_id": 1}, ShareHolderError),
        ({"since_on": TODAY + timedelta(days=1)}, ShareDatesError),
        ({"source": " "}, ShareWordsMissingError),
    ],
)
def test_what_cannot_be_is_refused(world: Any, more: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        record(world, **more)


def test_no_organisation_holds_itself(world: Any) -> None:
    with pytest.raises(ShareHolderError):
        record(world, holder_organisation_id=world.cast["agency_firm"])


def test_a_holder_has_one_share_of_an_organisation_at_a_time(world: Any) -> None:
    first = record(world, since_on=TODAY)
    with pytest.raises(ShareKnownError):
        record(world, percent_hundredths=100)
    record(world, holder_person_id=world.cast["expert_2"])
    end(world, first)

    record(world, percent_hundredths=100)

    rows = shareholdings(world.session, without=(), without_person=0)
    assert [one.percent_hundredths for one in rows] == [100, 2_550, 2_550]


@pytest.mark.parametrize(("until_on", "is_fine"), [
    (SINCE - timedelta(days=1), False), (SINCE, True), (TODAY, True), (TODAY + timedelta(days=1), False),
])  # fmt: skip
def test_a_share_ends_within_its_time(world: Any, until_on: date, is_fine: bool) -> None:
    share = record(world)

    if is_fine:
        end(world, share, until_on)
        assert (share.until_on, share.ended_by, share.end_reason) == (until_on, world.cast["reviewer_a"], "转让。")
    else:
        with pytest.raises(ShareDatesError):
            end(world, share, until_on)


def test_a_share_is_ended_once_and_with_a_reason(world: Any) -> None:
    share = record(world)
    with pytest.raises(ShareWordsMissingError):
        end(world, share, reason=" ")
    end(world, share)

    with pytest.raises(ShareEndedError):
        end(world, share)


def test_shares_near_the_reader_are_left_out(world: Any) -> None:
    record(world)
    other = record(world, holder_person_id=None, holder_organisation_id=world.cast["bureau_office"])

    def shown(*without: str, person: int = 0) -> list[int]:
        hidden = {world.cast[one] for one in without}
        return [one.id for one in shareholdings(world.session, without=hidden, without_person=person)]

    assert shown("agency_firm") == []
    assert len(shown("bureau_office")) == 1
    assert shown(person=world.cast["expert_1"]) == [other.id]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"percent_hundredths": 0}, "percent"),
        ({"percent_hundredths": 10_001}, "percent"),
        ({"holder_person_id": None}, "one_holder"),
        ({"holder_organisation_id": 1}, "one_holder"),
        ({"holder_person_id": None, "holder_organisation_id": 3}, "two_organisations"),
        ({"until_on": SINCE - timedelta(days=1)}, "period"),
        ({"ended_by": 1}, "end_has_reason"),
    ],
)
def test_the_database_refuses_a_share_that_cannot_be(world: Any, values: dict[str, Any], constraint: str) -> None:
    assert world.cast["agency_firm"] == 3
    given = {
        "organisation_id": 3, "percent_hundredths": 100, "since_on": SINCE, "recorded_at": BEGINNING, "source": "",
        "holder_person_id": world.cast["expert_1"], "end_reason": "", **values,
    }  # fmt: skip
    world.session.add(Shareholding(**given))

    with pytest.raises(IntegrityError, match=constraint):
        world.session.flush()
