"""`make run`: from a bare machine to the running demo. Standard library alone: it runs before anything is installed.

    python3 -m app.commands.bootstrap run      everything, then the server
    python3 -m app.commands.bootstrap prepare  environment, assets, translations
    python3 -m app.commands.bootstrap tools    what the checks need as well

Each step is skipped when its inputs have not changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from app.commands.assets import ensure_assets
from app.commands.environment import PYTHON, ensure_environment
from app.commands.fonts import ensure_fonts
from app.commands.steps import ROOT, StepFailedError, content_hash, is_done, main_of, mark_done, run, say, step

TRANSLATIONS = ROOT / "app" / "web" / "translations"


def prepare(requirements: str = "requirements.txt") -> None:
    """Environment, assets, fonts and translations, as far as they are out of date."""
    ensure_environment(requirements)
    ensure_assets()
    ensure_fonts()
    ensure_translations()


def ensure_translations() -> None:
    """Compile the catalogues if one of them changed."""
    catalogues = content_hash(TRANSLATIONS.glob("zh_CN/*.po"))
    is_compiled = (TRANSLATIONS / "zh" / "LC_MESSAGES" / "messages.mo").exists()
    if is_compiled and is_done("translations", catalogues):
        return
    with step("compiling translations"):
        run([str(PYTHON), "-m", "app.commands.compile_translations"])
    mark_done("translations", catalogues)


def run_demo() -> None:
    """Prepare, then become the server: the process is replaced, so that signals reach it directly."""
    say("Quanliu (券流)")
    prepare()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "app.commands.serve"])


def main() -> None:
    """Do what the first argument names."""
    commands: dict[str, Callable[[], None]] = {
        "run": run_demo,
        "prepare": prepare,
        "tools": lambda: prepare("requirements-dev.txt"),
        "environment": ensure_environment,
    }
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in commands:
        raise StepFailedError(f"say one of {', '.join(commands)}")
    commands[wanted]()


if __name__ == "__main__":
    main_of(main)
