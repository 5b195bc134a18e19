"""A model of thirty nodes: four lanes, rework loop, fork and join, panel of experts, called process, decision, timers."""

from __future__ import annotations

from typing import Any

from app.engine.actor import Actor
from app.engine.operations import Call
from tests.drawing import flows, form, person, process, service, task

KEY = "thirty_nodes"

TIMER = (
    '<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="false"><bpmn:timerEventDefinition '
    'id="{key}_timer"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">duration("P14D")</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)

PANEL = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>experts</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="expert" name="expert"/></bpmn:multiInstanceLoopCharacteristics>'
    "<bpmn:humanPerformer><bpmn:resourceAssignmentExpression><bpmn:formalExpression>expert</bpmn:formalExpression>"
    "</bpmn:resourceAssignmentExpression></bpmn:humanPerformer>"
)

OWNER = (
    "<bpmn:potentialOwner><bpmn:resourceAssignmentExpression><bpmn:formalExpression>organisation_id"
    "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
)

ROUTE_DMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="route_model" name="route" namespace="urn:bench">
  <inputData id="amount_input" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <decision id="route" name="route">
    <informationRequirement id="needs_amount"><requiredInput href="#amount_input"/></informationRequirement>
    <decisionTable id="route_table" hitPolicy="UNIQUE">
      <input id="amount_column"><inputExpression id="amount_expression" typeRef="number"><text>amount</text></inputExpression></input>
      <output id="track_column" name="track" typeRef="string"/>
      <rule id="small"><inputEntry id="i1"><text>&lt; 100000</text></inputEntry><outputEntry id="o1"><text>"desk"</text></outputEntry></rule>
      <rule id="middle"><inputEntry id="i2"><text>[100000..250000)</text></inputEntry><outputEntry id="o2"><text>"desk"</text></outputEntry></rule>
      <rule id="large"><inputEntry id="i3"><text>&gt;= 250000</text></inputEntry><outputEntry id="o3"><text>"board"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""


def files() -> dict[str, bytes]:
    """The bundle's files."""
    asked = "submit formal fix legal budget scoring board kickoff called_check called_sign"
    found = {f"processes/{KEY}/{KEY}.bpmn": _main(), f"processes/{KEY}/route.dmn": ROUTE_DMN}
    found["processes/market/market.bpmn"] = _called()
    for key in asked.split():
        folder = "market" if key.startswith("called_") else KEY
        found[f"forms/{folder}/{key}.json"] = form(
            outcome={"type": "string", "maxLength": 40},
            remark={"type": "string", "maxLength": 4000, "x-ql": {"widget": "long_text"}},
        )
    return found


def operations() -> dict[str, Any]:
    """What its service tasks do: as good as nothing, since the engine is measured."""

    def notify(call: Call, *, kind: str) -> dict[str, str]:
        return {"sent": f"{kind} {call.business_key}"}

    return {f"{KEY}.notify": notify}


def walk() -> list[tuple[str, Actor, dict[str, str]]]:
    """The completions of one case in order: (element, who, answers)."""
    remark = "材料齐全，签章清晰，价格表与公示一致。" * 12
    office = person(2, "reviewer", "supervisor", "bureau")
    agency = person(1, "agency", organisation_id=9)
    steps = [("submit", agency, ""), ("formal", office, "back"), ("fix", agency, ""), ("formal", office, "ok")]
    steps += [("legal", office, ""), ("called_check", office, ""), ("budget", office, ""), ("called_sign", office, "")]
    steps += [("scoring", person(expert, "expert"), "") for expert in range(101, 106)]
    steps += [("board", office, "go"), ("kickoff", office, "")]
    return [
        (key, who, {"outcome": outcome, "remark": remark} if outcome else {"remark": remark})
        for key, who, outcome in steps
    ]


