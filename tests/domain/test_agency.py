"""Certificates: number, validity, the public list, and what may never be certified (A8.6, A4.1, A11.9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.agency import Agency, Filing, certified_agencies, certify_agency, file_certification
from app.domain.certificate import certificate, current_certificate
from app.domain.certification import CertificationApplication
from app.domain.errors import IneligibleAgencyError
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.service_item import items_of, listed_items
from tests.people import BEGINNING, organisation


def certified(
    world: Any, application: CertificationApplication, *, now: datetime = BEGINNING, passed: int = 1
) -> Agency:
    items = items_of(world.session, application.id)
    return certify_agency(
        world.session, application.id, passed_item_ids=[item.id for item in items[:passed]], years=2, now=now
    )


def test_a_certified_agency_is_listed_with_the_items_that_passed(world: Any) -> None:
    agency = certified(world, world.apply(items=3), passed=2)

    ((found, of),) = certified_agencies(world.session, on=agency.certified_on)
    assert (found, of.id) == (agency, world.cast["agency_firm"])
    assert agency.certificate_number == "NXJG-2026-0001"
    assert [item.place for item in listed_items(world.session, agency.organisation_id)] == [1, 2]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 11, 10, 1, 0, tzinfo=UTC), date(2028, 11, 10)),
        (datetime(2026, 11, 10, 16, 0, tzinfo=UTC), date(2028, 11, 11)),  # already the 11th in Shanghai
        (datetime(2028, 2, 29, 1, 0, tzinfo=UTC), date(2030, 2, 28)),
    ],
)
def test_a_certificate_is_valid_two_years_to_the_day(world: Any, now: datetime, last: date) -> None:
    agency = certified(world, world.apply(), now=now)

    assert agency.valid_until == last
    assert len(certified_agencies(world.session, on=last)) == 1
    assert certified_agencies(world.session, on=last + timedelta(days=1)) == []


def test_a_renewal_takes_a_new_number_that_nobody_had(world: Any) -> None:
    certified(world, world.apply())
    renewed = certified(world, world.apply(number="2026-00002"))
    world.cast["other_firm"] = organisation(world.session, 70, OrganisationKind.AGENCY, "宁夏别家服务有限公司").id
    other = certified(world, world.apply(firm="other_firm", number="2026-00003"))

    assert (renewed.certificate_number, other.certificate_number) == ("NXJG-2026-0002", "NXJG-2026-0003")


def test_numbers_begin_again_with_the_year(world: Any) -> None:
    agency = certified(world, world.apply(), now=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))

    assert agency.certificate_number == "NXJG-2027-0001"


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("砺信", 1), (" 砺信 ", 1), ("91640100ma76", 1), ("别家", 0), ("%", 0)]
)
def test_the_public_list_is_searched_by_name_and_code(world: Any, text: str, count: int) -> None:
    certified(world, world.apply())

    assert len(certified_agencies(world.session, on=date(2026, 12, 1), text=text)) == count


def test_a_withdrawn_agency_is_on_no_list_but_its_number_still_verifies(world: Any) -> None:
    agency = certified(world, world.apply())
    agency.status = "withdrawn"
    held = current_certificate(world.session, agency.organisation_id)
    held.status = "withdrawn"

    assert certified_agencies(world.session, on=agency.certified_on) == []
    found = certificate(world.session, agency.certificate_number)
    assert found is not None
    assert found[0].status == "withdrawn"
    assert certificate(world.session, "NXJG-2026-9999") is None


def test_nobody_can_certify_an_affiliate_of_the_operator(world: Any) -> None:
    world.session.get_one(Organisation, world.cast["agency_firm"]).responsible_person = "丁若川"
    application = world.apply()

    with pytest.raises(IneligibleAgencyError) as refused:
        certified(world, application)

    assert (refused.value.checks, refused.value.rule) == (("affiliation",), "A11.9")
    assert (application.status, world.session.scalars(sa.select(Agency)).all()) == ("open", [])


def test_a_filing_is_kept_with_who_and_when(world: Any) -> None:
    application = world.apply()
    file_certification(world.session, application.id, filed_by=world.cast["bureau"], now=BEGINNING)

    filing = world.session.get_one(Filing, application.id)
    assert (filing.filed_by, filing.filed_at) == (world.cast["bureau"], BEGINNING)


@pytest.mark.parametrize(
    ("change", "constraint"), [({"status": "lost"}, "status"), ({"valid_until": date(2026, 11, 2)}, "validity")]
)
def test_the_database_holds_what_may_never_break(world: Any, change: dict[str, Any], constraint: str) -> None:
    certified(world, world.apply())

    with pytest.raises(IntegrityError, match=f"ck_agency_{constraint}"):
        world.session.execute(sa.update(Agency).values(**change))
    world.session.rollback()
