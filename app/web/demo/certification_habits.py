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


def _verify(points: tuple[str, ...], remarks: str, desks: Desks, task: Any) -> Mapping[str, Any]:
    is_false = desks.chance("false papers", task.instance_id).random() < 0.03
    return finding(points, passes=not (is_false and points is AUTHENTICITY), remarks=remarks)


def _score(desks: Desks, task: Any) -> Mapping[str, Any]:
    """Every expert near the agency's own worth, so that nothing has to be discussed."""
    worth = desks.chance("worth", task.instance_id)
    low, high = WEAK_PERCENT if worth.random() < 1 / 12 else PASSED_PERCENT
    percent = worth.randint(low, high) + desks.chance("view", task.id).randint(-4, 4)
    application = application_of_case(desks.unit.session, task.business_key)
    if application is None:
        raise LookupError(f"{task.business_key} has no application")
    return scores(percent, [item.name for item in items_of(desks.unit.session, application.id)])


def _say(answers: Mapping[str, Any], _desks: Desks, _task: Any) -> Mapping[str, Any]:
    return answers


CERTIFICATION_HABITS: dict[str, Habit] = {
    "verify_authenticity": Habit(partial(_verify, AUTHENTICITY, "营业执照已在登记系统核对，资质在有效期内。"), (1, 3)),
    "verify_compliance": Habit(partial(_verify, COMPLIANCE, "符合第四条各项要求。"), (1, 3)),
    "prepare_panel": Habit(partial(_say, {}), (0, 1)),
    "declare_interests": Habit(partial(_say, {"declaration": "none"}), (0, 2)),
    "score_application": Habit(_score, (1, 6)),
    "conclude": Habit(
        partial(_say, {"reason": "机构及服务项目达到合格线，专家意见一致。", "outcome": "certify"}), (0, 2)
    ),
    "file_certification": Habit(partial(_say, {"remarks": "同意备案。", "outcome": "filed"}), (0, 2)),
    "request_review": Habit(partial(_say, {"outcome": "accept"}), (1, 5)),
}
