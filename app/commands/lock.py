"""`make lock`: pin every requirement with its hashes, and the npm packages without the address they came from."""

from __future__ import annotations

import subprocess

from app.commands.steps import ROOT, StepFailedError, main_of, run, step


def lock() -> None:
    """Write requirements.txt, requirements-dev.txt and package-lock.json; raise StepFailedError."""
    found = subprocess.run(["uv", "--version"], capture_output=True, check=False)
    if found.returncode:
        raise StepFailedError("pinning needs uv: pipx install uv")
    for name in ("requirements", "requirements-dev"):
        with step(f"pinning {name}"):
            # The oldest supported Python: a pin must hold on all of them.
            pin = ["uv", "pip", "compile", "--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"]
            run([*pin, "--no-emit-index-url", "--no-header", f"{name}.in", "-o", f"{name}.txt"])
    with step("pinning the npm packages"):
        run(["npm", "install", "--package-lock-only", "--ignore-scripts"])
    if '"resolved"' in (ROOT / "package-lock.json").read_text(encoding="utf-8"):
        raise StepFailedError("package-lock.json names the registry it came from: see .npmrc")


if __name__ == "__main__":
    main_of(lock)
