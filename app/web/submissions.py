"""What was handed in during a case, with fingerprints, and what the applicant changed from one time to the next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from app.db import UnitOfWork
from app.domain.correction import CorrectionRequest, corrections_of
from app.engine.runtime import Runtime
from app.web.case_steps import answers_of, tasks_of
from app.web.forms.draft import Change, changes
from app.web.languages import language, pick
from app.web.navigation import role_name
from app.web.people import names_of
from app.web.visibility import APPLICANT_ROLES, Sight, Standing


@dataclass(frozen=True, slots=True)
class Revision:
    """One place that differs from the time before."""

    change: Change
    is_outside: bool
    """Whether nobody had asked for it; told to the office alone."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One set of answers as it was sent."""

    task_id: int
    title: str
    by: str
    at: datetime
    fingerprint: str
    """sha256 over the answers, hex; the same that the case's history holds."""
    revisions: Sequence[Revision] = ()
    is_again: bool = False
    """Whether the applicant had handed in the same form before."""


def submissions_of(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, number: str, sight: Sight
) -> Sequence[Submission]:
    """Everything handed in that the reader may see, the latest first."""
    answers = answers_of(unit.connection, instance_id)
    tasks = [task for task in tasks_of(unit.connection, instance_id) if task["id"] in answers]
    seen = [task for task in tasks if sight.sees_answers(task)]
    names = names_of(unit.connection, [task["completed_by"] for task in seen])
    requests = corrections_of(unit.session, number) if sight.standing is Standing.OFFICE else ()
    found, earlier = [], None
    for task in seen:
        answer = answers[task["id"]]
        is_applicants = task["role"] in APPLICANT_ROLES
        revisions = _revisions(unit, runtime, earlier, answer, requests) if is_applicants else None
        found.append(
            Submission(
                task["id"], pick(task),
                names.get(task["completed_by"], "") if sight.sees_name(task) else role_name(task["role"]),
                answer["answered_at"], _fingerprint(answer["answers"]), revisions or (), is_again=revisions is not None,
            )
        )  # fmt: skip
        earlier = answer if is_applicants else earlier
    return found[::-1]


def _revisions(
    unit: UnitOfWork, runtime: Runtime, before: sa.RowMapping | None, after: sa.RowMapping,
    requests: Sequence[CorrectionRequest],
) -> list[Revision] | None:  # fmt: skip
    """Field by field what is new since the time before; None if that was another form."""
    if before is None:
        return None
    form = runtime.catalogue.form(unit.connection, after["form_hash"])
    if runtime.catalogue.form(unit.connection, before["form_hash"]).properties != form.properties:
        return None
    asked = _asked(requests, after["answered_at"])
    found = changes(form, before["answers"], after["answers"], language())
    return [Revision(one, asked is not None and not _is_asked(one.pointer, asked)) for one in found]


def _asked(requests: Sequence[CorrectionRequest], at: datetime) -> frozenset[str] | None:
    """What the request asked for that was answered then; None: nothing had been asked."""
    return next((one.fields for one in requests if one.status == "mended" and one.ended_at == at), None)


def _is_asked(pointer: str, asked: frozenset[str]) -> bool:
    return any(pointer == one or pointer.startswith(one + "/") or one.startswith(pointer + "/") for one in asked)


def _fingerprint(answers: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()