def _main() -> bytes:
    nodes = (
        '<bpmn:startEvent id="begin"/>' + task("submit", inner=OWNER) + TIMER.format(key="remind_submit", host="submit")
        + service("remind", f"{KEY}.notify", inputs='kind="remind"') + '<bpmn:endEvent id="reminded"/>'
        + service("notify", f"{KEY}.notify", inputs='kind="received"', outputs="sent=result.sent")
        + '<bpmn:exclusiveGateway id="again"/>' + task("formal", output="formal=answers.outcome")
        + TIMER.format(key="late_formal", host="formal")
        + service("escalate", f"{KEY}.notify", inputs='kind="late"') + '<bpmn:endEvent id="escalated"/>'
        + '<bpmn:exclusiveGateway id="formal_result" default="flow_formal_result_fork"/>' + task("fix", inner=OWNER)
        + '<bpmn:parallelGateway id="fork"/>' + task("legal") + task("budget")
        + '<bpmn:callActivity id="ask_market" calledElement="market"/><bpmn:parallelGateway id="join"/>'
        + task("scoring", inner=PANEL)
        + '<bpmn:businessRuleTask id="choose_route" name="route"><bpmn:extensionElements><ql:decision name="route">'
        '<ql:input name="amount" value="amount_fen"/><ql:output name="track" value="result"/></ql:decision>'
        "</bpmn:extensionElements></bpmn:businessRuleTask>"
        + '<bpmn:exclusiveGateway id="route_result" default="flow_route_result_kickoff"/>'
        + task("board", output="board=answers.outcome") + '<bpmn:exclusiveGateway id="board_result" '
        'default="flow_board_result_stopped"/><bpmn:endEvent id="stopped"/>'
        + task("kickoff") + service("announce", f"{KEY}.notify", inputs='kind="go"') + '<bpmn:endEvent id="done"/>'
    )  # fmt: skip
    arrows = flows(
        "begin submit", "remind_submit remind", "remind reminded", "submit notify", "notify again", "again formal",
        "late_formal escalate", "escalate escalated", "formal formal_result", "formal_result fork",
        'formal_result fix formal = "back"', "fix again", "fork legal", "fork budget", "fork ask_market", "legal join",
        "budget join", "ask_market join", "join scoring", "scoring choose_route", "choose_route route_result",
        'route_result board track = "board"', "board board_result", 'board_result kickoff board = "go"',
        "board_result stopped", "route_result kickoff", "kickoff announce", "announce done",
    )  # fmt: skip
    lanes = {
        "agency": "begin submit remind_submit remind reminded fix",
        "reviewer": "notify again formal late_formal escalate escalated formal_result fork legal budget ask_market join",
        "expert": "scoring",
        "supervisor": "choose_route route_result kickoff announce done",
        "bureau": "board board_result stopped",
    }
    return process(KEY, nodes + arrows, lanes=lanes)


def _called() -> bytes:
    body = (
        '<bpmn:startEvent id="called_begin"/>' + task("called_check") + task("called_sign")
        + '<bpmn:endEvent id="called_done"/>'
        + flows("called_begin called_check", "called_check called_sign", "called_sign called_done")
    )  # fmt: skip
    return process("market", body, lanes={"reviewer": "called_begin called_check called_sign called_done"})


LOOP_KEY = "loop"


def loop_files() -> dict[str, bytes]:
    """A loop of one user task and one gateway."""
    body = (
        '<bpmn:startEvent id="begin"/><bpmn:exclusiveGateway id="again"/>' + task("round", output="more=answers.outcome")
        + '<bpmn:exclusiveGateway id="enough" default="flow_enough_done"/><bpmn:endEvent id="done"/>'
        + flows("begin again", "again round", "round enough", 'enough again more = "more"', "enough done")
    )  # fmt: skip
    return {
        f"processes/{LOOP_KEY}/{LOOP_KEY}.bpmn": process(
            LOOP_KEY, body, lanes={"agency": "begin again round enough done"}
        ),
        f"forms/{LOOP_KEY}/round.json": form(outcome={"type": "string", "maxLength": 40}),
    }
