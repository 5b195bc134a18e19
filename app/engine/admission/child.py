"""The same check in a child process with limits on time and memory: a bomb becomes a finding, not an outage.

What goes in and comes out is JSON.
"""

from __future__ import annotations

import base64
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import orjson

from app.engine.admission.check import check_files
from app.engine.admission.known import KnownNames, Operation
from app.engine.admission.problems import Problem, problem

ROOT = Path(__file__).parents[3]
SPENT = (b"MemoryError", b"RecursionError")
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV")
"""The child gets no more of the environment: what it reads is from strangers, and secrets are none of its business."""


class AdmissionFailedError(RuntimeError):
    """The check itself has a defect: neither an admission nor a refusal."""


def check_files_in_child(
    files: Mapping[str, bytes], known: KnownNames, *, seconds: int = 10, megabytes: int = 512
) -> list[Problem]:
    """Everything that speaks against these files; a check that needs more time or memory is itself a finding."""
    question = orjson.dumps(
        {
            "limits": [seconds, megabytes],
            "files": {path: base64.b64encode(content).decode() for path, content in files.items()},
            "roles": sorted(known.roles),
            "operations": [
                [one.name, sorted(one.parameters), sorted(one.required), sorted(one.error_codes)]
                for one in known.operations.values()
            ],
        }
    )
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.engine.admission.child"],
            input=question, capture_output=True, timeout=seconds + 5, check=False, cwd=ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [problem("out_of_time", "")]
    if done.returncode < 0 or any(word in done.stderr for word in SPENT):
        return [problem("out_of_time", "")]
    if done.returncode:
        raise AdmissionFailedError(done.stderr.decode(errors="replace")[-2_000:])
    return [Problem(**one) for one in orjson.loads(done.stdout)]


def main() -> None:
    """Read a question from standard input, check under limits, write the findings to standard output."""
    question = orjson.loads(sys.stdin.buffer.read())
    seconds, megabytes = question["limits"]
    _limit(seconds, megabytes)
    files = {path: base64.b64decode(content) for path, content in question["files"].items()}
    operations = {
        name: Operation(name, frozenset(parameters), frozenset(required), frozenset(codes))
        for name, parameters, required, codes in question["operations"]
    }
    found = check_files(files, KnownNames(operations, frozenset(question["roles"])))
    sys.stdout.buffer.write(orjson.dumps([asdict(one) for one in found]))


def _limit(seconds: int, megabytes: int) -> None:
    """Bound this process for good: time of the CPU, memory, and no file is written, not even a core dump."""
    for what, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    main()
