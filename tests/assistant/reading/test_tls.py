from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import Unreachable
from assistant.evidence import Candidate
from assistant.reading.fetching import PageReader
from assistant.reading.network import page_client
from assistant.settings import load_settings
from tests.web.loopback import SITE, LoopbackWeb, ThreadExtractors


@pytest.fixture
async def secure_web(secure_context: ssl.SSLContext) -> LoopbackWeb:
    web = LoopbackWeb()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0, ssl=secure_context)
    web.port = server.sockets[0].getsockname()[1]
    async with server:
        yield web


async def read(url: str, bundle: Path | None) -> str:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    settings = load_settings(allow_hosts=(SITE, "127.0.0.0/8"), ca_bundle=bundle)
    async with page_client(settings, resolve) as client:
        reader = PageReader(client, allow_hosts=settings.allow_hosts, extractors=ThreadExtractors())
        return (await reader.read(Candidate(url=url, title=""), deadline_s=5)).text


async def test_an_authority_of_the_users_own_is_trusted_for_its_name(
    secure_web: LoopbackWeb, certificate: Path
) -> None:
    url = f"https://{SITE}:{secure_web.port}/page"
    assert "47 metres" in await read(url, certificate)
    with pytest.raises(Unreachable, match="certificate is not trusted"):
        await read(url.replace(SITE, "127.0.0.1"), certificate)


async def test_a_certificate_that_nobody_trusts_is_refused_with_the_remedy(secure_web: LoopbackWeb) -> None:
    with pytest.raises(Unreachable, match="FOOTNOTE_CA_BUNDLE"):
        await read(f"https://{SITE}:{secure_web.port}/page", None)
