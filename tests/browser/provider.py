"""A provider of sign-ins for tests: OpenID Connect's code flow with PKCE, RS256 tokens, and a page to choose who to be.

It checks what a real one checks: the client and its secret, the address to return to, that a code is used once, and
that whoever redeems it has the verifier of its challenge (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlparse

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "reelign", "not-so-secret"
MINUTES = 5


@dataclass
class Provider:
    """The provider's people (claims by how the page calls them), its key, and the codes that were given out."""

    people: Mapping[str, Mapping[str, Any]]
    return_to: str
    url: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    redeemed: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def choose(self, asked: dict[str, str]) -> str:
        """Return the page on which one chooses who to be; each choice leads back with a code of its own."""
        assert asked["client_id"] == CLIENT_ID and asked["redirect_uri"] == self.return_to
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        links = []
        for person in self.people:
            code = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "person": person}
            back = f"{self.return_to}?{urlencode({'code': code, 'state': asked['state']})}"
            links.append(f'<p><a href="{html.escape(back)}">{html.escape(person)}</a></p>')
        return f"<h1>Who are you?</h1>{''.join(links)}"

    def redeem(self, sent: dict[str, str], client: tuple[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, ``None`` where anything about it is wrong."""
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or client != (CLIENT_ID, CLIENT_SECRET) or challenge != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60 * MINUTES, "nonce": asked["nonce"]}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **self.people[asked["person"]]}, self.key)
        self.redeemed.append(asked["person"])
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": token}


@contextmanager
def providing(people: Mapping[str, Mapping[str, Any]], return_to: str) -> Iterator[Provider]:
    """Start a provider on a free port; it is stopped at the end."""
    provider = Provider(people, return_to)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(provider))
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlparse(self.path)
            if address.path == "/.well-known/openid-configuration":
                self._answer(provider.metadata())
            elif address.path == "/jwks":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            elif address.path == "/authorize":
                self._answer(provider.choose(_flat(address.query)))
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            sent = _flat(self.rfile.read(int(self.headers["Content-Length"])).decode())
            basic = self.headers.get("Authorization", "").removeprefix("Basic ")
            client, _, secret = base64.b64decode(basic).decode().partition(":")
            tokens = provider.redeem(sent, (unquote(client), unquote(secret)))
            self._answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _answer(self, content: str | dict[str, Any], status: int = 200) -> None:
            body = (content if isinstance(content, str) else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(content, str) else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
