"""Why an application is refused, in the words of its letter: marks that were missed, conditions that do not hold (A8.7)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.certification import ApplicationCheck, CertificationApplication
from app.domain.service_item import items_of

_CONDITIONS = {
    "credit_code": "统一社会信用代码校验不符",
    "region": "不在自治区内注册",
    "affiliation": "是运营单位或其关联方",
    "bad_credit": "有不良信用记录",
}


def missed_marks(session: Session, application: CertificationApplication) -> str:
    """Every score beside its mark, of the agency and of each item (A8.5)."""
    score = application.score_hundredths or 0
    figures = parameters_of_case(session, application.case_number, on=local_day(application.submitted_at))
    lines = [f"机构得分 {score / 100:.2f}，合格线 {figures['agency_pass_mark_hundredths'] / 100:.2f}。"]
    lines += [
        f"项目“{item.name}”得分 {(item.score_hundredths or 0) / 100:.2f}，"
        f"合格线 {figures['service_item_pass_mark_hundredths'] / 100:.2f}。"
        for item in items_of(session, application.id)
    ]
    return "".join(lines)


def failed_conditions(failing: Sequence[ApplicationCheck]) -> str:
    """The computed conditions that do not hold, each with its article (A4.1, A11.9)."""
    return "".join(f"{_CONDITIONS[check.name]}（{check.article}）。" for check in failing)
