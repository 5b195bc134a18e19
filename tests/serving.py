"""A real server of our own for tests and benchmarks: gunicorn with the application, in a process that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """The web process; `environment` comes on top of what every test server has."""

    database_url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    application: str = "app.factory:create_app()"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the process."""
        return {
            **os.environ,
            "APP_ENV": "test",
            "DATABASE_URL": self.database_url,
            "STORAGE_URL": f"file://{self.folder}/files",
            "EMBEDDED_WORKER": "0",
            "BIND": f"127.0.0.1:{self.port}",
            **self.environment,
        }

    def flask(self, *command: str) -> str:
        """Run a command of the application; return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app.factory", *command],
            cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def start(self) -> Server:
        """Start, and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:app.gunicorn_settings", self.application],
            cwd=ROOT, env=self.variables, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text()[-3_000:])

    def kill(self) -> None:
        """kill -9, master and workers at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop as an operator would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None
