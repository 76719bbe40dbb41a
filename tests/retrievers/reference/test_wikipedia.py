"""Wikipedia: what the MediaWiki API says, and how it fails with HTTP 200."""

from pathlib import Path

import httpx
import pytest

from retrievers import ProviderUnavailable, RateLimited, SearchQuery
from retrievers.reference.wikipedia import Wikipedia
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"
FIXTURES = Path(__file__).parents[3].parent / "shared" / "fixtures" / "wikipedia"
LONG_QUESTION = "How do I reclaim disk space in PostgreSQL after deleting many rows?"


def words_of(request: httpx.Request) -> str:
    return request.url.params["srsearch"]


class TestWikipedia(RetrieverContract):
    retriever = Wikipedia()
    hits_recording = Recording.of(RECORDINGS / "wikipedia_hits.json")
    empty_recording = Recording.of(RECORDINGS / "wikipedia_empty.json")

    def test_hits_keep_the_order_of_the_search_and_have_the_pages_own_addresses(self) -> None:
        assert [(hit.title, hit.url) for hit in self.hits()] == [
            ("Vacuum (database)", "https://en.wikipedia.org/wiki/Vacuum_(database)"),
            ("C (langage)", "https://en.wikipedia.org/wiki/C_(langage)"),
        ]

    def test_snippets_lose_their_markup(self) -> None:
        assert self.hits()[0].snippet == "to reclaim the disk space of rows & indexes"

    def test_a_page_without_address_is_named_by_its_number(self) -> None:
        row = {"title": "X", "pageid": 7, "snippet": ""}
        hits = self.search(httpx.Response(200, json={"query": {"search": [row]}}))
        assert hits[0].url == "https://en.wikipedia.org/w/index.php?curid=7"

    @pytest.mark.parametrize(
        ("code", "kind"), [("maxlag", RateLimited), ("ratelimited", RateLimited), ("readonly", ProviderUnavailable)]
    )
    def test_an_error_that_comes_as_success_is_an_error(self, code: str, kind: type[RateLimited]) -> None:
        answer = {"error": {"code": code, "info": "Come back later."}}
        assert str(self.failure(httpx.Response(200, json=answer), kind)) == f"wikipedia: {code}: Come back later."

    @pytest.mark.parametrize(("language", "host"), [("fr", "fr"), ("zh", "zh"), ("evil.example/", "en"), ("", "en")])
    def test_the_language_names_the_edition_and_nothing_else(self, language: str, host: str) -> None:
        assert self.retriever.request(SearchQuery(text="x", language=language)).url.host == f"{host}.wikipedia.org"

    def test_another_wiki_is_asked_at_its_own_address(self) -> None:
        wiki = Wikipedia.from_env({"FOOTNOTE_WIKIPEDIA_URL": "http://wiki.example/api.php"})
        assert str(wiki.request(SearchQuery(text="x", language="fr")).url).startswith("http://wiki.example/api.php?")

    def test_an_empty_setting_means_wikipedia(self) -> None:
        assert Wikipedia.from_env({"FOOTNOTE_WIKIPEDIA_URL": ""}) == Wikipedia()

    def test_only_words_of_content_are_sent(self) -> None:
        assert words_of(self.sent(LONG_QUESTION)[0]) == "reclaim disk space PostgreSQL deleting rows"

    def test_fewer_words_are_tried_until_something_is_found(self) -> None:
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(words_of(request))
            found = self.hits_recording if len(asked) == 3 else self.empty_recording
            return found.response()

        assert self.search(answer, text=LONG_QUESTION)
        assert asked == ["reclaim disk space PostgreSQL deleting rows", "reclaim PostgreSQL deleting", "PostgreSQL"]

    def test_the_number_of_hits_is_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="x", limit=7)).url.params
        assert (params["srlimit"], params["gsrlimit"]) == ("7", "7")


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="needs the recorded answers in ../shared")
class TestRecordedElsewhere:
    def test_a_real_search_gives_its_hits(self) -> None:
        answer = httpx.Response(200, content=(FIXTURES / "langchaingo_200.json").read_bytes())
        answer.request = Wikipedia().request(SearchQuery(text="america"))
        found = list(Wikipedia().parse(answer))
        assert [hit.title for hit in found] == ["North America", "United States"]
        assert found[0].snippet.startswith("North America is a continent")
        assert found[0].url == "https://en.wikipedia.org/w/index.php?curid=21139"
