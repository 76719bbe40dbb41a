import httpx

from assistant.evidence import SearchReport
from assistant.searching.inquiry import Inquiry
from assistant.searching.shortfalls import shortfalls
from retrievers import Focus, Retriever, SearchHit, SearchQuery


class Source(Retriever):
    def __init__(self, name: str, focus: Focus = "web", *, best_effort: bool = False) -> None:
        self.name = self.provider = name
        self.focus = focus
        self.best_effort = best_effort

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []


def asked(*sources: Source) -> list[Inquiry]:
    return [Inquiry(source=source, query=SearchQuery(text="x"), label=source.name) for source in sources]


def report(name: str, error: str | None = None) -> SearchReport:
    return SearchReport(retriever=name, provider=name, error=error)


DDGS = Source("ddgs", best_effort=True)


def test_a_blocked_makeshift_is_told_with_the_way_to_something_better() -> None:
    (gap,) = shortfalls(asked(DDGS, Source("wiki", "reference")), [report("ddgs", "ddgs: captcha"), report("wiki")])
    assert gap.startswith(
        "the general web was not searched: only best-effort sources search it, and they failed (ddgs: captcha)"
    )
    assert "FOOTNOTE_SEARXNG_URL" in gap


def test_while_one_source_of_the_web_answers_nothing_is_missing() -> None:
    assert shortfalls(asked(DDGS, Source("searxng")), [report("ddgs", "ddgs: captcha"), report("searxng")]) == ()


def test_a_metasearch_whose_engine_failed_has_answered() -> None:
    engines = [report("searxng"), SearchReport(retriever="searxng", provider="dead", error="dead: timeout")]
    assert shortfalls(asked(Source("searxng")), engines) == ()


def test_where_the_web_was_not_to_be_asked_nothing_is_missing() -> None:
    assert shortfalls(asked(Source("wiki", "reference")), [report("wiki", "wiki: HTTP 503")]) == ()
