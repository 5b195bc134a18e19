"""A small OpenID Connect provider for tests: discovery, authorization with PKCE, token, keys; who signs in, a test says.

It runs in a thread on a free port and does what providers do: it binds the code to client, redirect address and challenge,
gives it out once, and signs the identity with its own key.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, make_server

CLIENT_ID, CLIENT_SECRET = "quanliu", "a secret of client and provider"


@dataclass
class Provider:
    """The provider; `claims` are said of whoever signs in next, `spoil` changes the identity before it is signed."""

    claims: dict[str, Any] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    foreign_key: bool = False
    """Sign with a key that the provider does not publish."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"}))
    server: BaseWSGIServer | None = None

    @property
    def issuer(self) -> str:
        """Its own address."""
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> Provider:
        """Listen."""
        self.server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    def _app(self) -> Flask:
        app = Flask("oidc_provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self._discovery)
        app.add_url_rule("/keys", view_func=lambda: jsonify(keys=[self.key.as_dict(private=False)]), endpoint="keys")
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        return app

    def _discovery(self) -> Response:
        return jsonify(
            issuer=self.issuer, authorization_endpoint=f"{self.issuer}/authorize", token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys", response_types_supported=["code"], subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"], code_challenge_methods_supported=["S256"],
        )  # fmt: skip

    def _authorize(self) -> Any:
        asked = request.args.to_dict()
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self) -> Any:
        asked = self.codes.pop(request.form.get("code", ""), None)
        if asked is None or not self._knows_client() or not _fits(request.form.get("code_verifier", ""), asked):
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="unused", token_type="Bearer", expires_in=60, id_token=self._identity(asked))

    def _knows_client(self) -> bool:
        given = request.authorization
        return given is not None and (given.username, given.password) == (CLIENT_ID, CLIENT_SECRET)

    def _identity(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        key = RSAKey.generate_key(2048) if self.foreign_key else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, said | self.claims | self.spoil, key)


def _fits(verifier: str, asked: dict[str, str]) -> bool:
    """PKCE: whoever takes the code knows what the challenge was made from."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked.get("code_challenge")
