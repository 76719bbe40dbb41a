"""Issues on GitHub: what is asked and read."""

from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.code.github_issues import GitHubIssues
from retrievers.freshness import first_day
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestGitHubIssues(RetrieverContract):
    retriever = GitHubIssues()
    hits_recording = Recording.of(RECORDINGS / "github_issues_hits.json")
    empty_recording = Recording.of(RECORDINGS / "github_empty.json")

    def test_an_issue_says_where_it_stands_and_how_it_is(self) -> None:
        first, second = self.hits()
        assert (first.title, first.url) == (
            "Disk space is not reclaimed",
            "https://github.com/ada/reclaim/issues/7",
        )
        assert first.snippet == (
            "After deleting rows the file stays large & grows. ``` VACUUM ``` · ada/reclaim#7, closed, 3 comments"
        )
        assert second.snippet == "bob/dust#1, open, 0 comments"

    def test_the_page_is_read_because_the_answers_stand_there(self) -> None:
        assert all(hit.text is None for hit in self.hits())

    def test_issues_alone_are_asked_for(self) -> None:
        query = self.retriever.request(SearchQuery(text="disk full", freshness="month")).url.params["q"]
        assert query == f"disk full is:issue updated:>={first_day('month')}"


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("github_issues"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(GitHubIssues(), row)
    assert all("/issues/" in hit.url or "/pull/" in hit.url for hit in hits)
