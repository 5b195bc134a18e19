"""The scripts of the pages, in a real browser, under the strict content security policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

XML = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">
  <process id="p"><startEvent id="start"/><userTask id="first_review" name="初审"/><sequenceFlow id="flow" sourceRef="start" targetRef="first_review"/></process>
  <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
    <bpmndi:BPMNShape bpmnElement="start"><dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape bpmnElement="first_review"><dc:Bounds x="200" y="78" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge bpmnElement="flow"><di:waypoint x="136" y="118"/><di:waypoint x="200" y="118"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""

DIAGRAM = """<div data-diagram data-xml-url="/d.bpmn" data-active="first_review gone" data-passed="start flow" role="region"
  aria-label="Diagram" data-zoom-in-text="Zoom in" data-zoom-out-text="Zoom out" data-fit-text="Fit"
  data-failed-text="The diagram could not be shown."></div>"""

FORM = """<form method="post" action="/send" data-autosave="/draft" data-saved-text="Saved at {time}" data-failed-text="Not saved">
  <label>Reason <input name="reason"></label><p role="status" data-autosave-status></p><button>Send</button></form>"""


def open_diagram(site, page, xml=XML):
    site.page(DIAGRAM)
    if xml:
        site.pages["/d.bpmn"] = ("application/xml", xml)
    page.goto(site.url)
    page.wait_for_selector("[data-diagram]:not([data-state=loading])[data-state]")


def scale_of(page):
    return page.evaluate("document.querySelector('.djs-container .viewport').getCTM().a")


def test_a_diagram_marks_the_token_and_what_was_passed(site, page):
    open_diagram(site, page)

    assert page.locator("[data-diagram]").get_attribute("data-state") == "ready"
    assert page.locator(".djs-element.ql-active").evaluate_all("all => all.map(one => one.dataset.elementId)") == [
        "first_review"
    ]
    assert sorted(
        page.locator(".djs-element.ql-passed").evaluate_all("all => all.map(one => one.dataset.elementId)")
    ) == ["flow", "start"]
    stroke = "one => getComputedStyle(one).strokeWidth"
    assert page.locator(".ql-active .djs-visual > *").first.evaluate(stroke) == "4px"
    assert page.complaints == []


def test_the_mark_of_bpmn_io_is_visible(site, page):
    open_diagram(site, page)

    mark = page.locator(".bjs-powered-by")
    assert mark.is_visible()
    assert mark.locator("svg").bounding_box()["width"] > 40


def test_a_diagram_zooms_and_fits_by_keyboard(site, page):
    open_diagram(site, page)
    fitted = scale_of(page)

    page.locator("[data-diagram]").focus()
    page.keyboard.press("-")
    smaller = scale_of(page)
    page.keyboard.press("0")

    assert smaller == pytest.approx(fitted / 1.25, rel=0.01)
    assert scale_of(page) == pytest.approx(fitted, rel=0.01)


def test_the_diagram_tools_have_names(site, page):
    open_diagram(site, page)

    for name in ("Zoom in", "Zoom out", "Fit"):
        page.get_by_role("button", name=name).click()
    assert page.complaints == []


def test_a_diagram_that_cannot_be_read_says_so(site, page):
    open_diagram(site, page, xml=None)

    assert page.get_by_role("alert").inner_text() == "The diagram could not be shown."


def test_a_click_on_an_element_tells_the_page(site, page):
    open_diagram(site, page)
    page.evaluate("window.seen = []; addEventListener('diagram:select', event => seen.push(event.detail.id))")

    page.locator("[data-element-id=first_review] .djs-hit").first.click(force=True)

    assert page.evaluate("seen") == ["first_review"]


def test_a_draft_is_saved_a_second_after_the_last_key(site, page):
    site.page(FORM)
    page.goto(site.url)

    page.get_by_label("Reason").press_sequentially("too late", delay=20)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Saved at \d\d:\d\d"))

    assert site.posted == [("/draft", {"reason": ["too late"]})]


def test_a_draft_that_cannot_be_saved_says_so(site, page):
    site.page(FORM)
    site.answer = 409
    page.goto(site.url)

    page.get_by_label("Reason").fill("x")

    expect(page.get_by_role("status")).to_have_text("Not saved")


def test_sending_a_form_cancels_its_waiting_draft(site, page):
    site.page(FORM)
    page.goto(site.url)

    page.get_by_label("Reason").fill("x")
    page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(1500)

    assert [path for path, _body in site.posted] == ["/send"]


def test_the_menu_opens_and_escape_gives_the_focus_back(site, page):
    site.page(
        '<button data-menu aria-controls="rail" aria-expanded="false">Menu</button><nav id="rail"><a href="#x">Inbox</a></nav>'
    )
    page.goto(site.url)
    button = page.get_by_role("button", name="Menu")

    button.click()
    opened = button.get_attribute("aria-expanded"), page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")

    assert opened == ("true", "Inbox")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.textContent") == "Menu"


def test_a_dialog_opens_from_its_button(site, page):
    site.page('<a href="/why" data-dialog="why">Return</a><dialog id="why"><p>Why?</p></dialog>')
    page.goto(site.url)

    page.get_by_text("Return").click()

    assert page.get_by_role("dialog").is_visible()
    assert page.url == f"{site.url}/"
