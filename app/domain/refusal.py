"""Why an application is refused, in the words of its letter: marks that were missed, conditions that do not hold (A8.7).

Every reason that the machine finds is worded in both languages; what a person wrote stands as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.certification import ApplicationCheck, CertificationApplication
from app.domain.service_item import items_of

Worded = dict[str, str]
"""A text by language."""
_CONDITIONS: dict[str, Worded] = {
    "credit_code": {
        "zh": "统一社会信用代码校验不符",
        "en": "The check digit of the unified social credit code is wrong",
    },
    "region": {"zh": "不在自治区内注册", "en": "It is not registered in the autonomous region"},
    "affiliation": {"zh": "是运营单位或其关联方", "en": "It is the operator or an affiliate of it"},
    "bad_credit": {"zh": "有不良信用记录", "en": "It has a bad-credit entry"},
}


def missed_marks(session: Session, application: CertificationApplication) -> Worded:
    """Every score beside its mark, of the agency and of each item (A8.5)."""
    figures = parameters_of_case(session, application.case_number, on=local_day(application.submitted_at))
    agency = (
        _points(application.score_hundredths or 0), _points(figures["agency_pass_mark_hundredths"]),
    )  # fmt: skip
    mark = _points(figures["service_item_pass_mark_hundredths"])
    items = [(item.name, _points(item.score_hundredths or 0)) for item in items_of(session, application.id)]
    zh = [f"机构得分 {agency[0]}，合格线 {agency[1]}。"]
    zh += [f"项目“{name}”得分 {score}，合格线 {mark}。" for name, score in items]
    en = [f"The agency scored {agency[0]}; the pass mark is {agency[1]}."]
    en += [f"Item “{name}” scored {score}; the pass mark is {mark}." for name, score in items]
    return {"zh": "".join(zh), "en": " ".join(en)}


def failed_conditions(failing: Sequence[ApplicationCheck]) -> Worded:
    """The computed conditions that do not hold, each with its article (A4.1, A11.9)."""
    zh = "".join(f"{_CONDITIONS[check.name]['zh']}（{check.article}）。" for check in failing)
    en = " ".join(f"{_CONDITIONS[check.name]['en']} ({check.article})." for check in failing)
    return {"zh": zh, "en": en}


def _points(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}"
