"""The token that Reddit gives to a registered application.

Knows how it is asked for and kept. Leaves when one is needed to the source.
"""

from __future__ import annotations

import httpx

from retrievers.errors import AccessDenied, MalformedResponse
from retrievers.http import TokenRetriever
from retrievers.session import Session

__all__ = ["fresh_token"]

MARGIN_S = 60.0
"""A token is given up this long before it ends: it must last for a search."""


async def fresh_token(
    retriever: TokenRetriever, application: tuple[str, str], client: httpx.AsyncClient, session: Session
) -> str:
    """Fetch a token for an application's id and secret, and keep it for as long as it lives."""
    session.forget("token")
    basic = httpx.BasicAuth(*application)
    asked = httpx.Request(
        "POST", "https://www.reddit.com/api/v1/access_token", data={"grant_type": "client_credentials"}
    )
    answer = await retriever.ask(next(basic.auth_flow(asked)), client)
    retriever.check_shape(answer)
    try:
        body = answer.json()
        if "error" in body:
            message = f"{retriever.name}: no token: {body['error']}; correct {' and '.join(retriever.needs)}"
            raise AccessDenied(message, reason="credentials")
        return session.keep("token", str(body["access_token"]), life_s=float(body["expires_in"]) - MARGIN_S)
    except (LookupError, TypeError, ValueError) as error:
        message = f"{retriever.name}: the answer to the request for a token is not as documented"
        raise MalformedResponse(message) from error
