from __future__ import annotations

import pytest

from assistant.errors import BlockedAddress
from assistant.reading import check_url, is_public

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
