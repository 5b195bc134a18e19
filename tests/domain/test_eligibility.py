"""Who may get a voucher: facts gathered from the records, every refusal with article, figure and remedy."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.affiliation import declare_affiliation
from app.domain.bad_credit import enter_organisation, enter_person, person_mark
from app.domain.calendar import local_day
from app.domain.credit_code import with_check_digit
from app.domain.eligibility import ORDER, Check, check_eligibility, failing_conditions, size_of
from app.domain.eligibility_words import IneligibleEnterpriseError, figures_in_words, refusal, refuse_ineligible, title
from app.domain.enterprise import Industry, LegalForm
from app.domain.enterprise_errors import NoEnterpriseError
from app.domain.organisation import Organisation
from tests.domain.conftest import World
from tests.enterprises import SMALL_SHOP, enterprise
from tests.people import BEGINNING

TODAY = local_day(BEGINNING)
KEY = b"a key of the tests"


def checks(world: World, firm: Organisation, **more: Any) -> dict[str, Check]:
    found = check_eligibility(world.session, firm.id, **{"category": "credit", "on": TODAY, **more})
    return {one.id: one for one in found}


def failing(world: World, firm: Organisation, **more: Any) -> list[tuple[str, str]]:
    return [(one.id, one.article) for one in checks(world, firm, **more).values() if not one.holds]


def test_a_small_shop_of_the_region_is_eligible_by_every_condition(world: World) -> None:
    firm = enterprise(world.session)

    found = checks(world, firm)

    assert tuple(found) == ORDER
    assert failing(world, firm) == []
    assert found["size"].figures["size"] == "small"
    refuse_ineligible(list(found.values()))


@pytest.mark.parametrize(
    ("changed", "condition", "article"),
    [
        ({"legal_form": LegalForm.BRANCH}, "legal_person", "A5.1"),
        ({"legal_form": LegalForm.SOLE_TRADER}, "legal_person", "A5.1"),
        ({"is_in_business": False}, "in_business", "A5.1"),
        ({"is_growing": False}, "growing", "A5.1"),
        ({"is_in_order": False}, "in_order", "A5.1"),
        ({"employees": 300, "revenue_yuan": 200_000_000}, "size", "A5.2"),
    ],
)
def test_what_an_enterprise_declares_can_refuse_it(
    world: World, changed: dict[str, Any], condition: str, article: str
) -> None:
    assert failing(world, enterprise(world.session, **changed)) == [(condition, article)]


@pytest.mark.parametrize(
    ("employees", "revenue_yuan", "size"),
    [
        (300, 199_999_999, "medium"),
        (299, 200_000_000, "medium"),
        (300, 200_000_000, "large"),
        (50, 5_000_000, "medium"),
        (49, 5_000_000, "small"),
        (50, 4_999_999, "small"),
        (10, 1_000_000, "small"),
        (10, 999_999, "micro"),
        (9, 1_000_000, "micro"),
    ],
)
def test_the_size_of_a_shop_changes_at_the_bounds_to_the_yuan(
    world: World, employees: int, revenue_yuan: int, size: str
) -> None:
    firm = enterprise(world.session, employees=employees, revenue_yuan=revenue_yuan)

    assert size_of(world.session, firm.id, on=TODAY) == size


def test_without_declared_figures_nothing_is_concluded_but_that_they_are_missing(world: World) -> None:
    firm = enterprise(world.session, figures=None)

    assert failing(world, firm) == [("declared", "A5.1")]
    assert "size" not in checks(world, firm)
    assert size_of(world.session, firm.id, on=TODAY) == "unknown"


def test_a_declaration_counts_from_its_day_on(world: World) -> None:
    firm = enterprise(world.session)

    assert failing(world, firm, on=TODAY - timedelta(days=1)) == [("declared", "A5.1")]
    assert failing(world, firm, on=TODAY) == []


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("91640100MA7600500X", "credit_code"),
        (with_check_digit("91110100MA7600500"), "region"),
        (with_check_digit("91630100MA7600500"), "region"),
        (with_check_digit("91650100MA7600500"), "region"),
        (with_check_digit("92640100MA7600500"), "legal_person"),
    ],
)
def test_the_credit_code_can_refuse_an_enterprise(world: World, code: str, condition: str) -> None:
    firm = enterprise(world.session)
    firm.credit_code = code
    world.session.flush()

    assert failing(world, firm) == [(condition, "A5.1")]


def test_an_affiliate_of_the_operator_is_refused(world: World) -> None:
    firm = enterprise(world.session)
    declare_affiliation(
        world.session, firm.id, world.cast["operator"], explanation="同一集团", declared_by=world.cast["supervisor"],
        now=BEGINNING,
    )  # fmt: skip

    assert failing(world, firm) == [("affiliation", "A11.9")]


def test_the_same_responsible_person_as_the_operators_is_an_affiliate(world: World) -> None:
    firm = enterprise(world.session)
    firm.responsible_person = "丁若川"
    world.session.flush()

    assert checks(world, firm)["affiliation"].figures == {"shared": ["responsible_person"]}


def test_an_entry_against_the_credit_code_refuses_from_its_day_on(world: World) -> None:
    firm = enterprise(world.session)
    enter_organisation(
        world.session, firm.credit_code, since_on=TODAY, reason="骗取补贴", by=world.cast["supervisor"], now=BEGINNING
    )

    assert failing(world, firm) == [("bad_credit", "A11.4")]
    assert failing(world, firm, on=TODAY - timedelta(days=1)) == [("declared", "A5.1")]


def test_a_person_with_an_entry_cannot_apply_through_another_firm(world: World) -> None:
    mark = person_mark("64010219900307707X", key=KEY)
    firm = enterprise(world.session, responsible_hash=mark.hash, responsible_last_four=mark.last_four)
    other = enterprise(world.session, 501, "enterprise_b")
    enter_person(
        world.session, "安知夏", mark, since_on=TODAY, reason="串通", by=world.cast["supervisor"], now=BEGINNING
    )

    assert failing(world, firm) == [("bad_credit", "A11.4")]
    assert failing(world, other) == []


def test_a_firm_of_the_same_responsible_person_as_one_with_an_entry_is_refused(world: World) -> None:
    mark = person_mark("64010219900307707X", key=KEY)
    shared = {"responsible_hash": mark.hash, "responsible_last_four": mark.last_four}
    guilty, sibling = enterprise(world.session, **shared), enterprise(world.session, 501, "enterprise_b", **shared)
    enter_organisation(
        world.session, guilty.credit_code, since_on=TODAY, reason="骗取补贴", by=world.cast["supervisor"], now=BEGINNING
    )

    assert failing(world, sibling) == [("bad_credit", "A11.4")]


@pytest.mark.parametrize(
    ("category", "is_litigation", "refused"),
    [
        ("legal", False, []),
        ("legal", True, [("litigation", "A7.1")]),
        ("credit", True, []),
        ("travel", False, [("category", "A7.1")]),
        (None, False, []),
    ],
)
def test_the_service_belongs_to_a_category_and_is_no_litigation(
    world: World,
    category: str | None,
    is_litigation: bool,
    refused: list[tuple[str, str]],
) -> None:
    assert failing(world, enterprise(world.session), category=category, is_litigation=is_litigation) == refused


def test_only_an_enterprise_can_be_asked_about(world: World) -> None:
    with pytest.raises(NoEnterpriseError):
        check_eligibility(world.session, world.cast["agency_firm"], category=None, on=TODAY)


def test_the_refusal_of_a_large_enterprise_names_the_figures_that_made_it_large(world: World) -> None:
    firm = enterprise(world.session, industry=Industry.REAL_ESTATE, employees=8, revenue_yuan=2_000_005_000,
        assets_yuan=100_000_000)  # fmt: skip

    (check,) = failing_conditions(list(checks(world, firm).values()))

    assert refusal(check, "zh") == (
        "按房地产开发经营标准属于大型企业：营业收入 200000.5 万元，大型下限 200000 万元；资产总额 10000 万元，"
        "大型下限 10000 万元（A5.2）；大型企业不能申领；数据填错的，请重新申报"
    )
    assert "employees" not in refusal(check, "en")


def test_an_enterprise_that_fails_twice_reads_both_reasons(world: World) -> None:
    firm = enterprise(world.session, is_growing=False, legal_form=LegalForm.BRANCH)

    with pytest.raises(IneligibleEnterpriseError) as raised:
        refuse_ineligible(list(checks(world, firm).values()))

    assert raised.value.rule == "A5.1"
    assert [one.id for one in raised.value.failing] == ["legal_person", "growing"]
    assert "分支机构" in raised.value.message_zh
    assert "400" in raised.value.message_zh
    assert "branch" in raised.value.message_en


SOME_FIGURES: dict[str, dict[str, Any]] = {
    "credit_code": {"credit_code": "91640100MA7600500X"}, "region": {"division": "110100"}, "declared": {"count": 0},
    "legal_person": {"legal_form": "branch"}, "in_business": {"is_in_business": False},
    "growing": {"is_growing": False, "year": 2025, "revenue_yuan": 4_000_000, "assets_yuan": 1}, "in_order": {"is_in_order": False},
    "industry": {"industry": "retail"},
    "size": {"industry": "retail", "size": "large", "employees": 300, "revenue_yuan": 200_000_000, "assets_yuan": 0,
             "employees_bound": 300, "revenue_bound": 20_000, "assets_bound": None},
    "affiliation": {"shared": ["declared", "responsible_person"]},
    "bad_credit": {"count": 1, "since_on": "2026-05-04"}, "category": {"category": "travel"},
    "litigation": {"category": "legal", "is_litigation": True},
}  # fmt: skip


@pytest.mark.parametrize("check_id", ORDER)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_names_article_and_what_can_be_done_in_both_languages(check_id: str, language: str) -> None:
    said = refusal(Check(check_id, "A5.1", holds=False, figures=SOME_FIGURES[check_id]), language)

    assert "A5.1" in said
    assert title(check_id, language)
    assert bool(re.search(r"[一-鿿]", said)) == (language == "zh")
    assert "{" not in said


def test_the_figures_are_said_beside_a_condition_that_holds(world: World) -> None:
    found = checks(world, enterprise(world.session))

    assert (
        figures_in_words(found["size"], "zh") == "零售业 · 小型：从业人员 12 人，营业收入 400 万元，资产总额 150 万元"
    )
    assert figures_in_words(found["region"], "en") == "division 640100"
    assert SMALL_SHOP.year == found["size"].figures["year"] == date(2025, 1, 1).year
