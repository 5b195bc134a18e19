"""The same check in a child process with limits on time and memory: a bomb becomes a finding, not an outage.

What goes in and comes out is JSON.
"""

from __future__ import annotations

import base64
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

import orjson

from app.engine.admission.check import check_files
from app.engine.admission.known import KnownNames, Operation
from app.engine.admission.problems import Problem, problem


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
            input=question, capture_output=True, timeout=seconds + 5, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [problem("out_of_time", "")]
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"RecursionError" in done.stderr:
        return [problem("out_of_time", "")]
    if done.returncode:
        raise AdmissionFailedError(done.stderr.decode(errors="replace")[-2_000:])
    return [Problem(**one) for one in orjson.loads(done.stdout)]


def main() -> None:
    """Read a question from standard input, check under limits, write the findings to standard output."""
    question = orjson.loads(sys.stdin.buffer.read())
    seconds, megabytes = question["limits"]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024, megabytes * 1024 * 1024))
    files = {path: base64.b64decode(content) for path, content in question["files"].items()}
    operations = {
        name: Operation(name, frozenset(parameters), frozenset(required), frozenset(codes))
        for name, parameters, required, codes in question["operations"]
    }
    found = check_files(files, KnownNames(operations, frozenset(question["roles"])))
    sys.stdout.buffer.write(orjson.dumps([asdict(one) for one in found]))


if __name__ == "__main__":
    main()
