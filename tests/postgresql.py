"""A PostgreSQL server of our own for tests and benchmarks: own port, own folder, run as a non-root user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


class private_cluster:  # noqa: N801 -- reads as a function in the with statement
    """Starts PostgreSQL and stops it: Debian's binaries when present, else the wheel's. Its value is the server's URL."""

    def __init__(self, *, fsync: bool = False) -> None:
        self.fsync = "on" if fsync else "off"

    def __enter__(self) -> str:
        self.folder = Path(tempfile.mkdtemp(prefix="quanliu-pg-", dir=None if self.fsync == "on" else _memory()))
        self.bin = _postgresql_bin()
        self.user = _unprivileged_user()
        if self.user:
            shutil.chown(self.folder, self.user)
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "quanliu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -k {self.folder} -c max_connections=100 -c fsync={self.fsync}"
        )
        if self.fsync == "off":
            options += " -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return f"postgresql+psycopg://quanliu@127.0.0.1:{port}"

    def __exit__(self, *_exc: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            user=self.user,
            capture_output=True,
            text=True,
            env=environment,
            cwd=self.folder,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


def _memory() -> str | None:
    """A folder in memory with a gigabyte to spare, for databases that live as long as a test; None: the disk."""
    shared = Path("/dev/shm")
    has_room = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2**30
    return str(shared) if has_room else None


def _postgresql_bin() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if debian:
        return debian[-1]
    for folder in map(Path, sys.path):
        for found in folder.glob("**/bin/initdb"):
            return found.parent
    raise RuntimeError("no PostgreSQL binaries: install Debian's postgresql, or the wheel in requirements-dev.txt")


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; any unprivileged account will do."""
    return "nobody" if os.geteuid() == 0 else None
