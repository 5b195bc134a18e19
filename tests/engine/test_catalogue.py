"""Bundles: immutable, known by their content, and a running case keeps the one it began on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.db import reading, unit_of_work
from app.engine import catalogue, deployment
from app.engine.errors import UnknownBundleFileError, UnknownProcessError
from tests.drawing import flows, form, process, task


def diagram(step: str) -> bytes:
    body = (
        '<bpmn:startEvent id="begin"/>'
        + task("first")
        + task(step)
        + '<bpmn:endEvent id="done"/>'
        + flows("begin first", f"first {step}", f"{step} done")
    )
    return process("plain", body, lanes={"reviewer": f"begin first {step} done"})


def test_the_same_files_again_are_the_same_bundle(bench: Any) -> None:
    first = bench.deploy({"plain": diagram("second")})

    assert bench.deploy({"plain": diagram("second")}) == first
    assert [one.version for one in versions(bench)] == [1]


def test_another_content_is_the_next_version(bench: Any) -> None:
    bench.deploy({"plain": diagram("second")})
    bench.deploy({"plain": diagram("another")})

    assert [one.version for one in versions(bench)] == [2, 1]


def test_a_running_case_keeps_the_diagram_that_it_began_on(bench: Any, reviewer: Any) -> None:
    bench.deploy({"plain": diagram("second")})
    old = bench.start("plain", "old")
    bench.deploy({"plain": diagram("another")})
    new = bench.start("plain", "new")

    bench.act("first", reviewer, instance_id=old)
    bench.act("first", reviewer, instance_id=new)

    assert (list(bench.open(old)), list(bench.open(new))) == (["second"], ["another"])


def test_a_running_case_keeps_the_form_that_it_began_with(bench: Any, reviewer: Any) -> None:
    bench.deploy({"plain": diagram("second")})
    old = bench.start("plain", "old")
    bench.deploy({"plain": diagram("second")}, extra={"forms/plain/second.json": form(reason={"type": "string"})})
    bench.act("first", reviewer, instance_id=old)

    bench.act("second", reviewer, instance_id=old, outcome="by the old form")

    assert bench.case(old)["status"] == "completed"


def test_files_come_back_byte_for_byte(bench: Any) -> None:
    bundle_id = bench.deploy({"plain": diagram("second")})

    with reading(bench.database) as unit:
        assert catalogue.diagram(unit.connection, bundle_id, "plain") == diagram("second")
        with pytest.raises(UnknownBundleFileError):
            catalogue.stored_file(unit.connection, bundle_id, "forms/plain/none.json")


def test_an_unknown_process_or_version_is_named(bench: Any) -> None:
    bench.deploy({"plain": diagram("second")})

    with reading(bench.database) as unit:
        with pytest.raises(UnknownProcessError):
            catalogue.latest(unit.connection, "nothing")
        with pytest.raises(UnknownProcessError):
            catalogue.definition(unit.connection, "plain", 2)


def test_a_bare_upload_finds_its_place() -> None:
    placed = deployment.by_path({"plain.bpmn": b"1", "marks.dmn": b"2", "second.json": b"3"})

    assert placed == {
        "processes/plain/plain.bpmn": b"1",
        "processes/plain/marks.dmn": b"2",
        "forms/plain/second.json": b"3",
    }


def test_an_upload_takes_over_what_it_leaves_out(bench: Any) -> None:
    bench.deploy({"plain": diagram("second")})

    with unit_of_work(bench.database) as unit:
        whole = deployment.with_latest(unit.connection, {"processes/plain/plain.bpmn": diagram("first")})

    assert set(whole) == {"processes/plain/plain.bpmn", "forms/plain/first.json", "forms/plain/second.json"}
    assert whole["processes/plain/plain.bpmn"] == diagram("first")


def test_shipped_processes_are_bundled_with_what_they_call(tmp_path: Path) -> None:
    call = '<bpmn:callActivity id="ask" calledElement="called"/>'
    for key, body in (("main", call), ("called", ""), ("alone", "")):
        (tmp_path / "processes" / key).mkdir(parents=True)
        (tmp_path / "forms" / key).mkdir(parents=True)
        (tmp_path / "processes" / key / f"{key}.bpmn").write_bytes(process(key, body))
        (tmp_path / "forms" / key / "ask.json").write_bytes(form())

    bundles = deployment.shipped_bundles(tmp_path)

    assert [{path.split("/")[1] for path in files} for files in bundles] == [{"alone"}, {"main", "called"}]


def versions(bench: Any) -> list[catalogue.Definition]:
    with reading(bench.database) as unit:
        return catalogue.definitions(unit.connection, "plain")
