"""The public pages and their JSON: agencies, notices, verification, the queue."""

from __future__ import annotations

import pytest

from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


@pytest.fixture
def public(client_of):
    """Somebody who has not signed in."""
    return client_of(None)


def test_a_certified_agency_stands_on_the_public_list_with_its_prices(walk, public):
    walk.certified()

    page = public.get("/public/agencies").text
    one = public.get(f"/public/agencies/{walk.cast['agency_firm']}").text

    assert "宁夏砺信信用服务有限公司" in page
    assert "3,600.00" in page
    assert "交付制度一套、报告一份。" in one


def test_agencies_are_found_by_name_and_not_by_others(walk, public):
    walk.certified()

    assert "宁夏砺信信用服务有限公司" in public.get("/public/agencies?q=砺信").text
    assert "没有这几个字" in public.get("/public/agencies?q=朔云").text


def test_agencies_come_as_json_by_header_and_by_address(walk, public):
    walk.certified()

    by_header = public.get("/public/agencies", headers={"Accept": "application/json"}).json
    by_address = public.get("/public/agencies?format=json").json

    assert by_header == by_address
    assert by_header["agencies"][0]["service_items"][0]["price_fen"] == 360_000


def test_an_agency_that_is_not_certified_has_no_public_page(walk, public):
    walk.submitted()

    assert public.get(f"/public/agencies/{walk.cast['agency_firm']}").status_code == 404


def test_a_notice_says_its_last_day_and_where_to_object(walk, public):
    walk.announced()

    page = public.get("/public/notices/1").text

    assert "11 月 9 日（周一）" in page
    assert "余 5 个工作日" in page
    assert "宁夏券流运营中心" in page
    assert "80.00" in page
    assert not any(f"专家{number}" in page for number in range(1, 13))


@pytest.mark.parametrize(("days", "is_open"), [(7, True), (8, False)])
def test_a_notice_is_open_until_24_00_of_its_last_day(walk, public, days, is_open):
    walk.announced()
    walk.pass_time(days=days)

    assert public.get("/public/notices/1?format=json").json["is_open"] is is_open


def test_notices_are_listed_as_pages_and_as_json(walk, public):
    walk.announced()

    assert "拟认定宁夏砺信信用服务有限公司" in public.get("/public/notices").text
    assert public.get("/public/notices?format=json").json["notices"][0]["case_number"] == "2026-00001"


def test_an_unknown_notice_is_not_there(public):
    assert public.get("/public/notices/7").status_code == 404


def test_a_certificate_is_genuine_until_its_last_day_and_expired_after_it(walk, public):
    walk.certified()
    until = public.get("/public/verify/NXJG-2026-0001?format=json").json["valid_until"]

    walk.pass_time(days=365 * 2 - 13)
    assert public.get("/public/verify/NXJG-2026-0001?format=json").json["status"] == "valid"
    walk.pass_time(days=30)
    assert public.get("/public/verify/NXJG-2026-0001?format=json").json["status"] == "expired"
    assert until.startswith("2028-11-")


def test_the_form_leads_to_the_verdict(walk, public):
    walk.certified()

    page = public.get("/public/verify?number=nxjg-2026-0001", follow_redirects=True).text

    assert "真实，有效" in page


def test_a_number_that_was_never_given_is_unknown(public):
    assert public.get("/public/verify/NXJG-2026-9999?format=json").json["status"] == "unknown"
    assert "查不到这个号码" in public.get("/public/verify/<script>").text
    assert "<script>alert" not in public.get("/public/verify/<script>alert").text


def test_nobody_waits_before_there_are_vouchers(public):
    assert public.get("/public/queue?format=json").json["moves"] == []
    assert "没有人排队" in public.get("/public/queue").text


def test_the_public_pages_speak_english(walk, client_of):
    walk.announced()
    client = client_of(None)
    client.post("/language/en")

    assert "Last day to object" in client.get("/public/notices/1").text
