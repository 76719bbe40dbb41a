"""Google's results as Startpage shows them (https://www.startpage.com)."""

from dataclasses import replace

import httpx
from bs4 import BeautifulSoup

from retrievers import AccessDenied, HitList, MalformedResponse, SearchQuery, Session, TokenRetriever
from retrievers.challenges import is_challenge
from retrievers.freshness import letter
from retrievers.keywords import shortened
from retrievers.web.result_page import ResultPage

HOME = "https://www.startpage.com/"
TOKEN_LIFE_S = 3000.0  # a token serves for a few hours; SearXNG renews it after 50 minutes
NAMES = {
    "de": "deutsch", "es": "espanol", "fr": "francais", "it": "italiano", "nl": "nederlands", "pt": "portugues",
}  # fmt: skip


class Startpage(ResultPage, TokenRetriever):
    """Search the general web; Startpage may answer with a check for humans instead."""

    name = "startpage"
    provider = "google"
    items = "div.result"
    link = title = "a.result-title[href]"
    snippet = "p.description"
    no_results = ("there are no Web results for this search", 'class="no-results')

    async def search_in_session(self, query: SearchQuery, client: httpx.AsyncClient, session: Session) -> HitList:
        """Fetch the token of the search form where none is kept, and search; one that is refused is dropped."""
        if not (token := session.get("sc")):
            home = await self.ask(httpx.Request("GET", HOME, headers=self.headers(query)), client)
            token = session.keep("sc", self.token(home), life_s=TOKEN_LIFE_S)
        short = replace(query, text=shortened(query.text, query.language, self.max_characters))
        try:
            return await self.read_apart(await self.ask(self.request(short, token), client), query.limit)
        except AccessDenied:
            session.forget("sc")
            raise

    def token(self, home: httpx.Response) -> str:
        """Read `sc` out of the search form."""
        self.check_shape(home)
        if found := BeautifulSoup(home.text, "lxml").select_one('input[name="sc"][value]'):
            return str(found["value"])
        if is_challenge(home):
            raise self.denial(home)
        raise MalformedResponse("startpage: its home page has no search form any more; its retriever needs work")

    def request(self, query: SearchQuery, token: str = "") -> httpx.Request:
        """Send the search form."""
        form = {"query": query.text, "cat": "web", "t": "device", "sc": token, "segment": "organic", "abp": "1"}
        form |= {"language": NAMES.get(query.language, "english"), "lui": "english"}  # whose words `no_results` knows
        if query.freshness:
            form["with_date"] = letter(query.freshness)
        headers = self.headers(query) | {"Origin": HOME.rstrip("/"), "Referer": HOME}
        return httpx.Request("POST", f"{HOME}sp/search", data=form, headers=headers)
