"""Talk about a case: what was said, to whom, and who is asked; experts hear nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import aliased

from app.db import UnitOfWork
from app.domain.certification import CertificationApplication
from app.domain.comment import (
    Audience,
    CaseComment,
    CommentEntry,
    NobodyCalledError,
    comments_of,
    unanswered,
    write_comment,
)
from app.domain.message import tell
from app.domain.panel import Panel, PanelSeat
from app.domain.person import Person
from app.domain.recipients import members_of
from app.domain.role_grant import RoleGrant
from app.web.case_list import open_tasks_of
from app.web.languages import language
from app.web.people import names_of, organisation_name
from app.web.visibility import OFFICE_ROLES, Sight, Standing

THE_OFFICE = {"zh": "经办单位", "en": "The office"}
_CALL = re.compile(r"(?<![A-Za-z0-9._%+-])@(?P<word>[\w.·-]{1,40})")


@dataclass(frozen=True, slots=True)
class Line:
    """One comment as its reader sees it."""

    id: int
    who: str
    text: str
    at: datetime
    is_for_applicant: bool
    withdrawn_at: datetime | None
    is_mine: bool
    asks_me: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """The talk about a case, oldest first, and what its reader may do in it."""

    lines: Sequence[Line] = ()
    colleagues: Sequence[str] = ()
    """Who can be mentioned, by name; nobody for applicants."""
    may_choose: bool = False
    """Whether the reader says who is to read it; an applicant's comment is for the office and their own people."""

    @property
    def asks_me(self) -> bool:
        """Whether somebody waits for the reader's answer."""
        return any(line.asks_me for line in self.lines)


def hears(sight: Sight) -> tuple[Audience, ...]:
    """Whose comments a person reads: experts none, applicants those for them."""
    if sight.standing is Standing.OFFICE:
        return (Audience.TEAM, Audience.APPLICANT)
    return (Audience.APPLICANT,) if sight.standing is Standing.APPLICANT else ()


def talk_of(unit: UnitOfWork, number: str, applicant_id: int | None, sight: Sight) -> Talk:
    """The talk about the case of that number, for one reader."""
    is_office = sight.standing is Standing.OFFICE
    found = comments_of(unit.session, number, hears(sight))
    names = names_of(unit.connection, [one.author_id for one in found])
    asked = unanswered(unit.session, number, sight.person_id) if is_office else frozenset()
    firm = organisation_name(unit.session, applicant_id, language())
    lines = [
        Line(
            one.id, _who(one, sight, names, firm), "" if one.withdrawn_at else one.text, one.written_at,
            one.audience == Audience.APPLICANT, one.withdrawn_at, one.author_id == sight.person_id, one.id in asked,
        )
        for one in found
    ]  # fmt: skip
    colleagues = [name for _, name, _ in colleagues_of(unit, number, applicant_id)] if is_office else []
    return Talk(lines, colleagues, may_choose=is_office)


def count_of(unit: UnitOfWork, number: str, sight: Sight) -> int:
    """How many comments of a case the reader can see; no others are counted."""
    return len(comments_of(unit.session, number, hears(sight)))


def say(unit: UnitOfWork, case: Any, sight: Sight, *, audience: Audience, text: str, now: datetime) -> CaseComment:
    """Write a comment and tell whoever is asked, or is to read it.

    Args:
        case: a row with `id`, `business_key` and `organisation_id`, the applicant.

    Raises:
        CommentError: with words for the writer.
    """
    is_office = sight.standing is Standing.OFFICE
    number, applicant_id = case["business_key"], case["organisation_id"]
    asked = _mentioned(unit, number, applicant_id, text) if is_office else {}
    entry = CommentEntry(
        number, sight.person_id, not is_office, audience if is_office else Audience.APPLICANT, text, list(asked)
    )
    comment = write_comment(unit.session, entry, now=now)
    link = url_for("cases.show", instance_id=case["id"], tab="talk")
    by = names_of(unit.connection, [sight.person_id])[sight.person_id]
    values = {"text": comment.text, "link": link}
    tell(
        unit.session, to=set(asked) - {sight.person_id}, template="mention", values={"by": by, **values},
        case_number=number, now=now,
    )  # fmt: skip
    if is_office and audience is Audience.APPLICANT and applicant_id is not None:
        to, speaker = set(members_of(unit.session, applicant_id)), THE_OFFICE
    elif is_office:
        return comment
    else:
        to, speaker = _holders(unit, case["id"]), _both_names(unit, applicant_id)
    told = {"by": speaker, **values}
    tell(unit.session, to=to - {sight.person_id}, template="comment", values=told, case_number=number, now=now)
    return comment


def colleagues_of(unit: UnitOfWork, number: str, applicant_id: int | None) -> list[tuple[int, str, str]]:
    """Everybody of the office who may read the case, as id, name and login: no member of the applicant or its panel."""
    other = aliased(RoleGrant)
    of_applicant = (
        sa.select(other.id)
        .where(other.person_id == Person.id, other.organisation_id == applicant_id, other.revoked_at.is_(None))
        .correlate(Person)
        .exists()
    )
    on_panel = (
        sa.select(PanelSeat.id)
        .join(Panel, Panel.id == PanelSeat.panel_id)
        .join(CertificationApplication, CertificationApplication.id == Panel.application_id)
        .where(CertificationApplication.case_number == number, PanelSeat.person_id == Person.id)
        .correlate(Person)
        .exists()
    )
    rows = unit.connection.execute(
        sa.select(Person.id, Person.name, Person.login)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(OFFICE_ROLES), RoleGrant.revoked_at.is_(None), Person.is_active)
        .where(~of_applicant, ~on_panel)
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [(row.id, row.name, row.login) for row in rows]


def _mentioned(unit: UnitOfWork, number: str, applicant_id: int | None, text: str) -> dict[int, str]:
    """The colleagues whom a text calls; raise NobodyCalledError for an @ that calls nobody."""
    calls = [found["word"] for found in _CALL.finditer(text)]
    colleagues = colleagues_of(unit, number, applicant_id) if calls else []
    found: dict[int, str] = {}
    for word in calls:
        called = max(_called(word, colleagues), default=None)
        if called is None:
            raise NobodyCalledError(word)
        found[called[1]] = word
    return found


def _called(word: str, colleagues: Sequence[tuple[int, str, str]]) -> Iterator[tuple[int, int]]:
    """Whom a word may begin with, as length and id: Chinese text goes on right behind a name."""
    for person_id, name, login in colleagues:
        if word.startswith(name):
            yield len(name), person_id
        if word.lower().rstrip(".") == login.lower():
            yield len(login), person_id


def _holders(unit: UnitOfWork, instance_id: int) -> set[int]:
    """Who of the office has a task of the case in hand."""
    tasks = open_tasks_of(unit.connection, instance_id)
    return {task["assignee_id"] for task in tasks if task["assignee_id"] and task["role"] in OFFICE_ROLES}


def _both_names(unit: UnitOfWork, organisation_id: int | None) -> dict[str, str]:
    return {code: organisation_name(unit.session, organisation_id, code) for code in ("zh", "en")}


def _who(one: CaseComment, sight: Sight, names: dict[int | None, str], firm: str) -> str:
    """The writer's name; to an applicant the office speaks as one."""
    name = names.get(one.author_id, "")
    if one.is_applicants:
        return gettext("%(name)s, %(firm)s", name=name, firm=firm)
    return name if sight.standing is Standing.OFFICE else gettext("The office")
