"""`python -m app.commands.fonts`: the Chinese font of the PDFs, for machines that have none. Standard library alone.

Debian's fonts-noto-cjk is better, since it has the serif and rare characters; where it is installed nothing is fetched.
"""

from __future__ import annotations

from app.commands.assets import node_and_npm, with_node
from app.commands.steps import content_hash, is_done, main_of, mark_done, run, step
from app.documents.fonts import FOLDER, PACKAGE, has_system_fonts


def ensure_fonts() -> None:
    """Fetch the pinned font unless the machine has Chinese fonts or it lies there already; raise StepFailedError."""
    lock = content_hash([FOLDER / "package.json", FOLDER / "package-lock.json"])
    if has_system_fonts() or (PACKAGE.is_dir() and is_done("fonts", lock)):
        return
    node, npm = node_and_npm()
    with step("fetching a Chinese font for the PDFs (57 MB; spare it by installing fonts-noto-cjk)"):
        run([*npm, "ci", "--ignore-scripts", "--loglevel=error", "--prefix", str(FOLDER)], environment=with_node(node))
    mark_done("fonts", lock)


if __name__ == "__main__":
    main_of(ensure_fonts)
