"""Jina: what it says, and how it says that there is nothing."""

import httpx

from retrievers import ProviderUnavailable, SearchQuery
from retrievers.web.jina import Jina
from tests.retrievers.web.kinds import KeyedContract, recording


class TestJina(KeyedContract):
    retriever = Jina("secret-key")
    hits_recording = recording("jina_hits.json")
    empty_recording = recording("jina_empty.json")

    def test_an_error_that_says_that_nothing_was_found_is_no_failure(self) -> None:
        message = "No search results available for query qxzzv"
        assert list(self.search(httpx.Response(422, json={"data": None, "status": 42206, "message": message}))) == []
        self.failure(httpx.Response(422, json={"data": None, "message": "q is required"}), ProviderUnavailable)

    def test_only_the_list_is_asked_for(self) -> None:
        request = self.retriever.request(SearchQuery(text="x", language="fr", limit=30))
        assert request.headers["X-Respond-With"] == "no-content"
        assert (request.url.params["hl"], request.url.params["num"]) == ("fr", "10")
