"""Documents that are asked for again and again, and sent again only where they have changed.

Knows conditional requests (RFC 9110, section 13) and what to keep for them. Leaves what a document says to the sources.
"""

from __future__ import annotations

import json

import httpx

from retrievers.http import HttpRetriever
from retrievers.session import Session

__all__ = ["ask_if_changed"]

NOT_MODIFIED = 304
KEPT_S = 86_400.0
MAX_KEPT_BYTES = 2_000_000
"""A feed of 100 entries has about 100 kB; what is larger is fetched again."""
VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


async def ask_if_changed(
    retriever: HttpRetriever, request: httpx.Request, client: httpx.AsyncClient, session: Session
) -> httpx.Response:
    """Return a document with status 2xx: from the session where the provider says that it is still the same."""
    name = f"document {request.url}"
    kept = json.loads(session.get(name) or "{}")
    for header, condition in VALIDATORS.items():
        if header in kept:
            request.headers[condition] = kept[header]
    response = await retriever.send(request, client)
    if response.status_code == NOT_MODIFIED and kept:
        body = kept["body"].encode("latin-1")
        return httpx.Response(200, headers={"content-type": kept["type"]}, content=body, request=request)
    retriever.check_status(response)
    known = {header: response.headers[header] for header in VALIDATORS if header in response.headers}
    if known and len(response.content) <= MAX_KEPT_BYTES:
        # Latin-1 gives each byte one letter: a session keeps text.
        whole = {**known, "type": response.headers.get("content-type", ""), "body": response.content.decode("latin-1")}
        session.keep(name, json.dumps(whole), life_s=KEPT_S)
    return response
