"""Charts in a real browser under the strict policy: drawn from the table beside them, and leading where it leads."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

TABLE = """<table id="months"><thead><tr><th>Month</th><th>Issued</th><th>Settled</th></tr></thead><tbody>
  <tr><th data-short="9">September</th><td data-value="28100000"><a href="/issued-9">281,000.00</a></td><td data-value="20000000">200,000.00</td></tr>
  <tr><th data-short="10">October</th><td data-value="26900000"><a href="/issued-10">269,000.00</a></td><td></td></tr></tbody></table>"""


def chart(kind="bars"):
    return f'<div class="ql-plot" data-chart="{kind}" data-table="months" data-unit="1000000" role="img" aria-label="A" hidden></div>{TABLE}'


@pytest.mark.parametrize("kind", ["bars", "areas"])
def test_a_chart_is_drawn_under_the_strict_policy_with_the_words_of_its_table(site, page, kind):
    site.page(chart(kind), scripts=("charts.js",))
    page.goto(site.url)

    page.wait_for_selector(".ql-plot svg")
    page.hover(".ql-plot")  # the tooltip is drawn, not written as HTML
    page.wait_for_function("document.querySelector('.ql-plot svg').textContent.includes('28.1')")
    texts = page.locator(".ql-plot svg text").all_text_contents()
    assert {"9", "10"} <= set(texts)
    assert page.complaints == []


def test_a_bar_leads_where_the_cell_of_its_table_leads(site, page):
    site.page(chart(), scripts=("charts.js",))
    site.pages["/issued-10"] = ("text/html", "<!doctype html><title>List</title>")
    page.goto(site.url)
    page.wait_for_selector(".ql-plot svg")
    colour = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ql-data-2').trim()")

    page.locator(f".ql-plot svg path[fill='{colour}']").nth(1).click()

    page.wait_for_url("**/issued-10")


def test_nothing_in_a_chart_moves_and_without_the_script_the_table_is_there(site, page):
    site.page(chart(), scripts=())
    page.goto(site.url)
    assert page.locator("#months").is_visible()
    assert page.locator(".ql-plot").is_hidden()

    site.page(chart(), scripts=("charts.js",))
    page.goto(site.url)
    page.wait_for_selector(".ql-plot svg")

    assert page.evaluate("document.getAnimations().length") == 0
    assert page.locator(".ql-plot svg style").count() == 0
