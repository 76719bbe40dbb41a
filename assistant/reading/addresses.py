"""Which addresses pages may be read from: a strict gate for URLs and an explicit table for IP addresses.

Knows what is public. Resolves nothing and dials nothing: `network.py` does, and asks here first.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from assistant.errors import BlockedAddress

__all__ = ["check_url", "is_allowed", "is_public"]

MAX_URL_CHARACTERS = 2048
PORTS = {"http": 80, "https": 443}
PRIVATE_SUFFIXES = (".local", ".internal", ".onion", ".localhost", ".lan", ".home.arpa", ".svc")

# What is not for us, although Python 3.11 may call it global: IANA special-purpose registries (RFC 6890 and updates),
# anycast relays, AS112 (RFC 7534, 7535), AMT (RFC 7450), Azure's metadata address, multicast and reserved space.
FORBIDDEN_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "168.63.129.16/32",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
FORBIDDEN_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:4:112::/48",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one that anybody on the internet may serve pages from."""
    try:
        address = ip_address(address)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        else:
            return address in GLOBAL_UNICAST and not any(address in network for network in FORBIDDEN_V6)
    return not any(address in network for network in FORBIDDEN_V4)


def is_allowed(host: str, address: str, allow_hosts: Sequence[str]) -> bool:
    """Tell whether an address may be dialled for a host: it is public, or host or address is allowed by name."""
    return is_public(address) or host in allow_hosts or in_ranges(address, allow_hosts)


def in_ranges(address: str, allow_hosts: Sequence[str]) -> bool:
    """Tell whether one of the allowed entries is a CIDR range (or address) that holds an address."""
    try:
        dialled = ip_address(address)
    except ValueError:
        return False
    for entry in allow_hosts:
        try:
            if dialled in ip_network(entry):
                return True
        except ValueError:
            continue
    return False


def check_url(url: str, allow_hosts: Sequence[str] = ()) -> httpx.URL:
    """Parse a page's URL once, for good; raise `BlockedAddress` for what no page is read from. Never resolves."""
    refuse_odd_characters(url)
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise BlockedAddress(f"{url[:80]!r} is no URL: {error}") from error
    if parsed.scheme not in PORTS:
        raise BlockedAddress(f"{url[:80]}: only http and https pages are read")
    if parsed.userinfo:
        raise BlockedAddress(f"{parsed.host}: a URL with a user name or password is not read")
    host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    if host in allow_hosts or in_ranges(host.strip("[]"), allow_hosts):
        return parsed
    if parsed.port not in {None, PORTS[parsed.scheme]}:
        raise BlockedAddress(f"{host}:{parsed.port}: pages are read from ports 80 and 443 only")
    check_host(host)
    return parsed


def refuse_odd_characters(url: str) -> None:
    """Refuse what URL parsers read differently from one another (CVE-2026-45400 was one such difference)."""
    if len(url) > MAX_URL_CHARACTERS:
        raise BlockedAddress(f"{url[:60]}…: longer than {MAX_URL_CHARACTERS} characters")
    if "\\" in url or any(character.isspace() or not character.isprintable() for character in url):
        raise BlockedAddress(f"{url[:80]!r}: a backslash, space or control character in a URL")
    authority = url.split("://", 1)[-1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    if "%" in authority or "@" in authority:
        raise BlockedAddress(f"{url[:80]!r}: '%' or '@' in the host")


def check_host(host: str) -> None:
    """Refuse hosts that are private by name or by number."""
    bare = host.strip("[]")
    if ":" in bare or host.startswith("["):
        if not is_public(bare):
            raise BlockedAddress(f"{host}: not a public address")
        return
    labels = bare.split(".")
    if len(labels) == 1 or not all(labels):
        raise BlockedAddress(f"{host or 'no host'}: a name without a dot is a private one")
    if labels[-1].isdigit() or labels[-1].lower().startswith("0x"):
        check_dotted_quad(bare)
    if f".{bare}".endswith(PRIVATE_SUFFIXES):
        raise BlockedAddress(f"{host}: a private name")


def check_dotted_quad(host: str) -> None:
    """Accept a host of numbers only in its canonical form, and only a public one."""
    try:
        address = IPv4Address(host)
    except ValueError as error:
        raise BlockedAddress(f"{host}: an unusual way to write an address") from error
    if str(address) != host or not is_public(address):
        raise BlockedAddress(f"{host}: not a public address")
