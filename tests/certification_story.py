"""The certification as its people walk it in their browsers: by the names of controls, so that it reads in any language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Page

from app.db import reading, unit_of_work
from app.domain.api_token import issue_token
from app.engine import user_tasks
from app.engine.tables import user_task
from app.engine.user_tasks import Completion
from app.web.demo.pdf import small_pdf
from app.web.signed_in import actor_of

PDF = {"name": "营业执照.pdf", "mimeType": "application/pdf", "buffer": small_pdf(["Business licence"])}
PASSING = {
    "agency.qualification": 16, "agency.professional_ability": 25, "agency.service_record": 16,
    "agency.quality_management": 12, "agency.price": 12,
    "items.0.practicality": 33, "items.0.quality": 25, "items.0.item_price": 25,
    "items.1.practicality": 20, "items.1.quality": 16, "items.1.item_price": 16,
}  # fmt: skip
"""The agency 81.00, the first item 83.00, the second 52.00: listed without its second item. None needs a reason."""
FAILING = PASSING | {"agency.professional_ability": 14, "agency.service_record": 9}
"""The agency 63.00: below the 70.00 that it needs."""
ITEMS = ("企业信用管理咨询", "信用评级辅导")
SUBMIT = "[name=_action][value=submit]:visible"
OPENED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def scores_of(points: dict[str, int]) -> dict[str, Any]:
    """The scores of an expert who types these points, as the form hands them on."""
    given: dict[str, Any] = {"agency": {}, "items": [{"item": name} for name in ITEMS]}
    for name, whole in points.items():
        place, _, criterion = name.rpartition(".")
        row = given["agency"] if place == "agency" else given["items"][int(place.removeprefix("items."))]
        row[criterion] = {"score_hundredths": whole * 100}
    return given


@dataclass
class Story:
    """One case; every act is somebody's window."""

    site: Any
    windows: Any
    language: str = "zh"
    look: Any = None
    """Called with each page worth looking at and its name: axe, pictures."""
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, login: str) -> Page:
        """The window of a person, signed in and in the story's language."""
        if login not in self.pages:
            page = self.windows.sign_in(login)
            if self.language == "en" and page.locator("html").get_attribute("lang") != "en":
                page.get_by_role("button", name="English").click()
                page.wait_for_selector("html[lang=en]")
            self.pages[login] = page
        return self.pages[login]

    def see(self, page: Page, name: str) -> None:
        """Look at a page."""
        if self.look is not None:
            self.look(page, name)

    def move_clock(self, now: datetime) -> None:
        """Set the time; what falls due fires."""
        with unit_of_work(self.site.parts.database) as unit:
            token = issue_token(unit.session, self.site.cast["admin"], now=datetime.now(UTC))
        answer = self.windows.open().request.put(
            f"{self.site.url}/api/v1/clock", data={"now": now.isoformat()}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.ok, answer.text()

    def apply(self) -> Page:
        """The agency fills in its application, with two items, and sends it."""
        page = self.page("agency")
        page.goto("/cases")
        self.see(page, "cases-none")
        page.locator("form[action*='/start/'] button").click()
        page.locator("[name=introduction]").fill("专营企业信用管理咨询，成立于 2014 年。")
        page.locator("[name=categories][value=credit]").check()
        page.locator("[name=contact_name]").fill("韩知白")
        page.locator("[name=contact_phone]").fill("0951-5550123")
        page.locator("[name=licence]").set_input_files([PDF])
        page.locator("[name=qualifications]").set_input_files([PDF])
        page.locator("[name=staff]").fill("14")
        page.locator("[name=cases]").fill("三年来服务四十家小微企业，其中三十家续约。")
        self.item(page, 0, ITEMS[0], "3600")
        page.locator("[name=_add][value=items]").click()
        page.locator("[name='items.1.name']").wait_for()
        self.item(page, 1, ITEMS[1], "5000")
        page.locator("[name=truthful]").check()
        self.see(page, "application")
        self.send(page, SUBMIT, "application")
        page.wait_for_url("**/cases/*")
        self.see(page, "case-handed-in")
        return page

    def send(self, page: Page, button: str, name: str = "") -> None:
        """Press a button of the form, look at the page before sending, and send."""
        page.locator(button).click()
        page.wait_for_url("**/check**")
        if name:
            self.see(page, f"{name}-check")
        page.locator("[data-send]").click()
        page.wait_for_url(lambda url: "/check" not in url)

    def item(self, page: Page, row: int, name: str, price: str) -> None:
        """Fill in one service item."""
        given = {
            "name": name,
            "content": "建立信用档案与账期制度。",
            "price_fen": price,
            "delivery_standard": "制度一套、报告一份。",
        }
        for key, text in given.items():
            page.locator(f"[name='items.{row}.{key}']").fill(text)
        page.locator(f"[name='items.{row}.category']").select_option("credit")

    def claim(self, login: str, element: str) -> Page:
        """A person finds the task among those to be claimed and takes it."""
        page, task_id = self.page(login), self.task(element)
        page.goto("/inbox?view=claimable")
        self.see(page, f"inbox-claimable-{login}")
        page.locator(f"form[action='/tasks/{task_id}/claim'] button").click()
        page.locator("#task-form").wait_for()
        return page

    def verify(self, login: str, element: str, outcome: str = "passed") -> None:
        """A reviewer answers every check and gives an outcome."""
        page = self.claim(login, element)
        for name in page.eval_on_selector_all(
            ".ql-side .ql-seg input", "all => [...new Set(all.map(one => one.name))]"
        ):
            page.locator(f"[name='{name}'][value=holds]").check()
        page.locator("[name=remarks]").fill("已在登记系统核对原件，相符。")
        self.see(page, f"task-{element}")
        self.send(page, f"[name=outcome][value={outcome}]", f"task-{element}")
        self.see(page, f"task-{element}-sent")

    def draw(self) -> None:
        """The supervisor draws the panel."""
        page = self.claim("supervisor", "prepare_panel")
        self.see(page, "task-prepare-panel")
        self.send(page, SUBMIT, "task-prepare-panel")

    def score(self, points: dict[str, int]) -> None:
        """Every expert declares no interest and scores agency and items: two in their windows, the others as the engine sees it."""
        logins = {person_id: login for login, person_id in self.site.cast.items() if login.startswith("expert_")}
        seats = self.tasks("declare_interests")
        for task_id, person_id in seats[2:]:
            self.complete(task_id, person_id, {"declaration": "none"})
        for task_id, person_id in self.tasks("score_application"):
            self.complete(task_id, person_id, scores_of(points))
        for number, (task_id, person_id) in enumerate(seats[:2]):
            page = self.page(logins[person_id])
            page.goto(f"/tasks/{task_id}")
            page.locator("[name=declaration][value=none]").check()
            if number == 0:
                self.see(page, "task-declaration")
            self.send(page, SUBMIT, "task-declaration" if number == 0 else "")
            page.locator("[data-next]").click()
            self.give(page, points)
            if number == 0:
                self.see(page, "task-scoring")
            self.send(page, SUBMIT, "task-scoring" if number == 0 else "")

    def complete(self, task_id: int, person_id: int, given: dict[str, Any]) -> None:
        """A person completes a task without a window."""
        parts = self.site.parts
        with unit_of_work(parts.database) as unit:
            actor, now = actor_of(unit.connection, person_id), parts.clock.now(unit)
            user_tasks.complete_task(unit, parts.runtime, task_id, Completion(given), actor=actor, now=now)

    def give(self, page: Page, points: dict[str, int]) -> None:
        """Fill in the points."""
        for name, value in points.items():
            page.locator(f"[name='{name}.score_hundredths']").fill(str(value))

    def conclude(self) -> None:
        """The supervisor concludes to certify; the notice is published."""
        page = self.claim("supervisor", "conclude")
        page.locator("#task-form [name=reason]").fill("机构与第一项服务均达标。")
        self.see(page, "task-conclude")
        self.send(page, "[name=outcome][value=certify]", "task-conclude")

    def file(self) -> None:
        """The bureau files the certification."""
        page = self.claim("bureau", "file_certification")
        page.locator("[name=remarks]").fill("准予备案。")
        self.see(page, "task-filing")
        self.send(page, "[name=outcome].btn-primary", "task-filing")

    def task(self, element: str) -> int:
        """The id of the one open task of an element."""
        return self.tasks(element)[0][0]

    def tasks(self, element: str) -> list[tuple[int, int]]:
        """The open tasks of an element with whom they are."""
        query = sa.select(user_task.c.id, user_task.c.assignee_id).where(
            user_task.c.element_id == element, user_task.c.status == "open"
        )
        with reading(self.site.parts.database) as unit:
            return [(row.id, row.assignee_id) for row in unit.connection.execute(query.order_by(user_task.c.id))]
