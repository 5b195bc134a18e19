"""Which parser and which spec go with each element of the standard."""

from __future__ import annotations

from app.engine.kernel.complex_gateway import ComplexSpec
from app.engine.kernel.container_specs import CallSpec, SubprocessSpec
from app.engine.kernel.documents import bpmn
from app.engine.kernel.element_parsers import (
    CallActivityParser,
    ComplexGatewayParser,
    DecisionParser,
    ElementParser,
    EventGatewayParser,
    PlainTaskParser,
    ScriptTaskParser,
    ServiceTaskParser,
    SubprocessParser,
    UserTaskParser,
)
from app.engine.kernel.element_specs import DecisionSpec, EndSpec, PassSpec, ServiceTaskSpec, UserTaskSpec
from app.engine.kernel.event_parsers import (
    BoundaryEventParser,
    CatchEventParser,
    EndEventParser,
    ReceiveTaskParser,
    SendTaskParser,
    StartEventParser,
    ThrowEventParser,
)
from app.engine.kernel.event_specs import BoundarySpec, CatchSpec, RaceSpec
from app.engine.kernel.gateway_specs import ExclusiveSpec, InclusiveSpec, ParallelSpec
from app.engine.kernel.script_specs import ScriptSpec
from app.engine.kernel.throw_specs import ThrowSpec

_TABLE: dict[str, tuple[type[ElementParser], type]] = {
    "startEvent": (StartEventParser, PassSpec),
    "endEvent": (EndEventParser, EndSpec),
    "intermediateThrowEvent": (ThrowEventParser, PassSpec),
    "intermediateCatchEvent": (CatchEventParser, CatchSpec),
    "boundaryEvent": (BoundaryEventParser, BoundarySpec),
    "task": (PlainTaskParser, PassSpec),
    "manualTask": (PlainTaskParser, PassSpec),
    "scriptTask": (ScriptTaskParser, ScriptSpec),
    "sendTask": (SendTaskParser, ThrowSpec),
    "receiveTask": (ReceiveTaskParser, CatchSpec),
    "userTask": (UserTaskParser, UserTaskSpec),
    "serviceTask": (ServiceTaskParser, ServiceTaskSpec),
    "businessRuleTask": (DecisionParser, DecisionSpec),
    "exclusiveGateway": (ElementParser, ExclusiveSpec),
    "parallelGateway": (ElementParser, ParallelSpec),
    "inclusiveGateway": (ElementParser, InclusiveSpec),
    "complexGateway": (ComplexGatewayParser, ComplexSpec),
    "eventBasedGateway": (EventGatewayParser, RaceSpec),
    "subProcess": (SubprocessParser, SubprocessSpec),
    "transaction": (SubprocessParser, SubprocessSpec),
    "adHocSubProcess": (SubprocessParser, SubprocessSpec),
    "callActivity": (CallActivityParser, CallSpec),
}
ELEMENTS = {bpmn(name): pair for name, pair in _TABLE.items()}

ACTIVITIES = frozenset(
    bpmn(name) for name in _TABLE if name.endswith(("Task", "task", "Process", "transaction", "Activity"))
)

NOT_ELEMENTS = frozenset(
    map(
        bpmn,
        (
            "documentation", "extensionElements", "laneSet", "sequenceFlow", "textAnnotation", "association", "group",
            "incoming", "outgoing", "correlationSubscription", "property", "multiInstanceLoopCharacteristics",
            "standardLoopCharacteristics", "dataObject", "dataObjectReference", "dataStoreReference", "category",
            "auditing", "monitoring", "ioSpecification", "ioBinding", "supportedInterfaceRef", "supports",
            "dataInputAssociation", "dataOutputAssociation", "completionCondition", "performer", "potentialOwner",
            "humanPerformer", "resourceRole",
        ),
    )
)  # fmt: skip
