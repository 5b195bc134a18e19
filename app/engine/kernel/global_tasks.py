"""Global tasks: a task outside of every process that call activities call; it runs as a process of that one task."""

from __future__ import annotations

import copy

from lxml import etree

from app.engine.kernel.documents import Node, bpmn, local_name

_TASKS = {bpmn("globalTask"): "task", bpmn("globalScriptTask"): "scriptTask", bpmn("globalManualTask"): "manualTask"}
KINDS = tuple(_TASKS)


def as_process(node: Node) -> Node:
    """The process with a start event, the task and an end event; element ids are those of the task with endings."""
    key = node.get("id", "")
    process = etree.Element(bpmn("process"), {"id": key, "name": node.get("name") or key, "isExecutable": "true"})
    etree.SubElement(process, bpmn("startEvent"), {"id": f"{key}_begin"})
    task = etree.SubElement(process, bpmn(_TASKS[node.tag]), {"id": f"{key}_task"})
    task.extend(copy.deepcopy(child) for child in node if local_name(child) in {"script", "extensionElements"})
    etree.SubElement(process, bpmn("endEvent"), {"id": f"{key}_end"})
    for source, target in (("begin", "task"), ("task", "end")):
        ends = {"sourceRef": f"{key}_{source}", "targetRef": f"{key}_{target}"}
        etree.SubElement(process, bpmn("sequenceFlow"), {"id": f"{key}_{source}_{target}", **ends})
    return process
