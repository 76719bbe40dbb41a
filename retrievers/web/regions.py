"""The regions that search engines speak of, in DuckDuckGo's notation: a country, then its language.

Knows one region for each language, the one with most readers; which language a question has is told by the query.
"""

from __future__ import annotations

__all__ = ["EVERYWHERE", "region_of"]

EVERYWHERE = "wt-wt"
"""DuckDuckGo's "all regions"."""
NAMED = (
    "us-en fr-fr de-de es-es it-it nl-nl pt-pt pl-pl ru-ru se-sv dk-da fi-fi tr-tr ua-uk cz-cs gr-el hu-hu ro-ro bg-bg"
)
"""Values of `kl` (https://duckduckgo.com/duckduckgo-help-pages/settings/params)."""
REGIONS = {region.partition("-")[2]: region for region in NAMED.split()}
REGIONS |= {"ja": "jp-jp", "ko": "kr-kr", "zh": "cn-zh", "no": "no-no"}


def region_of(language: str) -> str:
    """Name the region where most people read this language; everywhere for a language that has none."""
    return REGIONS.get(language, EVERYWHERE)
