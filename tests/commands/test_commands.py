"""The steps behind make: they run on a bare Python, and skip what has not changed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.commands import steps
from app.commands.chromium import find_chromium
from app.commands.serve import make_demo
from app.commands.steps import ROOT, StepFailedError, content_hash, is_done, main_of, mark_done, run


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, so that no stamp of ours is touched."""
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "STAMPS", tmp_path / ".venv" / "stamps")
    return tmp_path


def test_what_runs_before_the_dependencies_needs_the_standard_library_alone():
    bare = subprocess.run(
        [sys.executable, "-S", "-m", "app.commands.bootstrap"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert bare.returncode == 1
    assert "say one of run, prepare, tools, environment" in bare.stdout


def test_a_step_is_done_for_the_inputs_that_it_was_done_with(project):
    mark_done("assets", "one")

    assert is_done("assets", "one")
    assert not is_done("assets", "two")
    assert not is_done("translations", "one")


@pytest.mark.parametrize("change", ["content", "name", "another file"])
def test_a_change_of_an_input_changes_the_hash(project, change):
    (project / "a.js").write_text("1")
    before = content_hash(project.glob("*.js"))

    if change == "content":
        (project / "a.js").write_text("2")
    elif change == "name":
        (project / "a.js").rename(project / "b.js")
    else:
        (project / "c.js").write_text("")

    assert content_hash(project.glob("*.js")) != before


def test_touching_an_input_does_not_change_the_hash(project):
    (project / "a.js").write_text("1")
    before = content_hash(project.glob("*.js"))

    (project / "a.js").write_text("1")

    assert content_hash(project.glob("*.js")) == before


def test_a_program_that_fails_is_a_failed_step():
    with pytest.raises(StepFailedError, match="ended with code 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_failed_step_ends_the_command_with_its_reason(capsys):
    def fail():
        raise StepFailedError("install Chromium")

    with pytest.raises(SystemExit) as ended:
        main_of(fail)

    assert ended.value.code == 1
    assert capsys.readouterr().out == "\nFailed: install Chromium\n"


def test_a_browser_of_playwright_counts_where_the_machine_has_none(tmp_path, monkeypatch):
    chrome = tmp_path / "chromium-1200" / "chrome-linux64" / "chrome"
    chrome.parent.mkdir(parents=True)
    chrome.touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))

    assert find_chromium() == str(chrome)
    chrome.unlink()
    assert find_chromium() is None


def test_the_npm_lock_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_make_help_lists_the_commands_of_the_house():
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for command in ("run", "test", "check", "lint", "bench", "lock", "assets", "translations", "demo-reset"):
        assert f"make {command} " in listed


def test_a_first_start_that_is_broken_off_leaves_no_half_lived_demo(tmp_path):
    url, filled = sa.make_url(f"sqlite:///{tmp_path}/demo.sqlite3"), []

    def fill(made, said):
        filled.append(Path(made.database).name)
        with closing(sqlite3.connect(made.database)) as database:
            database.execute("CREATE TABLE half (id)")
        if len(filled) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(url, fill)
    assert not (tmp_path / "demo.sqlite3").exists()
    make_demo(url, fill)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        make_demo(url, fill)

    assert filled == ["demo.sqlite3.making", "demo.sqlite3.making", "demo.sqlite3"]
    assert [one.name for one in tmp_path.iterdir()] == ["demo.sqlite3"]
