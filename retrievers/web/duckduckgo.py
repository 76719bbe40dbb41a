"""Bing's results as DuckDuckGo shows them to browsers without scripts (https://html.duckduckgo.com/html/)."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx

from retrievers import AccessDenied, SearchQuery
from retrievers.freshness import letter
from retrievers.web.regions import region_of
from retrievers.web.result_page import ResultPage

ADDRESS = "https://html.duckduckgo.com/html/"
ACCEPTED = 202  # the status of its check for humans


class DuckDuckGo(ResultPage):
    """Search the general web; DuckDuckGo may answer with a check for humans instead."""

    name = "duckduckgo"
    provider = "bing"
    items = "#links .web-result:not(.result--ad)"
    link = title = "h2 a[href]"
    snippet = ".result__snippet"
    no_results = ('class="no-results"', "result--no-result")
    challenges = ("anomaly-modal", "anomaly.js")

    def request(self, query: SearchQuery) -> httpx.Request:
        """Send the form of the page; a word that begins with "!" or a backslash would lead to another site."""
        words = re.sub(r"(?<!\S)[!\\]+(?=\S)", "", query.text)
        form = {"q": words, "b": "", "kl": region_of(query.language)}
        if query.freshness:
            form["df"] = letter(query.freshness)
        return httpx.Request("POST", ADDRESS, data=form, headers=self.headers(query) | {"Referer": ADDRESS})

    def check_status(self, response: httpx.Response) -> None:
        """Know the check for humans by its status, which elsewhere is a success."""
        if response.status_code == ACCEPTED:
            message = "duckduckgo: HTTP 202; a check for humans instead of results; use another source for now"
            raise AccessDenied(message, reason="captcha")
        super().check_status(response)

    def address(self, href: str) -> str:
        """Unwrap `/l/?uddg=…`; `y.js` leads to an advertisement."""
        parts = urlsplit(href)
        if (parts.hostname or "").endswith("duckduckgo.com") and parts.path in {"/l/", "/y.js"}:
            return parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else ""
        return href
