"""The bureau's pages of policy parameters: everybody of the office reads them, the bureau alone changes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from app.db import reading, unit_of_work
from app.domain.parameters import PARAMETERS, parameter
from app.web.context import Context

CHANGE = {"value": "3,500.00", "effective_on": "2027-01-01", "reason": "宁非公发〔2026〕8 号"}


def words_of(answer: Any) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).xpath("//main")[0].itertext()).split())


@pytest.fixture
def clock(client_of: Any, parts: Context) -> None:
    """It is 24 November 2026."""

    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, datetime(2026, 11, 24, 2, tzinfo=UTC))


def test_every_parameter_stands_in_the_list_with_its_value(english_of: Any) -> None:
    page = html.fromstring(english_of("reviewer_a").get("/parameters").text)

    links = page.xpath("//main//th/a[contains(@href, '/parameters/')]/@href")

    assert {link.rsplit("/", 1)[1] for link in links} == set(PARAMETERS)
    assert "3,000.00" in page.xpath("//main")[0].text_content()


def test_a_change_is_kept_with_reason_and_seen_before_it_counts(english_of: Any, parts: Context, clock: None) -> None:
    answer = english_of("bureau").post("/parameters/voucher_cap_fen", data=CHANGE)

    assert answer.status_code == 302
    said = words_of(english_of("auditor").get("/parameters/voucher_cap_fen"))
    assert "from 2027-01-01 on 3,500.00" in said
    assert "宁非公发〔2026〕8 号 · 白见山" in said
    with reading(parts.database) as unit:
        days = ("2026-12-31", "2027-01-01")
        from datetime import date

        values = [parameter(unit.session, "voucher_cap_fen", on=date.fromisoformat(day)) for day in days]
    assert values == [300_000, 350_000]


@pytest.mark.parametrize(
    ("key", "changed", "said"),
    [
        ("voucher_cap_fen", {"value": ""}, "Write a number."),
        ("voucher_cap_fen", {"value": "3000.005"}, "Write a number."),
        ("voucher_cap_fen", {"value": "0.99"}, "0.99 will not do: from 1.00 to 1000000.00 (A6.1)"),
        ("voucher_cap_fen", {"effective_on": "soon"}, "Choose the day from which it counts."),
        ("voucher_cap_fen", {"effective_on": "2026-11-23"}, "Give 2026-11-24 or a later day."),
        ("voucher_cap_fen", {"reason": " "}, "Write why; the history keeps it."),
        ("panel_size", {"value": "4"}, "4 will not do: from 3 to 15, and odd (A8.3)"),
        ("supervision_fee_hundredths_percent", {"value": "6.01"}, "6.01 will not do: from 3.00 to 6.00 (A11.12)"),
        ("voucher_reminder_last_days", {"value": "30"}, "has to stay below “First reminder before expiry” (30)"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(
    english_of: Any,
    clock: None,
    key: str,
    changed: dict[str, str],
    said: str,
) -> None:
    answer = english_of("bureau").post(f"/parameters/{key}", data=CHANGE | changed)

    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = html.fromstring(answer.text).xpath("//input[@name='reason']/@value")
    assert kept == [(CHANGE | changed)["reason"].strip()]


def test_a_parameter_that_does_not_exist_is_not_found(client_of: Any) -> None:
    assert client_of("bureau").get("/parameters/wishes").status_code == 404
    assert client_of("bureau").post("/parameters/wishes", data=CHANGE).status_code == 404


def test_the_office_reads_and_finds_no_form(client_of: Any) -> None:
    reviewer = client_of("reviewer_a")

    assert not html.fromstring(reviewer.get("/parameters/panel_size").text).xpath("//main//form")
    assert reviewer.post("/parameters/panel_size", data=CHANGE).status_code == 403
    assert client_of("agency").get("/parameters").status_code == 403
