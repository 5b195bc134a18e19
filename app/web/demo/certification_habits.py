"""How the demo's people answer the steps of a certification and of the experts' review."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from app.domain.certification import application_of_case
from app.domain.service_item import items_of
from app.web.demo.answers import AUTHENTICITY, COMPLIANCE, finding, scores
from app.web.demo.desks import Desks, Habit

PASSED_PERCENT = (74, 93)
"""Between which marks the agencies of the story lie; one in twelve is weaker."""
WEAK_PERCENT = (52, 66)
CORRECTED_SHARE = 0.12
"""How many agencies are asked for better papers once."""
FALSE_SHARE = 0.05
"""How many agencies hand in papers that do not stand up to a look at the register."""
DIVERGENT_SHARE = 0.08
"""How many agencies their experts differ about, so that a discussion is called (A8.5)."""
HARSH_PERCENT = 36
"""By so much the first of the experts marks such an agency lower than the others, before they have talked."""


def _verify(points: tuple[str, ...], remarks: str, desks: Desks, task: Any) -> Mapping[str, Any]:
    if points is not AUTHENTICITY:
        return finding(points, passes=True, remarks=remarks)
    luck = desks.chance("papers", task.instance_id).random()
    if luck < CORRECTED_SHARE and not desks.was_done(task.instance_id, "mend_application"):
        asked = {"field": "cases", "reason": "请写明案例企业名称、服务起止时间，并附联系方式。"}
        return {
            **finding(points, passes=True, remarks="案例过于笼统。"),
            "corrections": [asked],
            "outcome": "corrections",
        }
    return finding(points, passes=luck < 1 - FALSE_SHARE, remarks=remarks)


def mend(desks: Desks, task: Any) -> Mapping[str, Any]:
    """The cases, told more closely."""
    before = desks.last_answers(task.instance_id, "submit_application")
    return {**before, "cases": f"{before['cases']}另附近两年案例清单：企业名称、起止时间、联系人和交付成果。"}


def _score(desks: Desks, task: Any) -> Mapping[str, Any]:
    """Every expert near the agency's own worth; about a few agencies one of them thinks quite otherwise."""
    percent = _worth(desks, task) + desks.chance("view", task.id).randint(-4, 4)
    is_first = not desks.was_done(task.instance_id, "score_application")
    if is_first and desks.chance("divergent", task.instance_id).random() < DIVERGENT_SHARE:
        percent -= HARSH_PERCENT
    return _given(desks, task, percent)


def _revise(desks: Desks, task: Any) -> Mapping[str, Any]:
    """After the discussion nobody is far from the others."""
    percent = _worth(desks, task) - desks.chance("second view", task.id).randint(0, 4)
    return _given(desks, task, percent, "讨论后按回访记录与合同附件重新核定。")


def _worth(desks: Desks, task: Any) -> int:
    chance = desks.chance("worth", task.instance_id)
    low, high = WEAK_PERCENT if chance.random() < 1 / 12 else PASSED_PERCENT
    return chance.randint(low, high)


def _given(desks: Desks, task: Any, percent: int, *reason: str) -> Mapping[str, Any]:
    application = application_of_case(desks.unit.session, task.business_key)
    if application is None:
        raise LookupError(f"{task.business_key} has no application")
    return scores(percent, [item.name for item in items_of(desks.unit.session, application.id)], *reason)


def _answer_refusal(desks: Desks, task: Any) -> Mapping[str, Any]:
    """Every other agency that is refused asks for a review (A8.7)."""
    if desks.chance("review", task.instance_id).random() < 1 / 2:
        return {"outcome": "ask", "grounds": "申请材料中的证照已于上月更新，请予重新核对。"}
    return {"outcome": "accept"}


def _examine_objection(desks: Desks, task: Any) -> Mapping[str, Any]:
    """One objection in three is upheld."""
    if desks.chance("objection is right", task.id).random() < 1 / 3:
        return {"finding": "经核实，案例材料系借用他人业绩，异议成立。", "outcome": "upheld"}
    return {"finding": "经核实，案例合同与付款凭证齐全，异议不成立。", "outcome": "dismissed"}


def _say(answers: Mapping[str, Any], _desks: Desks, _task: Any) -> Mapping[str, Any]:
    return answers


CERTIFICATION_HABITS: dict[str, Habit] = {
    "verify_authenticity": Habit(partial(_verify, AUTHENTICITY, "营业执照已在登记系统核对，资质在有效期内。"), (1, 3)),
    "verify_compliance": Habit(partial(_verify, COMPLIANCE, "符合第四条各项要求。"), (1, 3)),
    "prepare_panel": Habit(partial(_say, {}), (0, 1)),
    "declare_interests": Habit(partial(_say, {"declaration": "none"}), (0, 2)),
    "score_application": Habit(_score, (1, 6)),
    "call_discussion": Habit(partial(_say, {"question": "服务业绩分差较大，请各位专家说明依据。"}), (0, 1)),
    "revise_scores": Habit(_revise, (1, 2)),
    "conclude": Habit(
        partial(_say, {"reason": "机构及服务项目达到合格线，专家意见一致。", "outcome": "certify"}), (0, 2)
    ),
    "examine_objection": Habit(_examine_objection, (1, 4)),
    "file_certification": Habit(partial(_say, {"remarks": "同意备案。", "outcome": "filed"}), (0, 2)),
    "request_review": Habit(_answer_refusal, (1, 5)),
    "examine_review": Habit(
        partial(_say, {"reason": "经复核，原结论依据充分，予以维持。", "outcome": "upheld"}), (2, 6)
    ),
}
