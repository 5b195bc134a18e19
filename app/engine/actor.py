"""Who acts: a person with the roles they hold, as the engine needs to know them."""

from __future__ import annotations

from dataclasses import dataclass


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

    @property
    def organisations(self) -> frozenset[int]:
        """Every organisation that the person belongs to."""
        return frozenset(grant.organisation_id for grant in self.grants)

    def may_take(self, *, role: str, organisation_id: int | None, applicant_id: int | None) -> bool:
        """Whether a task of `role` may be theirs.

        Args:
            role: the task's lane.
            organisation_id: only its members may act; None: anybody with the role.
            applicant_id: the organisation whose case it is; its members act for it alone, never for the office.
        """
        if organisation_id is not None:
            return Grant(role, organisation_id) in self.grants
        if applicant_id is not None and applicant_id in self.organisations:
            return False
        return any(grant.role == role for grant in self.grants)
