"""Nobody learns what is not for them: every GET address of the house, asked by those who must not know.

Two questions of every address. Asked with the numbers of a real case and with numbers that nothing has, it answers
alike. And what lists, counts, searches and exports say is, at every stage of the case, what they said before it began.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from app.db import reading, unit_of_work
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import Role, grant_role
from app.domain.shareholding import Holding, record_shareholding
from app.engine.tables import user_task
from app.web.context import Context
from tests import answers
from tests.people import BEGINNING, organisation, person
from tests.walk import SUBJECT, Walk

NOBODY = 999_999
ABOUT_THE_HOUSE = {"health.metrics", "health.readyz", "api_log.show_head"}
"""How many cases and events the whole house has; they name none, and whoever runs the house must know."""
ELSEWHERE = {"static", "home.set_language"}
NEW_EVERY_TIME = r'name="(csrf_token|key)" value="[^"]*"|name="csrf-token" content="[^"]*"|最近使用 [-0-9]+ [:0-9]+'
"""The tokens of a form, and when one's own sign-in was last used, which is by the real clock."""
BLIND = (
    "conflicted_expert",
    "conflicted_reviewer",
    "conflicted_supervisor",
    "conflicted_bureau",
    "foreign_agency",
    None,
)
SEARCHES = [f"?q={SUBJECT}", "?q=2026-00001", "?view=overdue", "?view=waiting", "?view=coming"]


@pytest.fixture
def walk(parts: Context, cast: dict[str, int]) -> Walk:
    """A case that will be led from stage to stage, and people who must not learn of it."""
    with unit_of_work(parts.database) as unit:
        session, firm = unit.session, cast["agency_firm"]
        foreign = organisation(session, 50, OrganisationKind.AGENCY, "固原栖谷信息科技有限公司")
        cast["foreign_agency"] = person(session, "foreign_agency", "温栖谷", Role.AGENCY, foreign.id).id
        for login, role in (
            ("conflicted_expert", Role.EXPERT), ("conflicted_reviewer", Role.REVIEWER),
            ("conflicted_supervisor", Role.SUPERVISOR), ("conflicted_bureau", Role.BUREAU),
        ):  # fmt: skip
            cast[login] = person(session, login, login, role, cast["operator"]).id
            holding = Holding(firm, 500, date(2026, 1, 1), holder_person_id=cast[login])
            record_shareholding(session, holding, by=None, now=BEGINNING)
        grant_role(session, cast["conflicted_reviewer"], Role.FINANCE, cast["operator"], by=None, now=BEGINNING)
    walk = Walk(parts, cast)
    walk.set_clock()
    return walk


def stages(walk: Walk) -> Iterator[str]:
    """The life of a case up to the close of its panel, with a discussion."""
    walk.start()
    yield "begun"
    walk.act("submit_application", "agency", answers.application(1) | walk.store_licence())
    yield "submitted"
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    walk.act("prepare_panel", "supervisor", {})
    yield "drawn"
    for task in walk.open("declare_interests"):
        walk.complete(task.id, task.assignee_id, {"declaration": "none"})
    yield "declared"
    for task, points in zip(walk.open("score_application"), (59, 75, 75, 75, 90), strict=True):
        walk.complete(task.id, task.assignee_id, answers.scores(points, 80))
    yield "divergent"
    walk.act("call_discussion", "supervisor", {"question": "服务业绩是否有回访记录？"})
    yield "discussed"
    for task in walk.open("revise_scores"):
        walk.complete(task.id, task.assignee_id, _confirmed(walk, task))
    yield "closed"


def _confirmed(walk: Walk, task: Any) -> dict[str, Any]:
    order = [one.assignee_id for one in walk.ended("score_application")]
    return answers.scores((59, 75, 75, 75, 90)[order.index(task.assignee_id)], 80)


def test_lists_counts_searches_and_exports_say_at_every_stage_what_they_said_before(
    app: Flask, walk: Walk, client_of: Callable[[str | None], FlaskClient]
) -> None:
    clients = {login: client_of(login) for login in BLIND}
    plainly = {login: said_by_lists(app, client, [""]) for login, client in clients.items()}
    searched = {login: said_by_lists(app, client, SEARCHES) for login, client in clients.items()}

    told = []
    for stage in stages(walk):
        for login, client in clients.items():
            if stage in {"declared", "discussed"}:
                told += differences(login, stage, plainly[login], said_by_lists(app, client, [""]))
            if stage == "discussed":
                told += differences(login, stage, searched[login], said_by_lists(app, client, SEARCHES))
    assert told == [], told[:6]


@pytest.mark.parametrize("stage", ["declared", "discussed"])
def test_a_real_number_is_answered_like_one_that_nothing_has(
    app: Flask, walk: Walk, client_of: Callable[[str | None], FlaskClient], stage: str
) -> None:
    for reached in stages(walk):
        if reached == stage:
            break
    real = Real.of(walk)
    others, expert = real.without_those_of(walk, "declare_interests")

    told = []
    for login, known in [*((login, real) for login in BLIND), (expert, others)]:
        client = client_of(login)
        for rule in (one for one in get_rules(app) if one.arguments and is_asked(one, is_of_panel=login == expert)):
            missing = answered(client, known.address(rule, NOBODY, "f" * 64))
            told += [
                (login, known.address(rule, number, known.sha256), missing[0])
                for number in known.numbers
                if answered(client, known.address(rule, number, known.sha256)) != missing
            ]
    assert told == [], told[:6]


