from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from assistant.errors import BlockedAddress
from assistant.reading import check_url, is_public
from assistant.reading.network import page_client
from assistant.settings import load_settings

SSRF = Path(__file__).parents[4] / "shared" / "attacks" / "ssrf.tsv"

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.31.255.255",
    "192.168.0.1",
    "198.18.0.1",
    "168.63.129.16",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:1::",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "fe80::1%eth0",
    "no address",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "100.63.255.10", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_is_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:password@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://example.com:8080/",
        "http://localhost/",
        "http://printer/",
        "http://nas.local/",
        "http://metadata.google.internal/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://10.0.0.5/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://exa mple.com/",
        "http://example.com%2f@127.0.0.1/",
        "http://example.com/\n",
        "http:///path",
        "",
        "https://example.com/" + "x" * 2100,
    ],
)
def test_a_url_that_no_page_is_read_from_is_refused(url: str) -> None:
    with pytest.raises(BlockedAddress):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "http://example.com:80/a?b=http://127.0.0.1/#c",
        "https://bücher.example/",
        "https://127.0.0.1.example.com/",
        "http://93.184.216.34/",
        "https://[2606:4700::1111]/",
    ],
)
def test_an_ordinary_url_passes(url: str) -> None:
    assert check_url(url).host


def test_an_allowed_host_may_be_private_and_use_its_own_port() -> None:
    assert check_url("http://intranet:8080/", allow_hosts=("intranet",)).port == 8080
    assert check_url("http://10.0.0.5:8080/", allow_hosts=("10.0.0.0/24",)).host == "10.0.0.5"
    with pytest.raises(BlockedAddress):
        check_url("http://10.0.1.5:8080/", allow_hosts=("10.0.0.0/24",))


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["93.184.216.34", "fd00::1"], ["169.254.169.254"]],
    ids=str,
)
async def test_a_name_with_a_private_address_is_refused_before_anything_is_dialled(addresses: list[str]) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    async with page_client(load_settings(), resolve) as client:
        with pytest.raises(BlockedAddress, match=r"rebind\.example leads to the private address"):
            await client.get("http://rebind.example/")


async def test_a_name_that_does_not_resolve_is_a_connection_error() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        message = "no such name"
        raise OSError(message)

    async with page_client(load_settings(), resolve) as client:
        with pytest.raises(httpx.ConnectError, match=r"nowhere\.example"):
            await client.get("http://nowhere.example/")


async def test_the_environment_cannot_send_pages_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["10.0.0.1"]

    async with page_client(load_settings(), resolve) as client:
        with pytest.raises(BlockedAddress):
            await client.get("http://example.com/")
    assert asked == ["example.com"]


def rows() -> list[dict[str, str]]:
    if not SSRF.is_file():
        return []
    with SSRF.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def fake_resolver(fake_dns: str) -> Sequence[str]:
    first = fake_dns.split(" THEN ", maxsplit=1)[0].rsplit("=", maxsplit=1)[-1]
    return [address.strip() for address in first.split(",")]


@pytest.mark.skipif(not SSRF.is_file(), reason="the shared list of hostile addresses is not here")
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
async def test_every_row_of_the_shared_list_gets_its_verdict(row: dict[str, str]) -> None:
    if row["category"] == "redirect":
        pytest.skip("redirects are followed by the fetcher, and tested there")
    allowed = True
    try:
        host = check_url(row["url"]).host
        if row["fake_dns"]:
            allowed = all(is_public(address) for address in fake_resolver(row["fake_dns"]))
        assert host
    except BlockedAddress:
        allowed = False
    if row["expected"] == "deny-or-pinned":
        return  # the backend dials the very address that it checked: see the test of pinning
    assert allowed == (row["expected"] == "allow")
