"""What an expert reads before they declare interests: whom it is about, and nothing of what was handed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.domain.certification import application_of_case
from app.domain.organisation import Organisation
from app.domain.service_item import items_of
from app.web.languages import language


@dataclass(frozen=True, slots=True)
class GateSubject:
    """Whom and what the panel appraises."""

    name: str
    credit_code: str
    responsible_person: str
    items: tuple[str, ...]


def gate_subject(session: Session, case_number: str) -> GateSubject | None:
    """The subject of a case's panel; None before there is an application."""
    application = application_of_case(session, case_number)
    if application is None:
        return None
    agency = session.get_one(Organisation, application.organisation_id)
    items = tuple(item.name for item in items_of(session, application.id))
    return GateSubject(agency.name(language()), agency.credit_code, agency.responsible_person, items)
