"""A mail server of our own on the loopback, which keeps what it gets and can be told to refuse."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.settings import AppEnv, Settings, SmtpSecurity
from tests.serving import free_port


@dataclass
class MailServer:
    """What has come in, and what it answers to the next recipients, by address."""

    port: int = field(default_factory=free_port)
    got: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    signed_in: list[bytes] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        """Answer as told, else take it."""
        planned = self.answers.get(address)
        if planned:
            return planned.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep it."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"

    def check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        """One name and one password."""
        self.signed_in.append(data.login)
        is_right = (data.login, data.password) == (b"quanliu", b"right")
        return AuthResult(success=is_right, handled=is_right)

    def settings(self, **more: Any) -> Settings:
        """Settings that lead here."""
        given: dict[str, Any] = {
            "env": AppEnv.TEST, "smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_from": "券流 <noreply@q.example>",
            "smtp_security": SmtpSecurity.NONE, "public_url": "https://q.example",
        }  # fmt: skip
        return Settings(**(given | more))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """The server, listening in a thread of its own."""
    yield from _serve(MailServer())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that it signed itself, with its key, as one PEM file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "q")])
    now, here = datetime.now(UTC), x509.IPAddress(ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kind, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path / "mail.pem"
    path.write_bytes(
        key.private_bytes(kind, shape, serialization.NoEncryption()) + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[MailServer]:
    """A mail server that takes nothing before STARTTLS."""
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(certificate)
    yield from _serve(MailServer(), tls_context=secured, require_starttls=True)


def _serve(server: MailServer, **more: Any) -> Iterator[MailServer]:
    loop = asyncio.new_event_loop()

    def make() -> SMTP:
        return SMTP(
            server, authenticator=server.check, auth_require_tls=bool(more), enable_SMTPUTF8=False, loop=loop,
            hostname="q", **more,
        )  # fmt: skip

    listening = loop.run_until_complete(loop.create_server(make, "127.0.0.1", server.port))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
