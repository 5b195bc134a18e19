"""The one sentence that an applicant came for: whose move it is, what comes next, by when, or how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session, aliased

from app.domain.certificate import Certificate
from app.domain.certification import CertificationApplication
from app.domain.correction import CorrectionRequest
from app.domain.notice import Notice
from app.web.due import Due, due_of
from app.web.languages import deadline, language, pick, yuan
from app.web.navigation import role_name
from app.web.visibility import Sight, Standing, is_panels_own
from app.web.voucher_moves import VoucherRecord, voucher_records


@dataclass(frozen=True, slots=True)
class Move:
    """Whose move a case is and how it stands."""

    headline: str
    explanation: str = ""
    due: Due | None = None
    url: str = ""
    """Where the reader does what is theirs to do; "" if nothing is."""
    action: str = ""
    article: str = ""
    is_yours: bool = False
    since: datetime | None = None
    """When the deadline was fixed; None: there is none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a concluded certification ended."""

    status: str
    certificate_number: str = ""
    certified_on: date | None = None
    valid_until: date | None = None
    reason: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the programme's records hold of one case."""

    application: CertificationApplication | None = None
    certificate: Certificate | None = None
    notice: Notice | None = None
    """The latest."""
    correction: CorrectionRequest | None = None
    """The request for corrections that is out."""
    voucher: VoucherRecord | None = None
    """Of a case about a voucher."""


def records_of(session: Session, numbers: Sequence[str]) -> dict[str, Record]:
    """The records of cases by their number; two queries whatever their number."""
    any_notice = aliased(Notice)
    latest = (
        sa.select(sa.func.max(any_notice.id))
        .where(any_notice.application_id == CertificationApplication.id)
        .correlate(CertificationApplication)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(CertificationApplication, Certificate, Notice, CorrectionRequest)
        .outerjoin(Certificate, Certificate.application_id == CertificationApplication.id)
        .outerjoin(Notice, Notice.id == latest)
        .outerjoin(CorrectionRequest, _is_out())
        .where(CertificationApplication.case_number.in_(numbers))
    )
    found = {row[0].case_number: Record(*row) for row in rows}
    vouchers = voucher_records(session, numbers)
    return {number: found.get(number) or Record(voucher=vouchers.get(number)) for number in numbers}


def _is_out() -> sa.ColumnElement[bool]:
    of_case = CorrectionRequest.case_number == CertificationApplication.case_number
    return sa.and_(of_case, CorrectionRequest.status == "sent")


def outcome_of(record: Record) -> Outcome | None:
    """The result of a case's application; None while it is open."""
    application, given = record.application, record.certificate
    if record.voucher is not None:
        return _voucher_outcome(record.voucher)
    if application is None or application.status == "open":
        return None
    if given is None:
        return Outcome(application.status, reason=application.why(language()), article=application.article)
    return Outcome("certified", given.number, given.certified_on, given.valid_until)


def _voucher_outcome(record: VoucherRecord) -> Outcome | None:
    application, voucher = record.application, record.voucher
    if voucher is not None and voucher.state != "live":
        is_lapsed = voucher.state == "expired"
        reason = gettext("Nobody used it in time; the money went back to the purse, the deposit is returned.")
        return Outcome("lapsed", reason=reason, article="A11.10") if is_lapsed else Outcome(voucher.state)
    if application.status in ("open", "granted", "issued"):
        return None
    return Outcome(application.status, reason=application.reason, article=application.article)


def move_of(case: Any, record: Record, open_tasks: Sequence[Any], sight: Sight, *, now: datetime) -> Move:
    """Whose move a case is, told to its applicant or to the office."""
    found = outcome_of(record)
    ended = _ended(case, found, record.voucher) if case["status"] != "running" else None
    if ended is not None:
        return ended
    own = [task for task in open_tasks if _is_for_reader(task, sight)]
    if own:
        return _yours(own[0], sight, now, found)
    if record.correction is not None and sight.standing is Standing.OFFICE:
        return _under_correction(record.correction, now)
    if open_tasks:
        return _others(open_tasks, sight, now)
    if record.voucher is not None:
        return _waiting_for_money(record.voucher, sight, now)
    return _waiting(record.notice)


