"""Hacker News: stories with a page elsewhere, and stories that are their own text."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from retrievers import SearchQuery
from retrievers.discussion.hacker_news import HackerNews
from retrievers.freshness import first_day
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.replaying import judge
from tests.retrievers.shared_fixtures import NEEDS_FIXTURES, Row, rows

RECORDINGS = Path(__file__).parents[1] / "recordings"


class TestHackerNews(RetrieverContract):
    retriever = HackerNews()
    hits_recording = Recording.of(RECORDINGS / "hacker_news_hits.json")
    empty_recording = Recording.of(RECORDINGS / "hacker_news_empty.json")

    def test_a_story_is_the_page_that_it_names(self) -> None:
        story = self.hits()[0]
        assert (story.url, story.text) == ("https://blog.example.com/reclaim", None)
        said = "42 points, 7 comments on Hacker News: https://news.ycombinator.com/item?id=101"
        assert story.snippet == said
        assert story.published == datetime.fromtimestamp(1756728672, UTC)

    def test_a_story_without_a_page_is_its_own_text(self) -> None:
        asked = self.hits()[1]
        assert asked.url == "https://news.ycombinator.com/item?id=102"
        assert asked.title == "Ask HN: How do you reclaim space?"
        assert asked.text == "My disk is full.Rows & indexes < files?"

    def test_recent_stories_are_asked_for_by_second(self) -> None:
        params = self.retriever.request(SearchQuery(text="disk", freshness="day", limit=5)).url.params
        first = datetime.combine(first_day("day"), time(), UTC)
        assert params["numericFilters"] == f"created_at_i>={first.timestamp():.0f}"
        assert (params["tags"], params["hitsPerPage"]) == ("story", "5")

    def test_fewer_words_are_tried_when_all_find_nothing(self) -> None:
        asked: list[str] = []
        self.search(lambda request: (asked.append(request.url.params["query"]), self.empty_recording.response())[1])
        assert asked == ["reclaim disk space", "reclaim"]


@NEEDS_FIXTURES
@pytest.mark.parametrize("row", rows("hacker_news"), ids=lambda row: row.path.name)
def test_recorded_answers_give_what_the_index_says(row: Row) -> None:
    hits = judge(HackerNews(), row)
    assert [hit.url for hit in hits] == [
        "https://news.ycombinator.com/item?id=49522897",
        "https://news.ycombinator.com/item?id=49522896",
    ]
