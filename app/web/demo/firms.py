"""A firm of the story with the person who acts for it, and the papers that it hands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.credit_code import with_check_digit
from app.domain.organisation import OrganisationEntry, OrganisationKind, register_organisation
from app.domain.person import PersonEntry, register_person
from app.domain.role_grant import Role, Terms, grant_role
from app.domain.stored_file import PDF, FileStorage, Upload, store_file
from app.web.context import Context
from app.web.demo.pdf import small_pdf
from app.web.demo.people import GIVEN, PASSWORD, SURNAMES

KINDS = {Role.AGENCY: OrganisationKind.AGENCY, Role.ENTERPRISE: OrganisationKind.ENTERPRISE}
CITIES = ("银川市兴庆区", "石嘴山市大武口区", "吴忠市利通区", "固原市原州区", "中卫市沙坡头区")


def add_firm(session: Session, number: int, name_zh: str, role: Role, *, now: datetime) -> tuple[int, int]:
    """Register firm and contact; return the organisation's and the person's ids. No two firms share anything."""
    surname, given = SURNAMES[number % len(SURNAMES)], GIVEN[number // len(SURNAMES) % len(GIVEN)]
    entry = OrganisationEntry(
        name_zh=name_zh, credit_code=with_check_digit(f"91640{100 + number % 5 * 100}MA76{number:05d}"), kind=KINDS[role],
        responsible_person=f"{surname}{given}{number}", address=f"{CITIES[number % 5]}创业路 {number} 号",
        phone=f"0951-6{number:06d}", bank_account=f"6222{number:015d}",
    )  # fmt: skip
    firm = register_organisation(session, entry, now=now)
    login = f"{role}-{number}"
    person = register_person(
        session, PersonEntry(login, surname + given, PASSWORD, f"{login}@quanliu.example"), now=now, is_cheap=True
    )
    grant_role(session, person.id, role, firm.id, by=None, now=now, terms=Terms(is_member_admin=True))
    return firm.id, person.id


def store_paper(
    session: Session, parts: Context, name: str, lines: Sequence[str], by: int, *, now: datetime
) -> dict[str, str]:
    """Keep a small PDF with these lines; return it as an answer of a form."""
    upload = Upload(name, small_pdf(lines), (PDF,), 20)
    record = store_file(session, FileStorage(parts.settings.storage_url), upload, by, now=now)
    return {"file": record.sha256, "name": name}
