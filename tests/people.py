"""A small world for tests: operator, bureau, an agency, a pool of experts of several employers."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.domain.credit_code import with_check_digit
from app.domain.expert import Category, add_expert
from app.domain.organisation import Organisation, OrganisationEntry, OrganisationKind, register_organisation
from app.domain.person import Person, PersonEntry, register_person
from app.domain.role_grant import Role, grant_role

BEGINNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def organisation(session: Session, number: int, kind: OrganisationKind, name_zh: str, **more: str) -> Organisation:
    """An organisation of Ningxia with a valid credit code."""
    code = with_check_digit(f"91640100MA76{number:05d}")
    return register_organisation(
        session, OrganisationEntry(name_zh=name_zh, credit_code=code, kind=kind, **more), now=BEGINNING
    )


def person(session: Session, login: str, name: str, role: Role | None = None, organisation_id: int = 0) -> Person:
    """A person, with a role if one is given."""
    made = register_person(
        session, PersonEntry(login=login, name=name, password=PASSWORD), now=BEGINNING, is_cheap=True
    )
    if role is not None:
        grant_role(session, made.id, role, organisation_id, by=None, now=BEGINNING)
    return made


def settle(session: Session, *, experts: int = 12) -> dict[str, int]:
    """Everybody whom a certification needs, by login: their person ids; and the organisations by name."""
    made: dict[str, int] = {}
    operator = organisation(session, 1, OrganisationKind.OPERATOR, "宁夏券流运营中心", responsible_person="丁若川")
    bureau = organisation(session, 2, OrganisationKind.BUREAU, "非公有制经济服务局")
    agency = organisation(session, 3, OrganisationKind.AGENCY, "宁夏砺信信用服务有限公司", responsible_person="魏长礼")
    made |= {"operator": operator.id, "bureau_office": bureau.id, "agency_firm": agency.id}
    cast = (
        ("agency", "韩知白", Role.AGENCY, agency.id),
        ("reviewer_a", "马砚秋", Role.REVIEWER, operator.id),
        ("reviewer_b", "纪安澜", Role.REVIEWER, operator.id),
        ("supervisor", "苏明远", Role.SUPERVISOR, operator.id),
        ("bureau", "白见山", Role.BUREAU, bureau.id),
        ("admin", "祁雁回", Role.PROCESS_ADMIN, operator.id),
        ("auditor", "罗素心", Role.AUDITOR, bureau.id),
        ("system", "石仲明", Role.SYSTEM_ADMIN, operator.id),
        ("system_b", "何静安", Role.SYSTEM_ADMIN, operator.id),
        ("finance", "丁若川", Role.FINANCE, operator.id),
    )
    for login, name, role, organisation_id in cast:
        made[login] = person(session, login, name, role, organisation_id).id
    for number in range(1, experts + 1):
        employer = organisation(session, 100 + number, OrganisationKind.EMPLOYER, f"宁夏第{number}研究院")
        expert = person(session, f"expert_{number}", f"专家{number}", Role.EXPERT, employer.id)
        add_expert(
            session, expert.id, employer_id=employer.id, categories={Category.CREDIT, Category.LEGAL}, now=BEGINNING
        )
        made[f"expert_{number}"] = expert.id
    return made
