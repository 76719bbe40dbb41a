from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import Unreachable
from assistant.evidence import Candidate
from assistant.reading.fetching import PageReader
from assistant.reading.network import page_client
from assistant.settings import load_settings
from tests.web.loopback import SITE, LoopbackWeb, ThreadExtractors

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(not OPENSSL, reason="needs the openssl command to make a certificate")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for SITE that nobody has signed, with its key in the same file."""
    path = tmp_path / "site.pem"
    command = f"{OPENSSL} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={SITE}"
    files = ("-addext", f"subjectAltName=DNS:{SITE}", "-keyout", path, "-out", tmp_path / "cert.pem")
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return path


@pytest.fixture
async def secure_web(certificate: Path) -> LoopbackWeb:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    web = LoopbackWeb()
    server = await asyncio.start_server(web.handle, "127.0.0.1", 0, ssl=context)
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
