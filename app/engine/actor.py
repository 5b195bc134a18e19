"""Who acts: a person with the roles they hold, as the engine needs to know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in an organisation."""

    role: str
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and every role they hold now."""

    person_id: int
    grants: frozenset[Grant]
    absent: frozenset[Actor] = frozenset()
    """The persons whom they stand in for today; roles are never lent, only what was already claimed."""
    barred: frozenset[int] = frozenset()
    """Organisations that the person is tied to: the office's tasks in their cases are never theirs."""

    @property
    def organisations(self) -> frozenset[int]:
        """Every organisation that the person belongs to."""
        return frozenset(grant.organisation_id for grant in self.grants)

    @property
    def desk(self) -> frozenset[int]:
        """Everybody whose tasks lie on their desk: their own, and those of the absent."""
        return frozenset({self.person_id, *(one.person_id for one in self.absent)})

    def holds(self, assignee_id: int | None, claimed_at: datetime | None) -> bool:
        """Whether a task is theirs to do; what was drawn for an absent person, and not claimed, waits for that one."""
        return assignee_id == self.person_id or (claimed_at is not None and self.acts_for(assignee_id) is not None)

    def acts_for(self, assignee_id: int | None) -> Actor | None:
        """The absent person whose task it is, if they stand in for that one."""
        return next((one for one in self.absent if one.person_id == assignee_id), None)

    def may_take(self, *, role: str, organisation_id: int | None, applicant_id: int | None) -> bool:
        """Whether a task of `role` may be theirs.

        Args:
            role: the task's lane.
            organisation_id: only its members may act; None: anybody with the role.
            applicant_id: the organisation whose case it is; whoever belongs or is tied to it never acts for the office.
        """
        if organisation_id is not None:
            return Grant(role, organisation_id) in self.grants
        if applicant_id is not None and applicant_id in self.organisations | self.barred:
            return False
        return any(grant.role == role for grant in self.grants)
