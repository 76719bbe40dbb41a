"""An identity provider on this machine: OpenID Connect with a page where one says who one is.

Obeys what a client relies on (OpenID Connect Core 1.0, RFC 7636): a code is good once, for the client and the verifier
that asked for it, and the token carries the nonce. Needs `joserfc`, which comes with Authlib.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "footnote", "a secret of the test"


@dataclass(kw_only=True)
class Provider:
    """Know who may sign in, and what was asked."""

    people: dict[str, dict[str, str]]
    """Claims by the name on the page."""
    url: str = ""
    asked: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """Who signed in and what for, by code."""

    def __post_init__(self) -> None:
        """Make a key."""
        from joserfc.jwk import RSAKey  # noqa: PLC0415 - there only where sign-in is tested

        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def page(self, asked: dict[str, str]) -> str:
        links = "".join(
            f"<p><a href='/continue?{escape(urlencode({**asked, 'who': name}))}'>Continue as {escape(name)}</a></p>"
            for name in self.people
        )
        return f"<!doctype html><html lang='en'><title>Who are you?</title>{links}</html>"

    def code_for(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.asked[code] = (asked["who"], asked)
        query = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{query}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Give a token for a code, once, to the client that asked for it."""
        from joserfc import jwt  # noqa: PLC0415 - there only where sign-in is tested

        who, asked = self.asked.pop(form.get("code", ""), ("", {}))
        given = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        wanted = (f"Basic {given}", asked.get("code_challenge"), asked.get("redirect_uri"))
        if not who or wanted != (authorization, challenge, form.get("redirect_uri")):
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        id_token = jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.people[who], self._key)
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": id_token}


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Serve a provider on a free port of 127.0.0.1, in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.give(json.dumps(provider.metadata()), "application/json")
                case "/keys":
                    self.give(json.dumps(provider.keys()), "application/json")
                case "/authorize":
                    self.give(provider.page(asked), "text/html; charset=utf-8")
                case "/continue":
                    self.send_response(302)
                    self.send_header("Location", provider.code_for(asked))
                    self.end_headers()
                case _:
                    self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            token = provider.token(form, self.headers.get("Authorization", ""))
            if token is None:
                self.send_error(400)
            else:
                self.give(json.dumps(token), "application/json")

        def give(self, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - fixed by http.server
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, name="identity provider", daemon=True).start()
    return server
