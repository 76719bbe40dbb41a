"""Chroma's client, opened and closed for good: what its library leaves open or half made is taken care of here.

Knows chromadb 1.5.9 from inside, where it has no public way. Knows nothing of what is stored.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

__all__ = ["connect", "disconnect", "forget_half_made"]

REQUEST_DEADLINE_S = 10.0
"""Chroma's own is none: a server that went silent would be waited for until this process ends."""


def connect(folder: Path, url: str | None) -> ClientAPI:
    """Open the database in a folder, or reach a Chroma server."""
    import chromadb  # noqa: PLC0415 - loaded only when needed
    from chromadb.config import Settings as ChromaSettings  # noqa: PLC0415 - as above

    settings = ChromaSettings(anonymized_telemetry=False, allow_reset=False)
    if url is None:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    server = urlsplit(url)
    secure = server.scheme == "https"
    port = server.port or (443 if secure else 8000)
    address = f"{server.scheme}://{server.hostname}:{port}/api/v2/heartbeat"
    httpx.get(address, timeout=REQUEST_DEADLINE_S, trust_env=False)  # Chroma's first requests have no deadline
    client = chromadb.HttpClient(host=server.hostname or "localhost", port=port, ssl=secure, settings=settings)
    for session in sessions_of(client):
        session.timeout = REQUEST_DEADLINE_S
    return client


def disconnect(client: Any) -> None:  # noqa: ANN401 - every client has what is used here, their common type lacks it
    """Let go of a client, which may be broken, and of the connections to a server, which Chroma would keep."""
    with suppress(BaseException):  # it may have failed already, and may fail at this as well
        client.close()
    for session in sessions_of(client):
        session.close()


def sessions_of(client: Any) -> list[httpx.Client]:  # noqa: ANN401 - as above
    """Give what a client speaks to its server through, for data and for its administration; nothing if it has none."""
    servers = (client._server, client._admin_client._server)  # noqa: SLF001 - no public way
    return [server._session for server in servers if hasattr(server, "_session")]  # noqa: SLF001 - as above


def forget_half_made(folder: Path) -> None:
    """Take a client whose opening failed out of Chroma's register, where it would be handed out again."""
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415 - loaded only when needed

    register = SharedSystemClient._identifier_to_system  # noqa: SLF001 - there is no public way for one path
    if str(folder) not in SharedSystemClient._identifier_to_refcount:  # noqa: SLF001 - as above
        register.pop(str(folder), None)
