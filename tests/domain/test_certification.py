"""Applications: taken in once at a time, with their computed checks; how they end (A4.1, A8.1, A8.7, A11.9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.bad_credit import enter_organisation
from app.domain.calendar import local_day
from app.domain.certification import (
    CertificationApplication,
    ItemEntry,
    application_of_case,
    checks_of,
    conclude_refused,
    failing_checks,
    open_application,
)
from app.domain.credit_code import with_check_digit
from app.domain.errors import ApplicationStillOpenError, ItemOutsideCategoriesError
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem, items_of, listed_items
from tests.people import BEGINNING


def firm(world: Any) -> Organisation:
    return world.session.get_one(Organisation, world.cast["agency_firm"])


def test_an_application_keeps_its_items_in_the_agencys_order(world: Any) -> None:
    application = world.apply(items=3)

    assert [item.name for item in items_of(world.session, application.id)] == ["项目1", "项目2", "项目3"]
    assert application_of_case(world.session, "2026-00001") is application
    assert application_of_case(world.session, "2026-00002") is None
    assert listed_items(world.session, application.organisation_id) == []


def test_a_second_application_waits_for_the_end_of_the_first(world: Any) -> None:
    first = world.apply()
    with pytest.raises(ApplicationStillOpenError):
        world.apply(number="2026-00002")
    conclude_refused(world.session, first.id, reason="材料不实。", article="A8.2", now=BEGINNING)

    assert world.apply(number="2026-00002").status == "open"


def test_the_database_too_holds_one_open_application(world: Any) -> None:
    world.apply()
    world.session.add(
        CertificationApplication(
            case_number="2026-00002", organisation_id=world.cast["agency_firm"], categories=["credit"],
            submitted_at=BEGINNING, submitted_by=world.cast["agency"], status="open",
        )
    )  # fmt: skip

    with pytest.raises(
        IntegrityError, match=r"uq_certification_application_open|certification_application\.organisation_id"
    ):
        world.session.flush()
    world.session.rollback()


def test_an_item_of_a_category_not_applied_for_is_refused(world: Any) -> None:
    stray = ItemEntry("合同审查", "legal", "审查合同。", 100, "意见一份。")
    with pytest.raises(ItemOutsideCategoriesError) as refused:
        open_application(
            world.session, world.cast["agency_firm"], case_number="2026-00001", categories=["credit"], items=[stray],
            submitted_by=world.cast["agency"], now=BEGINNING,
        )  # fmt: skip

    assert (refused.value.item, refused.value.category, refused.value.rule) == ("合同审查", "legal", "A8.1")


def test_every_check_is_kept_with_article_and_figures(world: Any) -> None:
    application = world.apply()
    found = {one.name: (one.article, one.holds, one.figures) for one in checks_of(world.session, application.id)}

    code = firm(world).credit_code
    assert found == {
        "affiliation": ("A11.9", True, {"shared": []}),
        "bad_credit": ("A11.4", True, {"entries": []}),
        "credit_code": ("A4.1", True, {"credit_code": code}),
        "region": ("A4.1", True, {"division": "640100"}),
    }
    assert failing_checks(world.session, application.id) == []


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({"credit_code": with_check_digit("91630100MA7600003")}, "region"),
        ({"credit_code": "91640100MA7600003" + "0"}, "credit_code"),
        ({"responsible_person": "丁若川"}, "affiliation"),
    ],
    ids=["another region", "wrong check digit", "affiliate"],
)
def test_a_condition_that_does_not_hold_is_found(world: Any, change: dict[str, str], failing: str) -> None:
    for name, value in change.items():
        setattr(firm(world), name, value)
    application = world.apply()

    assert [one.name for one in failing_checks(world.session, application.id)] == [failing]


@pytest.mark.parametrize(("days", "failing"), [(-1, ["bad_credit"]), (0, ["bad_credit"]), (1, [])])
def test_an_agency_with_a_bad_credit_entry_is_not_certified(world: Any, days: int, failing: list[str]) -> None:
    since = local_day(BEGINNING) + timedelta(days=days)
    enter_organisation(
        world.session,
        firm(world).credit_code,
        since_on=since,
        reason="串通",
        by=world.cast["supervisor"],
        now=BEGINNING,
    )

    assert [one.name for one in failing_checks(world.session, world.apply().id)] == failing


def test_a_later_change_of_the_organisation_does_not_touch_the_check(world: Any) -> None:
    application = world.apply()
    firm(world).responsible_person = "丁若川"
    world.session.flush()

    assert failing_checks(world.session, application.id) == []


def test_a_refusal_states_reason_and_article_and_lists_nothing(world: Any) -> None:
    application = world.apply()
    conclude_refused(world.session, application.id, reason="材料不实。", article="A8.2", now=BEGINNING)

    assert (application.status, application.article, application.concluded_at) == ("refused", "A8.2", BEGINNING)
    assert {item.status for item in items_of(world.session, application.id)} == {"not_listed"}


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        (CertificationApplication, {"status": "refused", "reason": ""}, "refusal_has_reason"),
        (CertificationApplication, {"status": "lost"}, "status"),
        (ServiceItem, {"price_fen": 0}, "price_positive"),
        (ServiceItem, {"status": "lost"}, "status"),
        (ServiceItem, {"category": "litigation"}, "category"),
    ],
)
def test_the_database_holds_what_may_never_break(
    world: Any, table: Any, change: dict[str, Any], constraint: str
) -> None:
    world.apply(items=1)

    with pytest.raises(IntegrityError, match=f"ck_{table.__tablename__}_{constraint}"):
        world.session.execute(sa.update(table).values(**change))
    world.session.rollback()
