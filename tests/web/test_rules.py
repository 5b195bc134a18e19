"""The page of rules, and the articles that lead to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from lxml import html

from app.domain.parameters import PARAMETERS
from app.domain.rules import rules
from app.web.articles import article_link, article_url


def test_anybody_reads_every_rule_at_its_anchor(client_of: Any) -> None:
    page = html.fromstring(client_of(None).get("/rules").text)

    assert {one.get("id") for one in page.xpath("//article[@id]")} == rules().keys()


@pytest.mark.parametrize(("language", "said"), [("zh", "真实性与合规性审核"), ("en", "Authenticity and compliance")])
def test_a_rule_is_read_in_the_readers_language(client_of: Any, language: str, said: str) -> None:
    page = html.fromstring(client_of(None).get("/rules", headers={"Accept-Language": language}).text)

    (rule,) = page.xpath("//article[@id='A8.2']")

    assert said in rule.text_content()


def test_a_rule_shows_its_figures_and_the_steps_of_the_deployed_process_that_apply_it(client_of: Any) -> None:
    page = html.fromstring(client_of(None).get("/rules", headers={"Accept-Language": "en"}).text)

    (rule,) = page.xpath("//article[@id='A8.6']")
    said = rule.text_content()

    assert f"{PARAMETERS['notice_working_days'].value} working days" in said
    assert "Certification of an agency" in said
    assert not rule.xpath(".//a[contains(@href, '/processes/')]")


def test_whoever_may_read_processes_is_led_to_them(client_of: Any) -> None:
    page = html.fromstring(client_of("reviewer_a").get("/rules").text)

    assert page.xpath("//article[@id='A8.6']//a[contains(@href, '/processes/agency_certification/versions/')]")


def test_a_rule_that_no_process_cites_says_so(client_of: Any) -> None:
    page = html.fromstring(client_of(None).get("/rules", headers={"Accept-Language": "en"}).text)

    assert "No deployed process cites it yet." in page.xpath("//article[@id='A10.4']")[0].text_content()


@pytest.mark.parametrize(
    ("text", "links"),
    [("A8.2", ["A8.2"]), ("A4.1, A11.9", ["A4.1", "A11.9"]), ("A99.9", []), ("", []), (None, []), ("<b>", [])],
)
def test_articles_become_links_and_nothing_else_does(app: Flask, text: str | None, links: list[str]) -> None:
    with app.test_request_context():
        made = article_link(text)

    assert [one.text for one in html.fromstring(f"<p>{made}</p>").xpath(".//a")] == links
    assert "<b>" not in made


def test_only_a_rule_has_an_address(app: Flask) -> None:
    with app.test_request_context():
        assert (article_url("A8.2"), article_url("A99.9")) == ("/rules#A8.2", "")
