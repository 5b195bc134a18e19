"""The fields of a query: what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.role_grant import ADMINS, ROLES

WITH_TASKS = tuple(sorted(ROLES - set(map(str, ADMINS))))
"""Roles whose people have tasks."""
STATES = (
    "overdue", "today", "returned", "flagged", "urgent", "draft", "paused", "suspended", "error", "mine", "free", "other",
    "snoozed",
)  # fmt: skip


class Kind(StrEnum):
    """What values a field takes."""

    TEXT = "text"
    CHOICE = "choice"
    DAYS = "days"
    """Working days, with a comparison or without."""
    DAY = "day"
    """A date or a month."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    kind: Kind
    example: str
    in_chinese: str
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Values beside its kind's own, such as `none` of a deadline."""


_ALL = (
    Field("step", Kind.TEXT, "step:verify_authenticity", "步骤"),
    Field("due", Kind.DAYS, "due:<3d", "到期", words=("none", "today")),
    Field("waiting", Kind.CHOICE, "waiting:agency", "轮到", choices=WITH_TASKS),
    Field("state", Kind.CHOICE, "state:overdue", "状态", choices=STATES),
    Field("assignee", Kind.TEXT, "assignee:me", "经办", words=("me", "none")),
    Field("number", Kind.TEXT, "number:2026-00012", "案号"),
    Field("applicant", Kind.TEXT, 'applicant:"宁夏"', "申请人"),
    Field("role", Kind.CHOICE, "role:reviewer", "角色", choices=WITH_TASKS),
    Field("age", Kind.DAYS, "age:>5d", "步龄"),
    Field("flag", Kind.CHOICE, "flag:yes", "标记", choices=("yes", "no")),
    Field("process", Kind.TEXT, "process:agency_certification", "流程"),
    Field("started", Kind.DAY, "started:2026-11", "立案"),
)

FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
BY_ANY_NAME: Mapping[str, Field] = {**FIELDS, **{field.in_chinese: field for field in _ALL}}
