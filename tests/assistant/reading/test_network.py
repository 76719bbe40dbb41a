from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from assistant.errors import BlockedAddress, SettingsInvalid
from assistant.reading.network import page_client, service_client
from assistant.settings import load_settings
from tests.assistant.reading.dialling import FakeDialler, FakeNames

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], [PUBLIC, "10.0.0.1"], [PUBLIC, "fd00::1"], ["169.254.169.254"], ["::ffff:10.0.0.1"]],
    ids=str,
)
async def test_one_private_address_of_a_name_refuses_it_before_anything_is_dialled(addresses: list[str]) -> None:
    dialler = FakeDialler()
    async with page_client(load_settings(), FakeNames.of("mixed.example", addresses), dialler=dialler) as client:
        with pytest.raises(BlockedAddress, match=r"mixed\.example leads to the private address"):
            await client.get("http://mixed.example/")
    assert dialler.dialled == []


async def test_a_name_is_resolved_once_and_the_checked_address_is_dialled_under_its_own_name() -> None:
    names, dialler = FakeNames.of("pinned.example", [PUBLIC], ["127.0.0.1"]), FakeDialler()
    async with page_client(load_settings(), names, dialler=dialler) as client:
        response = await client.get("https://pinned.example/")
    assert response.text == "Hello there"
    assert (names.asked, dialler.dialled, dialler.tls_names) == (["pinned.example"], [PUBLIC], ["pinned.example"])


async def test_the_next_address_is_dialled_when_one_does_not_answer() -> None:
    names, dialler = FakeNames.of("two.example", ["2606:4700::1111", PUBLIC]), FakeDialler(dead=["2606:4700::1111"])
    async with page_client(load_settings(), names, dialler=dialler) as client:
        assert (await client.get("http://two.example/")).status_code == 200
    assert dialler.dialled == ["2606:4700::1111", PUBLIC]


async def test_a_name_that_does_not_resolve_is_a_connection_error() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        message = "no such name"
        raise OSError(message)

    async with page_client(load_settings(), resolve) as client:
        with pytest.raises(httpx.ConnectError, match=r"nowhere\.example cannot be resolved"):
            await client.get("http://nowhere.example/")


async def test_a_name_without_addresses_is_a_connection_error() -> None:
    async with page_client(load_settings(), FakeNames.of("empty.example", [])) as client:
        with pytest.raises(httpx.ConnectError, match=r"empty\.example has no address"):
            await client.get("http://empty.example/")


@pytest.mark.parametrize("allowed", ["intranet.example", "INTRANET.example.", "10.0.0.0/8"])
async def test_an_allowed_host_or_range_may_be_private(allowed: str) -> None:
    settings = load_settings(allow_hosts=(allowed,))
    names, dialler = FakeNames.of("intranet.example", ["10.0.0.1"]), FakeDialler()
    async with page_client(settings, names, dialler=dialler) as client:
        assert (await client.get("http://intranet.example/")).status_code == 200
        with pytest.raises(BlockedAddress):
            await client.get("http://other.example/")
    assert dialler.dialled == ["10.0.0.1"]


async def test_the_environment_cannot_send_pages_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    names, dialler = FakeNames.of("page.example", [PUBLIC]), FakeDialler()
    async with page_client(load_settings(), names, dialler=dialler) as client:
        await client.get("http://page.example/")
    assert dialler.dialled == [PUBLIC]


async def test_a_configured_proxy_may_be_private_and_never_gets_a_private_page() -> None:
    settings = load_settings(proxy="http://proxy.example:3128")
    names = FakeNames(
        **{"proxy.example": [["10.0.0.8"]], "page.example": [[PUBLIC]], "private.example": [["10.0.0.9"]]}
    )
    dialler = FakeDialler()
    async with page_client(settings, names, dialler=dialler) as client:
        assert (await client.get("http://page.example/")).status_code == 200
        for url in ("http://private.example/", "http://proxy.example/", "https://private.example/"):
            with pytest.raises(BlockedAddress):
                await client.get(url)
    assert dialler.dialled == ["10.0.0.8"]


async def test_cookies_are_not_kept_and_redirects_not_followed() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: /next\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n"
    seen: list[str] = []

    def respond(request: str) -> bytes:
        seen.append(request.lower())
        return answer

    names = FakeNames.of("page.example", [PUBLIC])
    async with page_client(load_settings(), names, dialler=FakeDialler(respond)) as client:
        assert (await client.get("http://page.example/")).status_code == 302
        await client.get("http://page.example/")
        assert not client.cookies
    assert len(seen) == 2
    assert "cookie" not in seen[1]
    assert "accept-encoding: gzip\r\n" in seen[1]
    assert "user-agent: footnote/" in seen[1]


async def test_no_page_is_read_from_a_socket_file() -> None:
    async with page_client(load_settings()) as client:
        backend = client._transport._pool._network_backend
        with pytest.raises(BlockedAddress, match="sockets"):
            await backend.connect_unix_socket("/run/docker.sock")


@pytest.mark.parametrize("build", [page_client, service_client])
def test_a_bundle_that_cannot_be_read_is_named(build: type, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate", encoding="utf-8")
    for bundle in (tmp_path / "missing.pem", empty):
        with pytest.raises(SettingsInvalid, match=rf"{bundle.name}.*FOOTNOTE_CA_BUNDLE"):
            build(load_settings(ca_bundle=bundle))


@pytest.mark.parametrize("build", [page_client, service_client])
@pytest.mark.parametrize("proxy", ["socks5://proxy.example", "proxy.example:3128", "http://"])
def test_a_proxy_that_is_none_is_named(build: type, proxy: str) -> None:
    with pytest.raises(SettingsInvalid, match="FOOTNOTE_PROXY"):
        build(load_settings(proxy=proxy))


async def test_services_are_asked_without_the_guard(threaded_web) -> None:  # noqa: ANN001 - a fixture
    async with service_client(load_settings(user_agent="Footnote/test")) as client:
        response = await client.get(threaded_web.local_url("/page"))
    assert response.status_code == 200
    assert "User-Agent: Footnote/test" in threaded_web.requests[0]


async def test_services_on_this_machine_are_not_asked_through_the_proxy(threaded_web) -> None:  # noqa: ANN001 - a fixture
    async with service_client(load_settings(proxy="http://127.0.0.1:9")) as client:
        assert (await client.get(threaded_web.local_url("/page"))).status_code == 200


async def test_resolving_is_given_up_when_cancelled() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    async with page_client(load_settings(), resolve) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.get("http://slow.example/")
