"""Who may see what of a case: every page, file and list asks here and nowhere else.

An applicant's members see their own answers and where the case stands, an expert sees the application once they have
declared no interest, the office sees the case, and nobody sees a score before the panel has closed (A8.3). Whatever is
not for somebody's eyes is unknown to them, exactly as what does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.db import UnitOfWork
from app.domain.certification import CertificationApplication
from app.domain.panel import Panel, PanelSeat
from app.domain.role_grant import Role
from app.domain.voucher_application import VoucherApplication
from app.engine.actor import Actor
from app.engine.errors import UnknownInstanceError, UnknownTaskError
from app.engine.instances import read_instance
from app.engine.user_tasks import read_task

APPLICANT_ROLES = frozenset({str(Role.AGENCY), str(Role.ENTERPRISE)})
OFFICE_ROLES = frozenset(map(str, (Role.REVIEWER, Role.SUPERVISOR, Role.FINANCE, Role.BUREAU, Role.AUDITOR)))
ADMITTED = ("declared", "scored")
"""The states of a seat whose holder has declared no interest."""

OPINIONS = frozenset({("expert_review", "call_discussion"), ("expert_review", "revise_scores")})
"""The steps of the discussion (A8.5): the only ones that show scores before the panel closes."""

HANDED_IN = frozenset({"submit_application", "mend_application"})
"""The steps whose answers the agency of the contract reads: what it is asked to confirm."""


class Standing(StrEnum):
    """What a person is to a case."""

    APPLICANT = "applicant"
    OFFICE = "office"
    EXPERT = "expert"
    PARTY = "party"
    """The agency of a contract that an enterprise applies with: it sees its own tasks, and the application that they are about."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How far one person sees into one case."""

    standing: Standing
    person_id: int
    organisations: frozenset[int]
    is_panel_closed: bool
    """Whether the scores are open to the office; also true of a case that has no panel yet."""
    is_concluded: bool
    """Whether the result is known to everybody."""
    is_admitted: bool
    """An expert's: whether they have declared no interest."""
    is_supervisor: bool = False
    is_barred: bool = False
    """An expert's: whether they are tied to the applicant; then only what they did themselves is left to them."""

    def sees_task(self, task: Any) -> bool:
        """Whether a user task of the case is for these eyes: experts and applicants see their own."""
        if self.standing is Standing.EXPERT:
            return task["completed_by"] == self.person_id if self.is_barred else self._is_own(task)
        if self.standing in (Standing.APPLICANT, Standing.PARTY):
            return task["organisation_id"] in self.organisations
        return True

    def sees_answers(self, task: Any) -> bool:
        """Whether the answers given in a user task are for these eyes."""
        if task["completed_by"] == self.person_id:
            return True
        if self.standing is Standing.APPLICANT:
            return self.sees_task(task)
        if self.standing is Standing.PARTY:
            return self.sees_task(task) or task["element_id"] in HANDED_IN
        if self.standing is Standing.EXPERT:
            return self.is_admitted and task["role"] in APPLICANT_ROLES
        return self.is_panel_closed or bool(task["role"] != Role.EXPERT)

    def sees_step(self, task: Any) -> bool:
        """Whether one may read that a step was done; only the office reads how the panel fares.

        That a discussion was called would tell an applicant how far the scores lie apart.
        """
        if self.standing is Standing.APPLICANT:
            return not is_panels_own(task)
        return self.sees_task(task)

    def sees_name(self, task: Any) -> bool:
        """Whether one may read who does or did a step; otherwise its role stands for them.

        Until the panel has closed the supervisor alone knows who appraises.
        """
        if self.standing is Standing.OFFICE and task["role"] == Role.EXPERT:
            return self.is_panel_closed or self.is_supervisor
        return self.sees_task(task)

    @property
    def sees_scores(self) -> bool:
        """Whether the panel's results may be shown."""
        if self.standing in (Standing.EXPERT, Standing.PARTY):
            return False
        return self.is_concluded or (self.standing is Standing.OFFICE and self.is_panel_closed)

    @property
    def examines_objections(self) -> bool:
        """Whether the evidence that came with objections is for these eyes."""
        return self.standing is Standing.OFFICE and self.is_supervisor

    @property
    def sees_machine(self) -> bool:
        """Whether computed checks, incidents and the machine's own steps are shown."""
        return self.standing is Standing.OFFICE

    def _is_own(self, task: Any) -> bool:
        return self.person_id in (task["assignee_id"], task["completed_by"])


def case_for(unit: UnitOfWork, instance_id: int, actor: Actor) -> tuple[sa.RowMapping, Sight]:
    """A case as far as a person sees it; raise UnknownInstanceError if it is nothing to them.

    Experts and the agency of a contract see tasks, never the case.
    """
    case = read_instance(unit.connection, instance_id)
    sight = sight_of(unit, actor, number=case["business_key"], applicant_id=case["organisation_id"])
    if sight is None or sight.standing in (Standing.EXPERT, Standing.PARTY):
        raise UnknownInstanceError(instance_id)
    return case, sight


def machinery_for(unit: UnitOfWork, instance_id: int, actor: Actor) -> tuple[sa.RowMapping, Sight]:
    """A case as the engine sees it, for the office and for process admins; raise UnknownInstanceError to all others.

    What the panel keeps to itself until it closes, `blinded` takes out.
    """
    case = read_instance(unit.connection, instance_id)
    number, applicant_id = case["business_key"], case["organisation_id"]
    sight = sight_of(unit, actor, number=number, applicant_id=applicant_id)
    is_admin = any(grant.role == Role.PROCESS_ADMIN for grant in actor.grants)
    if sight is None and is_admin and applicant_id not in actor.organisations | actor.barred:
        closed = _is_panel_closed(_stages(unit, [number]).get(number))
        return case, Sight(
            Standing.OFFICE, actor.person_id, actor.organisations, closed, is_concluded=False, is_admitted=False
        )
    if sight is None or sight.standing is not Standing.OFFICE:
        raise UnknownInstanceError(instance_id)
    return case, sight


