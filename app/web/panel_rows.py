"""Panels in the secretary's words: pips with labels, quorum, ranks, why somebody was replaced or never drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.calendar import local_day
from app.domain.expert import Expert
from app.domain.interests import conflicted_experts
from app.domain.panel_matrix import PanelRow, Seat, Standing, panels
from app.domain.reminder import last_reminded
from app.engine.actor import Actor
from app.engine.tables import instance, task_draft, user_task
from app.web.due import Due, due_of
from app.web.languages import language
from app.web.people import names_of, organisation_names
from app.web.tie_words import path_words
from app.web.words import reply_name


@dataclass(frozen=True, slots=True)
class SeatPip:
    """One seat as a labelled pip."""

    seat: Seat
    name: str
    state: str
    """`waiting`, `declared`, `part`, `done`, `late`, `out`."""
    words: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One panel in the matrix."""

    row: PanelRow
    applicant: str
    pips: Sequence[SeatPip]
    due: Due | None
    """The earliest date that somebody is still held to."""

    @property
    def quorum(self) -> str:
        """How many of how many have scored."""
        return gettext("%(scored)d of %(size)d", scored=self.row.scored, size=self.row.size)


@dataclass(frozen=True, slots=True)
class SheetSeat:
    """One seat on the page of its panel."""

    pip: SeatPip
    employer: str
    due: Due | None
    reminded_at: datetime | None
    total_hundredths: int | None = None
    deviation_hundredths: int | None = None
    is_outlier: bool = False
    late_tie: str = ""
    """What ties whoever has scored to the applicant since; "": nothing."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """An expert who is not drawn because of an interest, and what ties them to the applicant."""

    person_id: int
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class PanelSheet:
    """One panel."""

    row: MatrixRow
    instance_id: int | None
    seats: Sequence[SheetSeat]
    kept_out: Sequence[KeptOut]

    @property
    def standing(self) -> Standing | None:
        """The result; None before the panel has closed."""
        return self.row.row.standing


def matrix_of(unit: UnitOfWork, actor: Actor, *, now: datetime) -> list[MatrixRow]:
    """Every panel that the reader may know of; the number of queries does not grow with the panels."""
    rows = panels(unit.session, without=actor.organisations | actor.barred, on=local_day(now))
    people = [seat.person_id for row in rows for seat in row.seats]
    names = names_of(unit.connection, people)
    applicants = organisation_names(unit.connection, [row.organisation_id for row in rows], language())
    begun = _begun(unit, [row.case_number for row in rows])
    return [
        MatrixRow(
            row,
            applicants.get(row.organisation_id, ""),
            [_pip(seat, names.get(seat.person_id, ""), (row.case_number, seat.person_id) in begun, now) for seat in row.seats],
            due_of(min(dues), now) if (dues := _dues(row)) else None,
        )
        for row in rows
    ]  # fmt: skip


def panel_sheet(unit: UnitOfWork, actor: Actor, case_number: str, *, now: datetime) -> PanelSheet | None:
    """One panel; None if there is none, or none that the reader may know of."""
    row = next((one for one in matrix_of(unit, actor, now=now) if one.row.case_number == case_number), None)
    if row is None:
        return None
    reminded = last_reminded(unit.session, case_number)
    employers = _employers(unit, [pip.seat.person_id for pip in row.pips])
    tied = _tied(unit, row.row.organisation_id)
    scored = {pip.seat.person_id for pip in row.pips if pip.seat.status == "scored"}
    ties = {one.person_id: one.path for one in tied if one.person_id in scored}
    seats = [
        replace(_sheet_seat(pip, row.row.standing, employers, reminded, now), late_tie=ties.get(pip.seat.person_id, ""))
        for pip in row.pips
    ]
    instance_id = unit.connection.execute(
        sa.select(instance.c.id).where(instance.c.business_key == case_number)
    ).scalar()
    return PanelSheet(row, instance_id, seats, [one for one in tied if one.person_id not in scored])


def _sheet_seat(
    pip: SeatPip,
    standing: Standing | None,
    employers: Mapping[int, str],
    reminded: Mapping[int, datetime],
    now: datetime,
) -> SheetSeat:
    seat, person_id = pip.seat, pip.seat.person_id
    due_at = seat.reply_due_at if seat.reply == "open" else seat.due_at
    is_counted = standing is not None and seat.status == "scored"
    return SheetSeat(
        pip,
        employers.get(person_id, ""),
        due_of(due_at, now) if seat.can_be_reminded and due_at else None,
        reminded.get(person_id),
        standing.totals[person_id] if standing and is_counted else None,
        standing.deviations[person_id] if standing and is_counted else None,
        is_outlier=bool(standing and is_counted and person_id in standing.outliers),
    )


def _pip(seat: Seat, name: str, is_begun: bool, now: datetime) -> SeatPip:
    state = {"scored": "done", "replaced": "out", "declared": "part" if is_begun else "declared"}.get(
        seat.status, "waiting"
    )
    if seat.is_open and seat.due_at <= now:
        state = "late"
    return SeatPip(seat, name, state, _words(seat, state))


def _words(seat: Seat, state: str) -> str:
    if seat.reply:
        return gettext("has scored; discussion: %(reply)s", reply=reply_name(seat.reply))
    if state == "out":
        return cause_name(seat.replaced_because)
    return {
        "waiting": gettext("has not declared yet"),
        "declared": gettext("has declared no interest"),
        "part": gettext("is scoring"),
        "done": gettext("has scored"),
        "late": gettext("is late"),
    }[state]


def cause_name(cause: str) -> str:
    """Why a seat went to somebody else."""
    names = {
        "declared": gettext("replaced: declared an interest"),
        "computed": gettext("replaced: an interest in the records"),
        "overdue": gettext("replaced: overdue"),
        "by_hand": gettext("replaced by the supervisor"),
    }
    return names.get(cause, gettext("replaced"))


def _dues(row: PanelRow) -> list[datetime]:
    if row.closed_at is not None:
        return []
    open_seats = [seat.due_at for seat in row.seats if seat.is_open]
    return open_seats + [seat.reply_due_at for seat in row.seats if seat.reply == "open" and seat.reply_due_at]


def _begun(unit: UnitOfWork, numbers: Sequence[str]) -> set[tuple[str, int]]:
    """Who has a draft of their scores, by case and person."""
    rows = unit.connection.execute(
        sa.select(instance.c.business_key, task_draft.c.person_id)
        .join(user_task, user_task.c.id == task_draft.c.user_task_id)
        .join(instance, instance.c.id == user_task.c.instance_id)
        .where(instance.c.business_key.in_(numbers), user_task.c.element_id == "score_application")
    )
    return {(row.business_key, row.person_id) for row in rows}


def _employers(unit: UnitOfWork, people: Sequence[int]) -> dict[int, str]:
    held = dict(
        unit.session.execute(sa.select(Expert.person_id, Expert.employer_id).where(Expert.person_id.in_(people))).all()
    )
    names = organisation_names(unit.connection, held.values(), language())
    return {person_id: names.get(employer_id, "") for person_id, employer_id in held.items()}


def _tied(unit: UnitOfWork, organisation_id: int) -> list[KeptOut]:
    found = conflicted_experts(unit.session, organisation_id)
    names = names_of(unit.connection, found)
    places = organisation_names(
        unit.connection, [step.organisation_id for path in found.values() for step in path], language()
    )
    return sorted(
        (KeptOut(person_id, names.get(person_id, ""), path_words(path, places)) for person_id, path in found.items()),
        key=lambda one: one.name,
    )
