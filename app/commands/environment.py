"""The virtual environment: made once, filled again when the pinned requirements change. Standard library alone."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from app.commands.steps import ROOT, StepFailedError, content_hash, is_done, mark_done, run, say, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LEAST_PYTHON = (3, 11)


def ensure_environment(requirements: str = "requirements.txt") -> None:
    """Make .venv if it is missing and install the pinned requirements if they changed since; raise StepFailedError."""
    if not PYTHON.exists():
        _create()
    wanted = content_hash([ROOT / requirements])
    if is_done(requirements, wanted):
        return
    with step(f"installing {requirements}"):
        _ensure_pip()
        _install(requirements)
    mark_done(requirements, wanted)


def _create() -> None:
    if sys.version_info < LEAST_PYTHON:
        raise StepFailedError(f"Quanliu needs Python ≥ 3.11, not {sys.version.split()[0]}: try PYTHON=python3.12")
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise StepFailedError(f"this Python cannot make virtual environments: apt-get install {package}")
    with step("making the virtual environment .venv"):
        run([sys.executable, "-m", "venv", str(VENV)])


def _ensure_pip() -> None:
    found = subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False)
    if found.returncode:
        run([str(PYTHON), "-m", "ensurepip", "--default-pip"])


def _install(requirements: str) -> None:
    """Install with pip, which checks every hash, and say every 20 packages how far it is."""
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-r", requirements]
    total = sum("==" in line for line in (ROOT / requirements).read_text(encoding="utf-8").splitlines())
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as pip:
        assert pip.stdout is not None
        collected = 0
        for line in pip.stdout:
            collected += line.startswith("Collecting ")
            if line.startswith("Collecting ") and collected % 20 == 0:
                say(f"  {collected} of {total} packages")
            if line.startswith("Installing collected"):
                say(f"  {total} packages fetched, unpacking")
    if pip.returncode:
        raise StepFailedError(f"pip could not install {requirements}; its reason stands above")
