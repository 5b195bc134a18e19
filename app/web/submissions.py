"""What was handed in during a case, with fingerprints: the versions tab."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.db import UnitOfWork
from app.web.case_steps import answers_of, tasks_of
from app.web.languages import pick
from app.web.navigation import role_name
from app.web.people import names_of
from app.web.visibility import Sight


@dataclass(frozen=True, slots=True)
class Submission:
    """One set of answers as it was sent."""

    task_id: int
    title: str
    by: str
    at: datetime
    fingerprint: str
    """sha256 over the answers, hex; the same that the case's history holds."""
    answers: Mapping[str, Any]


def submissions_of(unit: UnitOfWork, case: Any, sight: Sight) -> Sequence[Submission]:
    """Everything handed in that the reader may see, the latest first."""
    answers = answers_of(unit.connection, case["id"])
    tasks = [task for task in tasks_of(unit.connection, case["id"]) if task["id"] in answers]
    seen = [task for task in reversed(tasks) if sight.sees_answers(task)]
    names = names_of(unit.connection, [task["completed_by"] for task in seen])
    return [
        Submission(
            task["id"], pick(task),
            names.get(task["completed_by"], "") if sight.sees_name(task) else role_name(task["role"]),
            answers[task["id"]]["answered_at"], _fingerprint(answers[task["id"]]["answers"]), answers[task["id"]]["answers"],
        )
        for task in seen
    ]  # fmt: skip


def _fingerprint(answers: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()