@pytest.mark.parametrize("verb", ["claim", "release", "draft", "assign", ""])
def test_what_is_sent_to_a_real_task_is_answered_like_what_is_sent_to_none(
    walk: Walk, client_of: Callable[[str | None], FlaskClient], verb: str
) -> None:
    for reached in stages(walk):
        if reached == "submitted":
            break
    task_id = walk.task("verify_authenticity")
    for login in BLIND:
        client, said = client_of(login), []
        for number in (task_id, NOBODY):
            sent = {"person_id": "1", "reason": "x", "outcome": "passed"}
            answer = client.post(f"/tasks/{number}/{verb}".rstrip("/"), data=sent)
            said.append((answer.status_code, plain(answer.text, number)))
        assert said[0] == said[1], login


def test_the_fuzz_would_notice_somebody_who_may_see(
    app: Flask, walk: Walk, client_of: Callable[[str | None], FlaskClient]
) -> None:
    client = client_of("reviewer_a")
    before = said_by_lists(app, client, [""])
    for reached in stages(walk):
        if reached == "submitted":
            break

    assert said_by_lists(app, client, [""]) != before
    assert answered(client, f"/cases/{walk.case}")[0] == 200


@dataclass(frozen=True)
class Real:
    """Numbers that something has."""

    numbers: tuple[int, ...]
    sha256: str
    organisation_id: int
    """The applicant: what is asked of an organisation is asked of this one."""

    @classmethod
    def of(cls, walk: Walk) -> Real:
        """The walk's case, and one task of each of its steps."""
        with reading(walk.parts.database) as unit:
            steps = sa.select(sa.func.min(user_task.c.id)).group_by(user_task.c.element_id, user_task.c.status)
            tasks = unit.connection.execute(steps).scalars().all()
        return cls(tuple(sorted({walk.case, *tasks})), walk.licence["file"], walk.cast["agency_firm"])

    def without_those_of(self, walk: Walk, element: str) -> tuple[Real, str]:
        """Tasks that are not those of one expert of the panel, and that expert's login."""
        expert = walk.ended(element)[-1].assignee_id
        own = sa.or_(user_task.c.assignee_id == expert, user_task.c.completed_by == expert)
        with reading(walk.parts.database) as unit:
            held = set(unit.connection.execute(sa.select(user_task.c.id).where(own)).scalars())
        return Real(
            tuple(one for one in self.numbers if one not in held), "0" * 64, self.organisation_id
        ), walk.login_of(expert)

    def address(self, rule: Rule, number: int, sha256: str) -> str:
        """The rule's address with this number and this file."""
        path = rule.rule
        for name in rule.arguments:
            is_number = isinstance(rule._converters.get(name), IntegerConverter)
            asked = self.organisation_id if name == "organisation_id" and number != NOBODY else number
            value = str(asked) if is_number else sha256 if name == "sha256" else WORD_OF.get(name, "2026-00001")
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
        return path


WORD_OF = {"process_key": "agency_certification", "seat": "1"}


def get_rules(app: Flask) -> Iterator[Rule]:
    """Every address that can be read."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in ABOUT_THE_HOUSE | ELSEWHERE:
            yield rule


def said_by_lists(app: Flask, client: FlaskClient, queries: list[str]) -> dict[str, tuple[int, str]]:
    """What every address without a number says, asked in these ways."""
    return {
        rule.rule + query: answered(client, rule.rule + query)
        for rule in get_rules(app)
        if not rule.arguments and (queries == [""] or takes_queries(rule))
        for query in queries
    }


def is_asked(rule: Rule, *, is_of_panel: bool) -> bool:
    """Not versions of processes, the same for every case; and of an expert's own only what cases and tasks are."""
    if rule.endpoint.startswith(("processes.", "api_processes.", "api_forms.")):
        return False
    return not is_of_panel or bool(rule.arguments & {"instance_id", "task_id"})


def takes_queries(rule: Rule) -> bool:
    """Whether a list can be searched or looked at by view."""
    return rule.endpoint.startswith(("inbox", "cases", "api_tasks", "public", "panels", "pool"))


def differences(login: str | None, stage: str, before: dict[str, Any], now: dict[str, Any]) -> list[Any]:
    """Where somebody now reads something else."""
    return [(login, stage, place, changed(before[place], said)) for place, said in now.items() if said != before[place]]


def changed(before: Any, now: Any) -> list[str]:
    """The lines that are new, to be read in a failure."""
    return [line for line in now[1].splitlines() if line not in before[1]][:8]


def answered(client: FlaskClient, address: str) -> tuple[int, str]:
    """Status, place and body; the numbers that were asked for are taken out, everything else counts."""
    answer = client.get(address)
    where = re.sub(r"[0-9a-f]{64}|\d+", "N", answer.headers.get("Location", ""))
    text = answer.text if answer.mimetype.startswith(("text", "application/json", "application/problem")) else ""
    return answer.status_code, where + plain(text, *re.findall(r"[0-9a-f]{64}|\d+", address))


def plain(text: str, *asked: Any) -> str:
    """A body without the numbers that were asked for and without what is new in every answer."""
    for one in sorted({str(number) for number in asked}, key=len, reverse=True):
        text = re.sub(rf"(/|%2F){one}(?![0-9a-f])", r"\1N", text)
    return re.sub(NEW_EVERY_TIME, "", text)
