"""What sources of one kind promise beside the contract: those with a key, and those that read a page of results."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from retrievers import AccessDenied, MissingCredentials, RetrieverError, SearchQuery
from retrievers.testing import Recording, RetrieverContract
from retrievers.web.result_page import BROWSER

RECORDINGS = Path(__file__).parents[1] / "recordings"
ADDRESS = "https://docs.example.org/vacuum.html"


def recording(name: str) -> Recording:
    """Read one of our own small recordings."""
    return Recording.of(RECORDINGS / name, "text/html; charset=utf-8" if name.endswith(".html") else "application/json")


def sent_json(request: httpx.Request) -> dict[str, Any]:
    """Read what a request says."""
    said: dict[str, Any] = json.loads(request.content)
    return said


class KeyedContract(RetrieverContract):
    """What every source with a key promises beside the contract."""

    def test_a_wrong_key_names_the_setting_to_correct(self) -> None:
        error = self.failure(httpx.Response(401, json={"error": "unauthorised"}), AccessDenied)
        assert error.reason == "credentials"
        assert self.retriever.needs[0] in str(error)

    def test_an_empty_purse_is_told_from_a_wrong_key(self) -> None:
        assert self.failure(httpx.Response(402, json={"error": "pay"}), AccessDenied).reason == "quota"

    def test_the_key_is_sent_and_shown_nowhere(self) -> None:
        request = self.sent(self.question)[0]
        assert "secret-key" in f"{request.url} {list(request.headers.values())}"
        assert "secret-key" not in repr(self.retriever)
        for status in (400, 401, 403, 429, 500):
            with pytest.raises(RetrieverError) as caught:
                self.search(httpx.Response(status, json={}))
            assert "secret-key" not in str(caught.value)

    def test_it_is_built_from_its_key_and_says_which_is_missing(self) -> None:
        kind = type(self.retriever)
        assert kind.from_env({kind.needs[0]: "secret-key\n"}) == self.retriever
        with pytest.raises(MissingCredentials, match=kind.needs[0]):
            kind.from_env({})

    def test_it_is_asked_only_with_a_key(self) -> None:
        assert not self.retriever.on_by_default
        assert not self.retriever.best_effort

    def test_hits_come_in_the_providers_order(self) -> None:
        assert [hit.url for hit in self.hits()][:2] == [ADDRESS, "https://blog.example.com/bloat"]


class ResultPageContract(RetrieverContract):
    """What every engine that is read from its page promises beside the contract."""

    @pytest.mark.xfail(reason="engines answer programs with a check for humans: a browser's User-Agent is sent")
    def test_the_client_says_who_asks(self) -> None:
        super().test_the_client_says_who_asks()

    def test_it_speaks_as_one_browser_does(self) -> None:
        assert {request.headers["User-Agent"] for request in self.sent(self.question)} == {BROWSER}

    def test_it_is_asked_only_by_name(self) -> None:
        assert self.retriever.best_effort
        assert not self.retriever.on_by_default

    def test_results_are_read_without_advertisements_and_other_parts_of_the_page(self) -> None:
        first, second = self.hits()
        assert first.title == "Vacuum & analyse"
        assert first.snippet.startswith("Run vacuum to reclaim")
        assert (second.url, second.title, second.snippet) == ("https://blog.example.com/bloat", "Why tables bloat", "")

    def test_the_language_is_asked_for(self) -> None:
        headers = self.retriever.request(SearchQuery(text="x", language="fr")).headers
        assert headers["Accept-Language"].startswith("fr,")

    def test_a_refusal_names_the_remedy(self) -> None:
        error = self.failure(httpx.Response(403, html="<html>No</html>"), AccessDenied)
        assert "FOOTNOTE_SEARXNG_URL" in str(error)