def task_for(unit: UnitOfWork, task_id: int, actor: Actor) -> tuple[sa.RowMapping, Sight]:
    """A user task as far as a person sees it; raise UnknownTaskError if it is nothing to them."""
    task = read_task(unit.connection, task_id)
    sight = sight_of(unit, actor, number=task["business_key"], applicant_id=task["applicant_id"])
    if sight is None or not sight.sees_task(task):
        raise UnknownTaskError(task_id)
    return task, sight


def is_panels_own(task: Any) -> bool:
    """Whether a task is a step of the experts' review, its supervisor's included."""
    return bool(task["process_key"] == "expert_review")


def sees_opinions(task: Any, sight: Sight) -> bool:
    """Whether a task shows the panel's scores without names: to the supervisor who asks, to the expert who is asked."""
    if (task["process_key"], task["element_id"]) not in OPINIONS:
        return False
    if sight.standing is Standing.EXPERT:
        return sight.is_admitted and sight.sees_task(task)
    return sight.standing is Standing.OFFICE and sight.is_supervisor


def sight_of(unit: UnitOfWork, actor: Actor, *, number: str, applicant_id: int | None) -> Sight | None:
    """How far a person sees into the case of that number; None: it is nothing to them."""
    return sights_of(unit, actor, {number: applicant_id})[number]


def sights_of(unit: UnitOfWork, actor: Actor, cases: Mapping[str, int | None]) -> dict[str, Sight | None]:
    """The same for several cases, by number; two queries whatever their number, three for whoever belongs to an agency.

    Args:
        cases: the applicant of each case by its number.
    """
    seats, stages = _seats(unit, cases, actor.person_id), _stages(unit, cases)
    parties = _parties(unit, cases, actor)
    return {
        number: _sight(actor, applicant_id, seats.get(number), stages.get(number), is_party=number in parties)
        for number, applicant_id in cases.items()
    }


def _sight(
    actor: Actor, applicant_id: int | None, seat: str | None, stage: Any, *, is_party: bool = False
) -> Sight | None:
    standing = _standing(actor, applicant_id, has_seat=seat is not None, is_party=is_party)
    if standing is None:
        return None
    is_barred = applicant_id in actor.barred
    return Sight(
        standing,
        actor.person_id,
        actor.organisations,
        is_panel_closed=_is_panel_closed(stage),
        is_concluded=stage is not None and stage.status != "open",
        is_admitted=seat in ADMITTED and not is_barred,
        is_supervisor=any(grant.role == Role.SUPERVISOR for grant in actor.grants),
        is_barred=is_barred,
    )


def _is_panel_closed(stage: Any) -> bool:
    return stage is None or stage.panel_id is None or stage.closed_at is not None


def _standing(actor: Actor, applicant_id: int | None, *, has_seat: bool, is_party: bool) -> Standing | None:
    """Who acts for the applicant is that alone, whatever other roles they hold; so is a member of the panel.

    To whoever else belongs or is tied to the applicant the case is nothing.
    """
    roles = {grant.role for grant in actor.grants}
    if any(grant.organisation_id == applicant_id and grant.role in APPLICANT_ROLES for grant in actor.grants):
        return Standing.APPLICANT
    if has_seat:
        return Standing.EXPERT
    if applicant_id in actor.organisations | actor.barred:
        return None
    if is_party:
        return Standing.PARTY
    return Standing.OFFICE if roles & OFFICE_ROLES else None


def _parties(unit: UnitOfWork, numbers: Iterable[str], actor: Actor) -> frozenset[str]:
    """Of cases those whose contract is with an agency of the person's."""
    agencies = sorted({grant.organisation_id for grant in actor.grants if grant.role == Role.AGENCY})
    if not agencies:
        return frozenset()
    query = sa.select(VoucherApplication.case_number).where(
        VoucherApplication.case_number.in_(list(numbers)), VoucherApplication.agency_id.in_(agencies)
    )
    return frozenset(unit.connection.execute(query).scalars())


def _seats(unit: UnitOfWork, numbers: Iterable[str], person_id: int) -> dict[str, str]:
    """The state of the person's seat in the panels of cases; a case in whose panel they hold none is left out."""
    rows = unit.connection.execute(
        sa.select(CertificationApplication.case_number, PanelSeat.status)
        .join(Panel, Panel.application_id == CertificationApplication.id)
        .join(PanelSeat, PanelSeat.panel_id == Panel.id)
        .where(CertificationApplication.case_number.in_(list(numbers)), PanelSeat.person_id == person_id)
    )
    return {row.case_number: row.status for row in rows}


def _stages(unit: UnitOfWork, numbers: Iterable[str]) -> dict[str, Any]:
    """How the applications of cases stand, and the panels that count for them."""
    other = aliased(Panel)
    latest = (
        sa.select(sa.func.max(other.round))
        .where(other.application_id == CertificationApplication.id)
        .correlate(CertificationApplication)
        .scalar_subquery()
    )
    rows = unit.connection.execute(
        sa.select(
            CertificationApplication.case_number,
            CertificationApplication.status,
            Panel.id.label("panel_id"),
            Panel.closed_at,
        )
        .outerjoin(Panel, sa.and_(Panel.application_id == CertificationApplication.id, Panel.round == latest))
        .where(CertificationApplication.case_number.in_(list(numbers)))
    )
    return {row.case_number: row for row in rows}
