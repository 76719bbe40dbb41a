"""What stands between the page and the browser: headers that keep the browser in, the one script of ours, and its base.

Knows HTTP. The script comes from this server, so that the policy need not allow any other place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guarded"]

SCRIPT = Path(__file__).with_name("page_script.js")
SCRIPT_PATH = "/footnote.js"
TAG = f'<script defer src="{SCRIPT_PATH}"></script></body>'.encode()
BASE = b"<head><script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href};</script>"
"""Says where the server is: where the page's own files come from. Streamlit's page else takes `/sources` for a place
that may hold a server and asks there first, so that each such opening begins with failed requests (streamlit 1.67)."""
HEADERS = {
    # Streamlit's own page has an inline script and inline styles; everything else comes from this server or not at all.
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


class Guarded:
    """Add our headers to every response, and our script to every page."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, completed on its way back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sender = Completing(send)
        if scope["path"] == SCRIPT_PATH:
            await Response(script(), media_type="text/javascript")(scope, receive, sender)
        else:
            await self.app({**scope, "headers": readable(scope)}, receive, sender)


def readable(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Ask for a page without compression, so that it can be completed; assets keep theirs."""
    headers: list[tuple[bytes, bytes]] = list(scope["headers"])
    is_asset = "." in scope["path"].rpartition("/")[2]
    return headers if is_asset else [pair for pair in headers if pair[0] != b"accept-encoding"]


@cache
def script() -> bytes:
    """Read the script once."""
    return SCRIPT.read_bytes()


class Completing:
    """Send one response on; a page is held back until it is whole, since its length changes."""

    def __init__(self, send: Send) -> None:
        """Begin with nothing held."""
        self._send = send
        self._start: Message | None = None
        self._held = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the response."""
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._held += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._start)

    async def _begin(self, message: Message) -> None:
        """Add the headers; hold a page back."""
        ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        message["headers"] = [*message.get("headers", ()), *ours]
        names = {name.lower(): value for name, value in message["headers"]}
        is_page = names.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in names
        if is_page:
            self._start = message
        else:
            await self._send(message)

    async def _send_page(self, start: Message) -> None:
        """Send a page with the script before its end."""
        body = self._held.replace(b"<head>", BASE, 1).replace(b"</body>", TAG, 1)
        kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length] if self._held else start["headers"]})
        await self._send({"type": "http.response.body", "body": body})