def _waiting_for_money(record: VoucherRecord, sight: Sight, now: datetime) -> Move:
    """A case about a voucher in which nobody has a task: it waits for money, or for the deposit."""
    if record.is_waiting:
        return Move(
            gettext("In the queue for money"),
            gettext("Money is reserved in order as soon as it is there; nothing is asked of you."),
            url=url_for("public.show_queue"), action=gettext("See the queue"), article="A11.6",
        )  # fmt: skip
    if record.application.status != "granted":
        return _waiting(None)
    amount = yuan(record.deposit_fen)
    is_yours = sight.standing is Standing.APPLICANT
    headline = gettext("Your move: pay the deposit of %(amount)s yuan", amount=amount)
    return Move(
        headline if is_yours else gettext("The deposit of %(amount)s yuan is awaited", amount=amount),
        gettext("In one sum to the special account, quoting the case number; a wrong amount is returned."),
        due_of(record.application.deposit_ends_at, now), article="A9.3", is_yours=is_yours,
    )  # fmt: skip


def _ended(case: Any, found: Outcome | None, voucher: VoucherRecord | None = None) -> Move | None:
    if case["status"] == "suspended":
        return Move(gettext("The case is suspended"), gettext("Nobody can go on with it until it is resumed."))
    if found is not None and found.status in {"lapsed", "withdrawn"}:
        headline = gettext("The application has lapsed") if found.status == "lapsed" else gettext("Withdrawn")
        return Move(headline, found.reason, article=found.article if found.status == "lapsed" else "")
    if case["status"] == "cancelled":
        return Move(gettext("The case was cancelled"), gettext("Nothing more happens in it."))
    if found is None or found.status in {"used", "voided"}:
        return Move(gettext("The case is concluded")) if case["status"] == "completed" else None
    if found.status == "refused":
        headline = gettext("Not certified") if voucher is None else gettext("No voucher is granted")
        return Move(headline, found.reason, article=found.article)
    number = gettext("Certificate %(number)s.", number=found.certificate_number)
    return Move(gettext("Certified"), number, article="A8.6")


def _is_for_reader(task: Any, sight: Sight) -> bool:
    if sight.standing is Standing.APPLICANT:
        return task["organisation_id"] in sight.organisations
    return bool(task["assignee_id"] == sight.person_id)


def _yours(task: Any, sight: Sight, now: datetime, found: Outcome | None) -> Move:
    is_applicant = sight.standing is Standing.APPLICANT
    headline = gettext("Your move: %(step)s", step=pick(task))
    explanation = "" if task["due_at"] else gettext("There is no deadline; nothing goes on before you have sent it.")
    if found is not None and found.status == "refused":
        explanation = gettext("The application was refused: %(reason)s", reason=found.reason)
    url = url_for("tasks.show", task_id=task["id"])
    action = gettext("Continue") if task["assignee_id"] or is_applicant else gettext("Open the task")
    return Move(
        headline, explanation, due_of(task["due_at"], now), url, action, is_yours=True, since=task["created_at"]
    )


def _others(tasks: Sequence[Any], sight: Sight, now: datetime) -> Move:
    if sight.standing is Standing.APPLICANT and all(is_panels_own(task) for task in tasks):
        return Move(
            gettext("It is with: %(roles)s", roles=role_name("expert")),
            gettext("What is being done: %(steps)s.", steps=gettext("Expert review")),
        )
    roles = [role_name(role) for role in dict.fromkeys(task["role"] for task in tasks)]
    titles = list(dict.fromkeys(pick(task) for task in tasks))
    first = min((task for task in tasks if task["due_at"]), key=lambda task: task["due_at"], default=None)
    comma = gettext(", ")
    return Move(
        gettext("It is with: %(roles)s", roles=comma.join(roles)),
        gettext("What is being done: %(steps)s.", steps=comma.join(titles)),
        due_of(first["due_at"], now) if first else None,
        since=first["created_at"] if first else None,
    )


def _under_correction(request: CorrectionRequest, now: datetime) -> Move:
    """It is the applicant's move; of the office's working days none is used up."""
    return Move(
        gettext("Under correction: it is with the applicant"),
        gettext("The clock of the verification stands still until the corrections are sent."),
        due_of(request.ends_at, now),
        article="A8.2",
        since=request.sent_at,
    )


def _waiting(notice: Notice | None) -> Move:
    if notice is None:
        return Move(gettext("The system is at work"), gettext("Nothing is asked of you."))
    return Move(
        gettext("Open to objections until %(day)s", day=deadline(notice.ends_at)),
        gettext("Anybody can object until then; afterwards the bureau files the certification."),
        url=url_for("public.show_notice", notice_id=notice.id),
        action=gettext("Read the notice"),
        article="A8.6",
    )
