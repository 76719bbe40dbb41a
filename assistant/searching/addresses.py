"""One spelling for each web address, so that two lists that name the same page agree on it.

Knows spelling only: `canonical` is an address to fetch, `identity` a key to compare by. Leaves what is wrapped around
addresses to `wrappers.py`; whether an address may be fetched is decided by `assistant/reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from urllib.parse import SplitResult, urlsplit

from tldextract import TLDExtract

from assistant.searching.wrappers import unwrapped

__all__ = ["canonical", "identity", "is_on_site", "is_twin", "site_of", "warm"]

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|mc_[ce]id|_hsenc|"
    r"_hsmi|mkt_tok|srsltid|vero_id|oly_(anon|enc)_id|_openstat|ref_src)",
    re.IGNORECASE,
)
"""Names of parameters that tell who clicked, not what is shown: those of the trackers that browsers strip as well."""
MOBILE_LABELS = frozenset({"m", "mobile", "amp"})
"""What stands before or inside a host for small screens: m.example.org, en.m.wikipedia.org, amp.example.org."""
FEWEST_LABELS = 3
"""m.example.org has a name behind the label; m.org is a name itself."""
AMP_PATH = re.compile(r"(?<=/)amp/(?=.)|(?:/|\.)amp(?:\.html)?/?$|(?<=\.)amp\.(?=html?$)")
"""How publishers mark their AMP twins: /amp/story, /story/amp, /story.amp, /story.amp.html."""
AMP_PARAMETERS = frozenset({"amp", "amp=1", "amp=true", "outputtype=amp"})
INDEX_PAGE = re.compile(r"/index\.(?:html?|php)$")
REMEMBERED = 8_192
"""Spellings kept at hand: the hits of some fifty questions at once, each of which is fused several times."""


@lru_cache(REMEMBERED)
def canonical(url: str) -> str | None:
    """Respell an address, out of its wrappers, without fragment and tracking; None for what is no address."""
    try:
        parts = urlsplit(unwrapped(url.strip()))
        host = host_of(parts)
    except ValueError:
        return None
    if parts.scheme == "file":
        return parts._replace(fragment="").geturl()
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    kept = [pair for pair in parts.query.split("&") if pair and not TRACKING.fullmatch(pair.partition("=")[0])]
    return SplitResult(parts.scheme, host, parts.path or "/", "&".join(kept), "").geturl()


def host_of(parts: SplitResult) -> str:
    """Give host and port in lower case, without a user's name and without the default port."""
    host = (parts.hostname or "").removesuffix(".")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


@lru_cache(REMEMBERED)
def identity(url: str) -> str:
    """Give the key that a canonical address shares with its twins: http and https, www., mobile, AMP, a last slash."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        return url
    path = INDEX_PAGE.sub("/", AMP_PATH.sub("", parts.path)).rstrip("/")
    kept = sorted(pair for pair in parts.query.split("&") if pair and pair.lower() not in AMP_PARAMETERS)
    return f"{desktop_host(parts.netloc)}{path}?{'&'.join(kept)}"


def desktop_host(host: str) -> str:
    """Give a host without `www.` and without the label of its version for small screens."""
    labels = host.removeprefix("www.").split(".")
    if len(labels) >= FEWEST_LABELS and labels[0] in MOBILE_LABELS:
        labels = labels[1:]
    elif len(labels) > FEWEST_LABELS and labels[1] == "m":
        del labels[1]
    return ".".join(labels)


@lru_cache(REMEMBERED)
def is_twin(url: str) -> bool:
    """Tell an address of a version for small screens, or without encryption, from the page's main address."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    is_amp = bool(AMP_PATH.search(parts.path)) or any(pair.lower() in AMP_PARAMETERS for pair in parts.query.split("&"))
    return parts.scheme == "http" or is_amp or desktop_host(host) != host


@lru_cache(REMEMBERED)
def site_of(url: str) -> str:
    """Name the site of an address as its registrable domain, by the list of public suffixes; "" for a file."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS:
        return ""
    host = parts.hostname or ""
    return suffixes()(host).top_domain_under_public_suffix or host


@cache
def suffixes() -> TLDExtract:
    """Read the list that tldextract brings along: nothing is fetched, nothing is written."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def warm() -> None:
    """Read the list of public suffixes ahead: 0.1 s that the first question need not wait."""
    suffixes()("example.org")


def is_on_site(url: str, sites: Iterable[str]) -> bool:
    """Tell whether an address lies on one of the sites or below it: "python.org" holds docs.python.org."""
    host = urlsplit(url).hostname or ""
    return any(host == site or host.endswith(f".{site}") for site in map(site_name, sites))


def site_name(site: str) -> str:
    """Read a site as people type it: a name, with or without https://, www. and a path."""
    host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    return host.removeprefix("www.")
