"""What a page says of itself in its head: title, language, canonical address, whether it is an article or a manual.

Knows elements and metadata. Dates are `dates.py`'s, typed values `structured_data.py`'s.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]
from tldextract import TLDExtract

from assistant.language.detection import by_function_words, by_script, detect_language, function_word_scores
from assistant.language.words import WORD
from assistant.reading.structured_data import Statements

__all__ = ["canonical_of", "is_article", "is_manual", "language_of", "title_of"]

MANUALS = re.compile(r"docbook|publican|sphinx|docutils|asciidoc|doxygen|texinfo|makeinfo|mkdocs", re.IGNORECASE)
"""Generators of reference manuals: their pages are main text throughout; trafilatura drops asides and lists of it."""
MANUAL_PARTS = '//div[@class="sphinxsidebar" or @class="navheader"]'
"""What such generators leave on pages even where themes hide their names."""
SEPARATOR = re.compile(r"\s+[|·•»«–—:-]+\s+|\s*[|»]\s*")  # noqa: RUF001 - dashes are meant
FEWEST_TITLE_CHARACTERS = 8
"""What is left of a title without its site's name must still be one."""
LANGUAGES = ("/html/@lang", "/html/@*[name()='xml:lang']", '//meta[@http-equiv="content-language"]/@content')
FEWEST_WORDS = 50
"""In shorter texts names and loan words outweigh the rest: there the page is believed."""
SAMPLE_CHARACTERS = 3_000
MOST_URL_CHARACTERS = 2_000


def title_of(tree: etree._Element) -> str:
    """Return the title of a page without the name of its site."""
    stated = first(tree, "/html/head/title", "//title")
    shared = first(tree, '//meta[@property="og:title"]/@content')
    if shared and len(shared) >= FEWEST_TITLE_CHARACTERS and shared.casefold() in stated.casefold():
        return shared
    if not stated:
        return shared or first(tree, "//h1")
    site = first(tree, '//meta[@property="og:site_name"]/@content').casefold()
    for cut in (list(SEPARATOR.finditer(stated)) or [])[::-1][:1]:
        before, after = stated[: cut.start()], stated[cut.end() :]
        if site and after.casefold() == site and len(before) >= FEWEST_TITLE_CHARACTERS:
            return before
    return stated


def first(tree: etree._Element, *paths: str) -> str:
    """Return the first text that some paths lead to; empty where there is none."""
    for path in paths:
        for found in tree.xpath(path)[:1]:
            text = " ".join((found if isinstance(found, str) else "".join(found.itertext())).split())
            if text:
                return text
    return ""


def declared_language(tree: etree._Element) -> str | None:
    """Return the language that a page says it is in."""
    for path in LANGUAGES:
        for stated in tree.xpath(path)[:1]:
            if re.match(r"[a-zA-Z]{2}(?![a-zA-Z])", stated.strip()):
                return str(stated.strip()[:2].lower())
    return None


def language_of(text: str, declared: str | None) -> str | None:
    """Return the language of a text: the declared one, unless the text is plainly in another."""
    if declared is None:
        return detect_language(text)
    sample = text[:SAMPLE_CHARACTERS].casefold()
    tokens = WORD.findall(sample)
    letters = sum(map(str.isalpha, sample))
    if len(tokens) < FEWEST_WORDS and not (letters and by_script(sample, letters)):
        return declared
    plain = by_script(sample, letters) or by_function_words(function_word_scores(sample, tokens), len(tokens))
    return plain or declared


def is_article(tree: etree._Element, statements: Statements) -> bool:
    """Tell whether a page says that it is an article."""
    kind = " ".join(tree.xpath('//meta[@property="og:type"]/@content'))
    return "article" in kind.lower() or statements.is_article


def is_manual(tree: etree._Element) -> bool:
    """Tell a page of a reference manual by its generator."""
    generators = " ".join(tree.xpath('//meta[@name="generator"]/@content'))
    return bool(MANUALS.search(generators) or tree.xpath(MANUAL_PARTS))


def canonical_of(tree: etree._Element, url: str) -> str | None:
    """Return the address that a page gives as its own, if it lies on the same site and is not merely its front page."""
    for stated in tree.xpath('//link[@rel="canonical"]/@href')[:1]:
        try:
            joined = urljoin(url, stated.strip())
            here, there = urlsplit(url), urlsplit(joined)
            hosts = here.hostname or "", there.hostname or ""
        except ValueError:
            return None
        if there.scheme not in {"http", "https"} or len(joined) > MOST_URL_CHARACTERS or there.username is not None:
            return None
        is_front = there.path in {"", "/"} and not there.query and here.path not in {"", "/"}
        return None if is_front or not is_same_site(*hosts) else joined.partition("#")[0]
    return None


def is_same_site(one: str, other: str) -> bool:
    """Tell whether two hosts belong to the same registrable domain."""
    if one == other:
        return bool(one)
    return registrable(one) == registrable(other) != ""


def registrable(host: str) -> str:
    """Return the part of a host that somebody registered; its last two labels below a suffix that is not public."""
    found = suffixes().extract_str(host)
    if found.suffix:
        return found.top_domain_under_public_suffix
    labels = host.rsplit(".", 2)[-2:]
    return "" if labels[-1].isdecimal() or ":" in host else ".".join(labels)


@cache
def suffixes() -> TLDExtract:
    """Load the public suffix list that tldextract brings; it is never fetched."""
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)
