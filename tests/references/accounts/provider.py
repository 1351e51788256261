"""A small OpenID Connect provider on this machine, that answers as ProConnect does, and lies when a test asks it to."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT_ID, CLIENT_SECRET = "maillage-essai", "secret-essai"
PERSON = {
    "sub": "agent-1",
    "email": "agent@maillage.example",
    "given_name": "Camille",
    "usual_name": "Essai",
    "siret": "00000001800010",
    "idp_id": "fournisseur-essai",
}


def new_key(kid: str = "cle-1") -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid})


@dataclass
class Provider:
    """`id_token` and `userinfo` change the claims before they are signed; None removes one."""

    key: RSAKey = field(default_factory=new_key)
    signing_key: RSAKey | None = None
    algorithm: str = "RS256"
    id_token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    signed_userinfo: bool = True
    userinfo_key: RSAKey | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    asked: dict[str, str] = field(default_factory=dict)
    posted: dict[str, str] = field(default_factory=dict)
    port: int = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, url: str) -> str:
        """Answer the request for an authorization as a person who agrees; return the query of the way back."""
        self.asked = _query(urlsplit(url).query)
        return urlencode({"code": "code-1", "state": self.asked["state"]})

    def answer(self, path: str) -> tuple[str, str]:
        """Return the type and text of an answer."""
        if path.endswith("/.well-known/openid-configuration"):
            return "application/json", json.dumps(self._metadata())
        if path == "/jwks":
            return "application/json", json.dumps(KeySet([self.key]).as_dict(private=False))
        if path == "/token":
            return "application/json", json.dumps(self._token())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": int(time.time()) + 60, **PERSON}
        claims = _altered(claims, self.userinfo)
        if not self.signed_userinfo:
            return "application/json", json.dumps(claims)
        return "application/jwt", self._sign(claims, self.userinfo_key or self.key)

    def _metadata(self) -> dict[str, Any]:
        pages = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "session/end"}
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{page}" for name, page in pages.items()},
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }

    def _token(self) -> dict[str, Any]:
        digest = hashlib.sha256(self.posted.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = (self.posted["client_id"], self.posted["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        if not known or challenge != self.asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": PERSON["sub"], "aud": CLIENT_ID, "exp": now + 60, "iat": now}
        claims |= {"nonce": self.asked["nonce"], "acr": "eidas1", "amr": ["pwd"]}
        signed = self._sign(_altered(claims, self.id_token), self.signing_key or self.key)
        return {"access_token": "jeton", "token_type": "Bearer", "expires_in": 60, "id_token": signed}

    def _sign(self, claims: dict[str, Any], key: Any) -> str:
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.algorithm == "none":
            parts = [json.dumps(part).encode() for part in (header, claims)]
            return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


def _altered(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (claims | changes).items() if value is not None}


def _query(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def serve(provider: Provider) -> Callable[[], None]:
    """Start the provider; return what stops it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send()

        def do_POST(self) -> None:
            provider.posted = _query(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._send()

        def _send(self) -> None:
            kind, text = provider.answer(urlsplit(self.path).path)
            self.send_response(provider.status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop
