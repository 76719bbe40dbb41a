"""Which addresses pages may be read from: a strict gate for URLs and an explicit table for IP addresses.

Knows what is public. Resolves nothing and dials nothing: `network.py` does, and asks here first.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from assistant.errors import BlockedAddress

__all__ = ["check_url", "is_allowed", "is_public"]

MOST_URL_CHARACTERS = 2048
"""No browser or search engine promises more."""
SHOWN_CHARACTERS = 80
PORTS = frozenset({None, 80, 443})
PRIVATE_SUFFIXES = (".local", ".localhost", ".internal", ".onion", ".lan", ".home.arpa", ".svc")
"""Names that never lead to the public internet: RFC 6762, 6761, 7686, 8375, ICANN's .internal, and what routers and
Kubernetes hand out. The network backend would refuse their addresses as well; here the reader learns why."""

FORBIDDEN_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # Azure's host agent and metadata; global to every registry
        "169.254.0.0/16",  # link-local and most clouds' metadata, RFC 3927
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # AMT, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarking, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved and broadcast, RFC 1112
    )
)
"""The IANA IPv4 special-purpose registry and what clouds add. `ipaddress.is_global` is no substitute: it calls
multicast, AS112 and Azure's address global, and differs between patch releases of Python."""
GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
"""The only space that is allocated to anybody (RFC 4291): leaves out loopback, ULA, link- and site-local, NAT64."""
FORBIDDEN_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, among them Teredo (RFC 4380), which embeds IPv4 addresses
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: embeds IPv4 addresses
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3fff::/20",  # documentation, RFC 9637
    )
)
"""The IANA IPv6 special-purpose registry inside 2000::/3."""


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one that anybody on the internet may serve pages from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is None:
            return parsed in GLOBAL_UNICAST_V6 and not any(parsed in network for network in FORBIDDEN_V6)
        parsed = parsed.ipv4_mapped
    return not any(parsed in network for network in FORBIDDEN_V4)


def is_allowed(host: str, address: str, allow_hosts: Sequence[str] = ()) -> bool:
    """Tell whether an address that a host resolves to may be dialled: it is public, or the user allowed it."""
    return is_public(address) or is_listed(host, allow_hosts) or is_in_ranges(address, allow_hosts)


def check_url(url: str, allow_hosts: Sequence[str] = ()) -> httpx.URL:
    """Parse a page's URL once, for good; raise `BlockedAddress` for what no page is read from. Never resolves.

    Pass the result on as it is: a second parser may see another host in the same string.
    """
    refuse_odd_characters(url)
    shown = url[:SHOWN_CHARACTERS]
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        message = f"{shown!r}: not a URL ({error})"
        raise BlockedAddress(message) from error
    if parsed.scheme not in {"http", "https"}:
        message = f"{shown}: pages are read over http and https only"
        raise BlockedAddress(message)
    if parsed.userinfo:
        message = f"{shown}: a URL with a user name in it is not read"
        raise BlockedAddress(message)
    check_host(parsed, allow_hosts)
    return parsed


def refuse_odd_characters(url: str) -> None:
    """Refuse what parsers disagree about: CVE-2026-45400 was a backslash, others a space, a control or an escape."""
    if len(url) > MOST_URL_CHARACTERS:
        message = f"{url[:SHOWN_CHARACTERS]}…: longer than {MOST_URL_CHARACTERS} characters"
        raise BlockedAddress(message)
    if "\\" in url or " " in url or not url.isprintable():
        message = f"{url[:SHOWN_CHARACTERS]!r}: a backslash, a space or a control character in the URL"
        raise BlockedAddress(message)
    authority = url.partition("//")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    if "%" in authority or "@" in authority:
        message = f"{url[:SHOWN_CHARACTERS]!r}: an escape or a user name in the host"
        raise BlockedAddress(message)


def check_host(url: httpx.URL, allow_hosts: Sequence[str]) -> None:
    """Refuse hosts that are private by name, by number or by port, unless the user allowed them."""
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    bare = host.removeprefix("[").removesuffix("]")
    if is_listed(bare, allow_hosts) or is_in_ranges(bare, allow_hosts):
        return
    if ":" in bare or bare != host:
        refuse_private(bare)
    else:
        check_name(host)
    if url.port not in PORTS:
        message = f"{host}:{url.port}: pages are read from ports 80 and 443 only; list the host in FOOTNOTE_ALLOW_HOSTS"
        raise BlockedAddress(message)


def check_name(host: str) -> None:
    """Refuse names that are private, and numbers in any spelling but the usual one."""
    labels = host.split(".")
    if is_number(labels[-1]):
        try:
            canonical = str(IPv4Address(host))  # accepts four plain decimal numbers only
        except ValueError as error:
            message = f"{host}: not the usual way to write an address"
            raise BlockedAddress(message) from error
        refuse_private(canonical)
    elif len(labels) < 2 or not all(labels):  # noqa: PLR2004 - a name and what it is part of
        message = f"{host or 'no host'}: a name without a dot is not on the public internet"
        raise BlockedAddress(message)
    elif host.endswith(PRIVATE_SUFFIXES):
        message = f"{host}: a private name; list it in FOOTNOTE_ALLOW_HOSTS to read it"
        raise BlockedAddress(message)


def is_number(label: str) -> bool:
    """Tell whether resolvers may take a host that ends in this label for a number, as the WHATWG URL standard does."""
    return label.isdecimal() or label.startswith("0x")


def refuse_private(address: str) -> None:
    """Raise `BlockedAddress` for an address that is not public."""
    if not is_public(address):
        message = f"{address}: not a public address; list it in FOOTNOTE_ALLOW_HOSTS to read from it"
        raise BlockedAddress(message)


def is_listed(host: str, allow_hosts: Sequence[str]) -> bool:
    """Tell whether a host is allowed by its exact name."""
    return host.lower().removesuffix(".") in {entry.lower().removesuffix(".") for entry in allow_hosts}


def is_in_ranges(address: str, allow_hosts: Sequence[str]) -> bool:
    """Tell whether an address lies in one of the allowed CIDR ranges."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in map(network_of, allow_hosts) if network)


def network_of(entry: str) -> IPv4Network | IPv6Network | None:
    """Read an entry as a range of addresses; None where it is a name."""
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
