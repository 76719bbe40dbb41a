"""GDELT, through its DOC API (https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/): the press of the world."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from retrievers import HttpRetriever, ProviderUnavailable, RateLimit, RateLimited, SearchHit, SearchQuery
from retrievers.freshness import DAYS
from retrievers.keywords import loosened
from retrievers.loosening import plain_words
from retrievers.plain_text import plain_text

LANGUAGES = {"en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "pt": "portuguese"}
ESCAPE = re.compile(r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|\\')
MIN_LETTERS, MAX_WORDS, MAX_PAGE, INTERVAL_S = 3, 4, 250, 5.0
"""It refuses shorter words, finds only what has every word, and wants one request in five seconds."""


class Gdelt(HttpRetriever):
    """Search the articles of the last three months by their words; titles and dates are all that it tells."""

    name = provider = "gdelt"
    focus = "news"
    on_by_default = True
    limit = RateLimit(requests=1, seconds=INTERVAL_S, at_once=1)

    def request(self, query: SearchQuery) -> httpx.Request:
        """Ask for articles in the question's language that have its most telling words; newest first if it says so."""
        words = [word for word in plain_words(query) if len(word) >= MIN_LETTERS] or list(plain_words(query))
        telling = next(kept for kept in loosened(words) if len(kept) <= MAX_WORDS)
        parts = [word if word.isalnum() else f'"{word}"' for word in telling]
        parts += [f"sourcelang:{LANGUAGES[query.language]}"] if query.language in LANGUAGES else []
        asked = {"query": " ".join(parts), "mode": "artlist", "format": "json", "sort": "hybridrel"}
        asked |= {"timespan": f"{min(DAYS[query.freshness], 90)}d", "sort": "datedesc"} if query.freshness else {}
        asked |= {"maxrecords": str(min(query.limit, MAX_PAGE))}
        return httpx.Request("GET", "https://api.gdeltproject.org/api/v2/doc/doc", params=asked)

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        """Read a hit from each article; no article is an empty object, and an error is plain text."""
        answer = readable(response.text)
        for row in answer["articles"] if answer != {} else ():
            seen = datetime.strptime(row["seendate"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            said = ", ".join(part for part in (row["domain"], row["language"], row["sourcecountry"]) if part)
            yield SearchHit(url=row["url"], title=plain_text(row["title"]) or row["url"], snippet=said, published=seen)


def readable(text: str) -> Mapping[str, Any]:
    """Read its JSON, in which backslashes may stand for themselves; raise what a plain sentence says."""
    if text[:1].isalpha() and " " in text.strip():
        said = " ".join(text.split())[:200]
        if "limit requests" in said:
            raise RateLimited(f"gdelt: {said}", retry_after_s=INTERVAL_S)
        raise ProviderUnavailable(f"gdelt: {said}", reason="outage")
    answer: Mapping[str, Any] = json.loads(ESCAPE.sub(lambda found: found[1] or r"\\", text), strict=False)
    return answer
