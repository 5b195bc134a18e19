"""The words with which tests draw diagrams and name people: small BPMN in the dialect of docs/architecture.md, without DI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from app.engine.actor import Actor, Grant

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:ql="urn:quanliu:bpmn:1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:test">'
)


def process(key: str, body: str, *, lanes: Mapping[str, str] | None = None, outside: str = "") -> bytes:
    """A diagram of one process; `lanes` maps a role to the space-separated ids in it."""
    lane_set = "".join(
        f'<bpmn:lane id="{role}" name="{role}">'
        + "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in ids.split())
        + "</bpmn:lane>"
        for role, ids in (lanes or {}).items()
    )
    lane_set = f'<bpmn:laneSet id="lanes">{lane_set}</bpmn:laneSet>' if lane_set else ""
    return (
        f'{HEAD}{outside}<bpmn:process id="{key}" name="{key}" isExecutable="true">{lane_set}{body}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def flows(*pairs: str) -> str:
    """Sequence flows: "a b", or "a b condition"."""
    out = []
    for pair in pairs:
        source, target, *condition = pair.split(" ", 2)
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition[0]}</bpmn:conditionExpression>'
            if condition
            else ""
        )
        out.append(
            f'<bpmn:sequenceFlow id="flow_{source}_{target}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
    return "".join(out)


def task(key: str, *, inner: str = "", extension: str = "", output: str = "") -> str:
    """A user task with the form of its own name; `output` is "variable=expression"."""
    name, _, value = output.partition("=")
    mapping = f'<ql:output name="{name}" value="{value}"/>' if output else ""
    return (
        f'<bpmn:userTask id="{key}" name="{key}"><bpmn:extensionElements><ql:title zh="{key}" en="{key}"/>'
        f'<ql:form key="{key}">{mapping}</ql:form>{extension}</bpmn:extensionElements>{inner}</bpmn:userTask>'
    )


def service(key: str, operation: str, *, inputs: str = "", outputs: str = "", extension: str = "") -> str:
    """A service task; inputs and outputs are "name=expression;name=expression"."""
    maps = "".join(
        f'<ql:{kind} name="{name}" value="{escape(value)}"/>'
        for kind, text in (("input", inputs), ("output", outputs))
        for name, _, value in (one.partition("=") for one in text.split(";") if one)
    )
    return (
        f'<bpmn:serviceTask id="{key}" name="{key}"><bpmn:extensionElements><ql:operation name="{operation}">{maps}'
        f"</ql:operation>{extension}</bpmn:extensionElements></bpmn:serviceTask>"
    )


def form(**properties: Any) -> bytes:
    """A form whose fields are all optional; titles are made from the names."""
    titled = {
        name: {**schema, "x-ql": {"title": {"zh": name, "en": name}, **schema.get("x-ql", {})}}
        for name, schema in properties.items()
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-ql": {"title": {"zh": "表单", "en": "Form"}},
        "properties": titled,
        "additionalProperties": False,
    }
    return json.dumps(schema).encode()


def person(person_id: int, *roles: str, organisation_id: int = 1) -> Actor:
    """A person with roles in one organisation."""
    return Actor(person_id, frozenset(Grant(role, organisation_id) for role in roles))
