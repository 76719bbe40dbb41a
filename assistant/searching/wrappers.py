"""Addresses inside addresses: what search engines and AMP caches put around the page they link to.

Knows the wrappers of each engine. Leaves the spelling of what is inside to `addresses.py`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

__all__ = ["unwrapped"]

MOST_LAYERS = 3
"""A news engine's click counter around an AMP cache around the page: nothing deeper was seen."""
GOOGLE = re.compile(r"(?:www|news|scholar|images)?\.?google\.(?:com?\.)?[a-z]{2,3}")
AMP_CACHE = re.compile(r"/[civ]/(s/)?(?:[^/]+=[^/]*/)?(.+)")
"""https://developers.google.com/amp/cache/overview: /c/s/host/path for a page that is served over TLS."""
YAHOO_TARGET = re.compile(r"/RU=([^/]+)/")


def unwrapped(url: str) -> str:
    """Return the address that a redirect wrapper leads to; other addresses as they are."""
    for _ in range(MOST_LAYERS):
        inner = inside(urlsplit(url))
        if inner is None:
            return url
        url = inner
    return url


def inside(parts: SplitResult) -> str | None:
    """Return what one layer holds, None where it is no wrapper or holds no address."""
    host = parts.hostname or ""
    if host.endswith(".cdn.ampproject.org"):
        return amp_target(parts.path)
    if GOOGLE.fullmatch(host) and parts.path.startswith("/amp/"):
        return amp_target(f"/c{parts.path.removeprefix('/amp')}")
    for suffix, read in WRAPPERS.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return checked(read(parts))
    return checked(google_target(parts)) if GOOGLE.fullmatch(host) else None


def checked(target: str | None) -> str | None:
    """Keep what is a whole web address: a wrapper may hold a path, or another scheme."""
    return target if target and re.match(r"https?://[^/\s]", target) else None


def amp_target(path: str) -> str | None:
    """Read /c/s/host/path of an AMP cache."""
    found = AMP_CACHE.fullmatch(path)
    return f"http{'s' if found[1] else ''}://{found[2]}" if found else None


def parameter(parts: SplitResult, *names: str) -> str | None:
    """Return the first parameter of these names."""
    given = parse_qs(parts.query)
    return next((given[name][0] for name in names if name in given), None)


def google_target(parts: SplitResult) -> str | None:
    """Read /url?q= and /url?url=."""
    return parameter(parts, "q", "url") if parts.path in {"/url", "/interstitial"} else None


def bing_target(parts: SplitResult) -> str | None:
    """Read /ck/a?u=a1<base64url without padding>, and the click counter of its news."""
    if parts.path.endswith("/apiclick.aspx"):
        return parameter(parts, "url")
    coded = parameter(parts, "u") if parts.path.startswith("/ck/a") else None
    if not coded or not coded.startswith("a1"):
        return None
    try:
        return base64.urlsafe_b64decode(coded[2:] + "=" * (-len(coded[2:]) % 4)).decode()
    except (binascii.Error, ValueError):
        return None


def yahoo_target(parts: SplitResult) -> str | None:
    """Read /RU=<percent-encoded>/RK=."""
    found = YAHOO_TARGET.search(parts.path)
    return unquote(found[1]) if found else None


WRAPPERS: Mapping[str, Callable[[SplitResult], str | None]] = {
    "bing.com": bing_target,
    "duckduckgo.com": lambda parts: parameter(parts, "uddg") if parts.path.startswith("/l/") else None,
    "search.yahoo.com": yahoo_target,
}
"""By the site that wraps."""
