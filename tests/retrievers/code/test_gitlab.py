"""Projects on GitLab: what is asked and read."""

from pathlib import Path

import httpx

from retrievers import MalformedResponse, SearchQuery
from retrievers.code.gitlab import GitLab
from retrievers.freshness import first_day
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestGitLab(RetrieverContract):
    retriever = GitLab()
    hits_recording = Recording.of(RECORDINGS / "gitlab_hits.json")
    empty_recording = Recording.of(RECORDINGS / "gitlab_empty.json")

    def test_a_project_is_told_by_its_description_and_figures(self) -> None:
        first, second = self.hits()
        assert (first.title, first.url) == ("ada/reclaim", "https://gitlab.com/ada/reclaim")
        assert first.snippet == "Reclaim disk space · 12 stars · storage"
        assert (second.title, second.snippet) == ("bob/tools/space", "0 stars")

    def test_an_object_where_a_list_is_due_is_no_empty_result(self) -> None:
        self.failure(httpx.Response(200, json={"message": "something"}), MalformedResponse)
        self.failure(httpx.Response(200, json={}), MalformedResponse)

    def test_similar_and_recently_changed_projects_are_asked_for(self) -> None:
        params = self.retriever.request(SearchQuery(text="disk", freshness="year", limit=7)).url.params
        assert (params["order_by"], params["per_page"]) == ("similarity", "7")
        assert params["last_activity_after"] == f"{first_day('year')}T00:00:00Z"
