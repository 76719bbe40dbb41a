"""One spelling for each web address, so that two lists that name the same page agree on it.

Knows spelling only; whether an address may be fetched is decided by `assistant/reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

__all__ = ["canonical", "is_on_site"]

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|mc_[ce]id|_hsenc|"
    r"_hsmi|mkt_tok|srsltid|vero_id|oly_(anon|enc)_id|_openstat|ref_src)",
    re.IGNORECASE,
)
"""Names of parameters that tell who clicked, not what is shown: those of the trackers that browsers strip as well."""


def canonical(url: str) -> str | None:
    """Respell an address without fragment, tracking parameters and default port; None for what is no address."""
    try:
        parts = urlsplit(url.strip())
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


def is_on_site(url: str, sites: Iterable[str]) -> bool:
    """Tell whether an address lies on one of the sites or below it: "python.org" holds docs.python.org."""
    host = urlsplit(url).hostname or ""
    return any(host == site or host.endswith(f".{site}") for site in map(site_name, sites))


def site_name(site: str) -> str:
    """Read a site as people type it: a name, with or without https://, www. and a path."""
    host = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    return host.removeprefix("www.")
