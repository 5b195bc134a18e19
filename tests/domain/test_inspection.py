"""Tests of which claims are inspected and what comes of it (A11.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.domain.evaluation import EvaluationEntry, Evaluator, ServiceEvaluation, record_evaluation
from app.domain.inspection import (
    InspectionMonth,
    InspectionPick,
    Quota,
    Risk,
    finding_of,
    pick,
    record_finding,
    risks_of,
    ticket_of,
)
from app.domain.organisation import OrganisationKind
from app.domain.settlement_errors import InspectionMissingError
from tests.domain.conftest import World
from tests.people import BEGINNING, organisation

QUOTA = Quota(10, 1)


def picked(world: World, number: str, *risks: Risk, quota: Quota = QUOTA, now: datetime = BEGINNING) -> InspectionPick:
    """A claim comes in."""
    return pick(world.session, number, quota, agency_id=world.cast["agency_firm"], risks=risks, now=now)


def evaluation(world: World, number: str, delivery: str = "yes") -> ServiceEvaluation:
    """A service between the same two parties."""
    if "firm" not in world.cast:
        world.cast["firm"] = organisation(world.session, 40, OrganisationKind.ENTERPRISE, "宁夏稻香米业有限公司").id
    by = Evaluator(world.cast["firm"], world.cast["agency_firm"], world.cast["agency"], is_by_telephone=False)
    return record_evaluation(world.session, number, EvaluationEntry(3, 3, 3, 3, "", delivery), by, now=BEGINNING)


def test_no_month_goes_without_an_inspection(world: World) -> None:
    """A month's first claim is picked; a month begins at 00:00 in Shanghai."""
    assert picked(world, "2026-00001", quota=Quota(0, 1)).cause == "least"
    assert picked(world, "2026-00002", quota=Quota(0, 1)).cause == ""
    still, next_month = datetime(2026, 11, 30, 15, 59, tzinfo=UTC), datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert picked(world, "2026-00003", quota=Quota(0, 1), now=still).cause == ""
    assert picked(world, "2026-00004", quota=Quota(0, 1), now=next_month).cause == "least"


def test_as_many_as_the_bureau_asks_for_are_picked_at_least(world: World) -> None:
    """Two a month: the first two; none: none."""
    causes = [picked(world, f"2026-{place:05d}", quota=Quota(0, 2)).cause for place in range(3)]
    assert causes == ["least", "least", ""]


def test_chance_picks_the_tickets_below_the_share_and_anybody_can_draw_again(world: World) -> None:
    """By the recorded seed of the month."""
    picked(world, "2026-00000")
    seed = world.session.scalars(sa.select(InspectionMonth.seed)).one()
    for place in range(1, 60):
        number = f"2026-{place:05d}"
        one = picked(world, number)
        assert one.ticket == ticket_of(seed, number)
        assert one.cause == ("random" if one.ticket < 1_000 else "")


@pytest.mark.parametrize(("share", "is_picked"), [(0, False), (100, True)])
def test_the_whole_and_nothing_are_bounds_of_the_share(world: World, share: int, is_picked: bool) -> None:
    """All are picked at 100 %, none at 0 %."""
    assert all(picked(world, str(place), quota=Quota(share, 0)).is_picked is is_picked for place in range(20))


def test_a_ticket_lies_between_nought_and_ten_thousand_evenly_enough() -> None:
    """One in ten of many, give or take."""
    tickets = [ticket_of("seed", f"2026-{place:05d}") for place in range(2_000)]
    assert all(0 <= one < 10_000 for one in tickets)
    assert 150 < sum(one < 1_000 for one in tickets) < 250


def test_a_claim_sent_anew_keeps_its_lot(world: World) -> None:
    """Whoever is picked stays picked."""
    first = picked(world, "2026-00001")
    assert picked(world, "2026-00001", Risk.DISPUTED, quota=Quota(0, 0)) is first


def test_risk_picks_what_chance_would_leave(world: World) -> None:
    """With its reasons."""
    one = picked(world, "2026-00001", Risk.DISPUTED, Risk.DIFFERENCES, quota=Quota(0, 0))
    assert (one.cause, one.risks) == ("risk", ["disputed", "differences"])


def test_the_records_name_the_risks(world: World) -> None:
    """A delivery that is not accepted, the third service of a pair, differing records."""
    assert risks_of(world.session, evaluation(world, "1"), differs=False) == []
    assert risks_of(world.session, evaluation(world, "2", "no"), differs=False) == [Risk.DISPUTED]
    third = evaluation(world, "3")
    assert risks_of(world.session, third, differs=True) == [Risk.SAME_PARTIES, Risk.DIFFERENCES]


@pytest.mark.parametrize(("finding", "counts"), [("none", False), ("minor", False), ("serious", True)])
def test_a_serious_finding_counts_against_the_agencys_later_claims(world: World, finding: str, counts: bool) -> None:
    """A minor one does not."""
    picked(world, "2026-00001")
    record_finding(
        world.session, "2026-00001", finding, report="现场核查。", by=world.cast["reviewer_a"], now=BEGINNING
    )
    assert (Risk.SERIOUS_BEFORE in risks_of(world.session, evaluation(world, "1"), differs=False)) is counts


def test_a_picked_claim_waits_for_what_is_found(world: World) -> None:
    """An unpicked one does not."""
    picked(world, "2026-00001")
    picked(world, "2026-00002", quota=Quota(0, 0))
    assert finding_of(world.session, "2026-00002") == "not_inspected"
    with pytest.raises(InspectionMissingError):
        finding_of(world.session, "2026-00001")
    record_finding(
        world.session, "2026-00001", "minor", report="现场核查。", by=world.cast["reviewer_a"], now=BEGINNING
    )
    assert finding_of(world.session, "2026-00001") == "minor"
