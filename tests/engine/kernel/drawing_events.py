"""More words to draw with: start and end, events, gateways, subprocesses, multi-instance."""

from __future__ import annotations

from tests.drawing import flows, process

START, END = '<bpmn:startEvent id="begin"/>', '<bpmn:endEvent id="done"/>'
PAYMENT = '<bpmn:message id="payment" name="payment_arrived"/>'


def draw(body: str, *pairs: str, key: str = "main", outside: str = "") -> bytes:
    """A process with start and end, whose user tasks all lie in the lane of the reviewers."""
    tasks = " ".join(part.partition('"')[0] for part in body.split('<bpmn:userTask id="')[1:])
    return process(key, START + body + END + flows(*pairs), lanes={"reviewer": f"begin {tasks}"}, outside=outside)


def gateway(kind: str, key: str, default: str = "") -> str:
    return f'<bpmn:{kind}Gateway id="{key}"' + (f' default="{default}"/>' if default else "/>")


def timer(kind: str, text: str) -> str:
    text = text.replace('"', "&quot;")
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


def message(reference: str = "payment") -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference: str = "") -> str:
    return "<bpmn:errorEventDefinition" + (f' errorRef="{reference}"/>' if reference else "/>")


def catch(key: str, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{key}">{definition}</bpmn:intermediateCatchEvent>'


def boundary(key: str, attached: str, definition: str, *, interrupts: bool = True) -> str:
    stop = str(interrupts).lower()
    return f'<bpmn:boundaryEvent id="{key}" attachedToRef="{attached}" cancelActivity="{stop}">{definition}</bpmn:boundaryEvent>'


def end(key: str, definition: str = "") -> str:
    return f'<bpmn:endEvent id="{key}">{definition}</bpmn:endEvent>'


def subprocess(key: str, body: str, *pairs: str, inner: str = "") -> str:
    """An embedded subprocess from `<key>_begin` to `<key>_done`."""
    return (
        f'<bpmn:subProcess id="{key}">{inner}<bpmn:startEvent id="{key}_begin"/>{body}<bpmn:endEvent id="{key}_done"/>'
        f"{flows(*pairs)}</bpmn:subProcess>"
    )


def call(key: str, called: str, inner: str = "") -> str:
    return f'<bpmn:callActivity id="{key}" calledElement="{called}">{inner}</bpmn:callActivity>'


def many(
    items: str = "",
    *,
    number: str = "",
    item: str = "",
    into: str = "",
    output: str = "",
    until: str = "",
    one_by_one: bool = False,
) -> str:
    """Multi-instance characteristics."""
    parts = [
        f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>" if number else "",
        f"<bpmn:loopDataInputRef>{items}</bpmn:loopDataInputRef>" if items else "",
        f"<bpmn:loopDataOutputRef>{into}</bpmn:loopDataOutputRef>" if into else "",
        f'<bpmn:inputDataItem id="in_{item}" name="{item}"/>' if item else "",
        f'<bpmn:outputDataItem id="out_{output}" name="{output}"/>' if output else "",
        f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else "",
    ]
    sequential = str(one_by_one).lower()
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">{"".join(parts)}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
