"""An enterprise declares its figures and reads whether it may apply; the office sees and records; bad credit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import html

from app.db import reading, unit_of_work
from app.domain.bad_credit import bad_credit_entries
from app.domain.calendar import local_day
from app.domain.enterprise import declarations_of, has_priority
from app.domain.interests import barred_organisations
from app.domain.organisation import Organisation
from app.domain.shareholding import Holding, record_shareholding
from app.web.context import Context
from tests.enterprises import enterprise

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
NUMBER = "64010219900307707X"
DECLARED = {
    "year": "2025", "industry": "retail", "employees": "12", "revenue": "400", "assets": "150.5",
    "legal_form": "company", "is_in_business": "yes", "is_growing": "yes", "is_in_order": "yes",
    "identity_number": NUMBER, "address": "银川市金凤区 8 号", "phone": "0951-5550500", "bank_account": "6400000000000500",
}  # fmt: skip


def words_of(answer: Any) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).xpath("//main")[0].itertext()).split())


@pytest.fixture
def firm(parts: Context, client_of: Any) -> int:
    """An enterprise that has declared nothing; it is 24 November 2026."""
    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, NOW)
        return enterprise(unit.session, figures=None).id


def test_an_enterprise_declares_its_figures_and_may_apply(english_of: Any, parts: Context, firm: int) -> None:
    client = english_of("enterprise")
    assert "Declare the figures of your enterprise first" in words_of(client.get("/enterprise"))

    assert client.post("/enterprise", data=DECLARED).status_code == 302

    said = words_of(client.get("/enterprise"))
    assert "Your enterprise may apply for vouchers" in said
    assert "retail · small: 12 employees, revenue 400, assets 150.5" in said
    with reading(parts.database) as unit:
        (one,) = declarations_of(unit.session, firm)
        assert (one.revenue_yuan, one.assets_yuan, one.responsible_last_four) == (4_000_000, 1_505_000, NUMBER[-4:])
        assert unit.session.get_one(Organisation, firm).bank_account == "6400000000000500"
        everything = unit.connection.execute(sa.text("SELECT * FROM enterprise_figures")).all()
    assert NUMBER not in str(everything)


def test_a_second_declaration_keeps_the_responsible_person(client_of: Any, parts: Context, firm: int) -> None:
    client = client_of("enterprise")
    client.post("/enterprise", data=DECLARED)

    client.post("/enterprise", data=DECLARED | {"identity_number": "", "employees": "14"})

    with reading(parts.database) as unit:
        last, first = declarations_of(unit.session, firm)
    assert (last.employees, last.responsible_hash) == (14, first.responsible_hash)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("year", "2023", "give those of the latest year since 2024"),
        ("year", "", "Write a number."),
        ("industry", "lottery", "Choose the industry."),
        ("employees", "many", "Write a number."),
        ("employees", "1000001", "does not lie between 0 and 1000000"),
        ("revenue", "1.00005", "Write a number."),
        ("revenue", "-1", "does not lie between 0 and"),
        ("legal_form", "", "Choose the legal form."),
        ("is_growing", "", "Choose yes or no."),
        ("identity_number", "640102199003077070", "no resident identity number"),
        ("identity_number", "", "Write the identity number of the responsible person."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    english_of: Any,
    firm: int,
    field: str,
    value: str,
    said: str,
) -> None:
    answer = english_of("enterprise").post("/enterprise", data=DECLARED | {field: value})

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert html.fromstring(answer.text).xpath("//input[@name='assets']/@value") == ["150.5"]


def test_a_large_enterprise_reads_which_figures_made_it_large(client_of: Any, firm: int) -> None:
    client = client_of("enterprise")
    client.post("/enterprise", data=DECLARED | {"employees": "300", "revenue": "20000"})

    said = words_of(client.get("/enterprise"))

    assert "贵企业目前不能申领" in said
    assert (
        "从业人员 300 人，大型下限 300 人；营业收入 20000 万元，大型下限 20000 万元（A5.2）；大型企业不能申领" in said
    )


def test_the_office_records_priority_and_only_reviewers_and_supervisors_do(
    client_of: Any, parts: Context, firm: int
) -> None:
    given = {"specialised": "no", "rating": "AA", "source": "评级公告 2026-3"}

    assert client_of("finance").post(f"/enterprises/{firm}/standing", data=given).status_code == 403
    assert client_of("reviewer_a").post(f"/enterprises/{firm}/standing", data=given | {"source": ""}).status_code == 422
    assert client_of("reviewer_a").post(f"/enterprises/{firm}/standing", data=given).status_code == 302

    with reading(parts.database) as unit:
        assert has_priority(unit.session, firm, on=local_day(NOW))
    assert "评级公告 2026-3" in words_of(client_of("finance").get(f"/enterprises/{firm}"))


def test_who_holds_shares_of_an_enterprise_finds_it_nowhere(
    client_of: Any, parts: Context, cast: dict[str, int], firm: int
) -> None:
    holding = Holding(firm, 5_000, local_day(NOW), holder_person_id=cast["reviewer_a"])
    with unit_of_work(parts.database) as unit:
        record_shareholding(unit.session, holding, by=None, now=NOW)
        assert firm in barred_organisations(unit.connection, cast["reviewer_a"])

    tied, free = client_of("reviewer_a"), client_of("reviewer_b")

    assert free.get(f"/enterprises/{firm}").status_code == 200
    assert tied.get(f"/enterprises/{firm}").status_code == tied.get("/enterprises/99999").status_code == 404
    given = {"specialised": "yes", "rating": "AAA", "source": "名单"}
    assert tied.post(f"/enterprises/{firm}/standing", data=given).status_code == 404
    assert "银川第500" in words_of(free.get("/enterprises?q=第500"))
    assert "银川第500" not in words_of(tied.get("/enterprises?q=第500"))


def test_an_agency_is_no_enterprise(client_of: Any, cast: dict[str, int], firm: int) -> None:
    assert client_of("reviewer_a").get(f"/enterprises/{cast['agency_firm']}").status_code == 404
    assert client_of("agency").get("/enterprise").status_code == 403


ENTRY = {"party": "organisation", "since_on": "2026-11-24", "reason": "骗取补贴，宁非公处〔2026〕1 号"}


def test_a_supervisor_enters_bad_credit_and_the_enterprise_is_refused(
    english_of: Any, parts: Context, firm: int
) -> None:
    english_of("enterprise").post("/enterprise", data=DECLARED)
    with reading(parts.database) as unit:
        code = unit.session.get_one(Organisation, firm).credit_code

    assert english_of("supervisor").post("/bad-credit", data=ENTRY | {"credit_code": code}).status_code == 302

    said = words_of(english_of("enterprise").get("/enterprise"))
    assert "1 bad-credit entries of the enterprise or its responsible person since 2026-11-24 (A11.4)" in said
    assert "骗取补贴" in words_of(english_of("finance").get("/bad-credit"))


def test_a_person_is_entered_by_number_and_shown_by_the_last_four(client_of: Any, parts: Context, firm: int) -> None:
    entry = ENTRY | {"party": "person", "name": "安知夏", "identity_number": NUMBER}
    client_of("enterprise").post("/enterprise", data=DECLARED)

    assert client_of("supervisor").post("/bad-credit", data=entry).status_code == 302

    page = client_of("supervisor").get("/bad-credit")
    assert "707X" in words_of(page)
    assert NUMBER not in page.text
    assert "目前不能申领" in words_of(client_of("enterprise").get("/enterprise"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"party": ""}, "Choose whom the entry is of."),
        ({"credit_code": ""}, "Write the credit code of the organisation."),
        ({"credit_code": "91640100MA7600500X"}, "is no unified social credit code"),
        ({"party": "person", "name": ""}, "Write the person's name."),
        ({"party": "person", "name": "安知夏", "identity_number": "1"}, "no resident identity number"),
        ({"since_on": "2026-11-25"}, "not after today"),
        ({"since_on": ""}, "Choose the day from which it counts."),
        ({"reason": ""}, "Write why, with the decision that it stands on."),
    ],
)
def test_an_entry_that_cannot_be_is_refused_in_words(
    english_of: Any, parts: Context, firm: int, changed: dict[str, str], said: str
) -> None:
    with reading(parts.database) as unit:
        code = unit.session.get_one(Organisation, firm).credit_code
    answer = english_of("supervisor").post("/bad-credit", data=ENTRY | {"credit_code": code} | changed)

    assert answer.status_code == 422
    assert said in words_of(answer)
    with reading(parts.database) as unit:
        assert bad_credit_entries(unit.session) == []


def test_only_a_supervisor_enters(client_of: Any, firm: int) -> None:
    for login in ("reviewer_a", "finance", "bureau"):
        assert client_of(login).post("/bad-credit", data=ENTRY).status_code == 403
    assert client_of("enterprise").get("/bad-credit").status_code == 403
