"""Feeds that the user names: what matches, what has changed, and what becomes of a broken one."""

import asyncio
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, MalformedResponse, MissingCredentials, ProviderUnavailable, SearchQuery, Session
from retrievers.news.rss import Rss
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

RECORDINGS = Path(__file__).parents[1] / "recordings"
FEED = "https://blog.example.com/feed"


class TestRss(RetrieverContract):
    retriever = Rss((FEED,))
    hits_recording = Recording.of(RECORDINGS / "rss_hits.xml", "application/rss+xml")
    empty_recording = Recording.of(RECORDINGS / "rss_empty.xml", "application/rss+xml")
    sends_words = False

    def test_entries_with_half_of_the_words_are_found_the_best_first(self) -> None:
        assert [hit.title for hit in self.hits()] == ["Disk space reclaimed & counted", "Reclaim"]

    def test_an_address_is_made_absolute(self) -> None:
        assert self.hits()[0].url == "https://blog.example.com/reclaimed"

    def test_dates_are_read_with_their_zone(self) -> None:
        assert str(self.hits()[1].published) == "2026-07-31 22:00:00+00:00"

    def test_old_entries_are_left_out_when_recent_ones_are_wanted(self) -> None:
        async def search() -> HitList:
            async with self.client(lambda _: self.hits_recording.response()) as client:
                return await self.retriever.search(SearchQuery(text=self.question, freshness="day"), client)

        assert asyncio.run(search()) == ()

    def test_a_json_feed_is_read(self) -> None:
        hits = self.search(Recording.of(RECORDINGS / "feed_hits.json", "application/feed+json").response())
        assert [(hit.url, hit.title) for hit in hits] == [
            ("https://blog.example.com/json", "Reclaim disk space"),
            ("https://blog.example.com/note", "A note on disk space"),
        ]

    def test_a_json_feed_without_items_is_malformed(self) -> None:
        self.failure(httpx.Response(200, json={"version": "https://jsonfeed.org/version/1.1"}), MalformedResponse)

    def test_an_unclosed_element_is_forgiven_while_the_feed_is_whole(self) -> None:
        body = self.hits_recording.body.replace(b"<description>Of disks</description>", b"<description>Of & disks<br>")
        assert len(self.search(self.hits_recording.response(body=body))) == 2

    def test_a_failure_names_the_feed_without_its_secrets(self) -> None:
        secret = Rss(("https://ada:word@blog.example.com/feed?token=secret",))

        async def search() -> None:
            async with self.client(lambda _: httpx.Response(500)) as client:
                await secret.search(SearchQuery(text="disk"), client)

        with pytest.raises(ProviderUnavailable) as caught:
            asyncio.run(search())
        assert str(caught.value) == "rss: HTTP 500 Internal Server Error (blog.example.com/feed)"


class TestSeveralFeeds:
    """Two feeds, one of which is broken."""

    feeds = Rss.from_env({"FOOTNOTE_FEEDS": f"{FEED}, https://broken.example/feed,"})

    def search(self, broken: httpx.Response, whole: httpx.Response) -> HitList:
        async def search() -> HitList:
            answers = {"blog.example.com": whole, "broken.example": broken}
            transport = httpx.MockTransport(lambda request: answers[request.url.host])
            async with httpx.AsyncClient(transport=transport) as client:
                return await self.feeds.search(SearchQuery(text="reclaim disk space"), client)

        return asyncio.run(search())

    def test_a_broken_feed_is_reported_beside_the_hits_of_the_others(self) -> None:
        hits = self.search(httpx.Response(500), TestRss.hits_recording.response())
        assert len(hits) == 2
        assert [(report.provider, report.hits) for report in hits.upstream] == [("broken.example/feed", ())]
        assert "HTTP 500" in str(hits.upstream[0].error)

    def test_the_same_entry_in_two_feeds_is_one_hit(self) -> None:
        body = TestRss.hits_recording.body.replace(b"<link>/reclaimed", b"<link>https://blog.example.com/reclaimed")
        one, other = (httpx.Response(200, content=body) for _ in range(2))
        assert len(self.search(one, other)) == 2

    def test_a_feed_that_never_ends_is_reported_beside_the_hits_of_the_others(self) -> None:
        async def answer(request: httpx.Request) -> httpx.Response:
            if request.url.host == "broken.example":
                await asyncio.Event().wait()
            return TestRss.hits_recording.response()

        async def search() -> HitList:
            async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
                feeds = Rss(self.feeds.urls, list_s=0.2)
                return await feeds.search(SearchQuery(text="reclaim disk space"), client)

        hits = asyncio.run(search())
        assert len(hits) == 2
        assert [report.error for report in hits.upstream] == ["rss: no answer in 0.2 s (broken.example/feed)"]

    def test_only_broken_feeds_are_a_failure(self) -> None:
        with pytest.raises(ProviderUnavailable, match="rss: HTTP 500"):
            self.search(httpx.Response(500), httpx.Response(500))


class TestUnchangedFeed:
    """A publisher that sends a feed once and then says that it is the same."""

    def publisher(self, request: httpx.Request) -> httpx.Response:
        self.conditions.append(request.headers.get("If-None-Match"))
        if request.headers.get("If-None-Match") == '"one"':
            return httpx.Response(304)
        return httpx.Response(200, content=TestRss.hits_recording.body, headers={"ETag": '"one"'})

    def test_it_is_read_again_without_being_sent_again(self) -> None:
        self.conditions: list[str | None] = []
        session, query = Session(), SearchQuery(text="reclaim disk space")

        async def twice() -> tuple[HitList, HitList]:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.publisher)) as client:
                feed = TestRss.retriever
                first = await feed.search_in_session(query, client, session)
                return first, await feed.search_in_session(query, client, session)

        first, second = asyncio.run(twice())
        assert first == second != ()
        assert self.conditions == [None, '"one"']


def test_without_feeds_it_says_what_to_set() -> None:
    with pytest.raises(MissingCredentials, match="rss: set FOOTNOTE_FEEDS"):
        Rss.from_env({"FOOTNOTE_FEEDS": ""})


def read(path: str, text: str) -> HitList:
    """Search in a feed that was recorded elsewhere."""
    body = (FIXTURES / path).read_bytes()

    async def search() -> HitList:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
        async with httpx.AsyncClient(transport=transport) as client:
            return await Rss((FEED,)).search(SearchQuery(text=text, limit=100), client)

    return asyncio.run(search())


@NEEDS_FIXTURES
@pytest.mark.parametrize(
    ("path", "text", "url"),
    [
        ("rss/AmazonWebServicesBlog.xml", "Amazon", "http"),
        ("rss/DuplicateContentAtomFeed.xml", "the", "http"),
        ("rss/HuffPostCanada.xml", "Winnipeg hijabs", "http://www.huffingtonpost.ca/2017/10/17/winnipeg-high-school"),
        ("rss/SamRuby.xml", "RESTful web API", "https://blog.example.com/blog/2012/12/22/RESTful-Web-APIs"),
        (
            "rss/google_alerts_atom.xml",
            "Slack stock",
            "https://investorplace.com/2019/07/slack-stock-truly-compelling/",
        ),
        ("rss/json_feed.json", "App Camp for Girls", "http://inessential.com/2017/06/02/james_dempsey"),
        ("rss/rss_entries.xml", "URL shortener N1QL", "http://blog.couchbase.com/2016/december/create-a-url-shortener"),
        ("rss/youtube_atom.xml", "project connectivity", "http://www.youtube.com/watch?v=xfFHnBQ6nQg"),
        ("sitemap_feed/feed.json", "technology", "https://"),
        ("sitemap_feed/feed1.atom", "robots", "http://example.org/2003/12/13/atom03"),
        ("sitemap_feed/feed2.rss", "example entry", "http://www.example.com/blog/post/1"),
        ("rss/InvalidDateFormat.xml", "item invalid date", "http://example.com/item0"),
    ],
)
def test_recorded_feeds_are_read(path: str, text: str, url: str) -> None:
    hits = read(path, text)
    assert hits
    assert any(hit.url.startswith(url) for hit in hits)
    assert all(hit.title and "<" not in hit.title for hit in hits)


@NEEDS_FIXTURES
@pytest.mark.parametrize("path", sorted((FIXTURES / "rss_malformed").glob("*.xml")), ids=lambda path: path.name)
def test_malformed_feeds_without_an_address_have_no_hits(path: Path) -> None:
    assert read(f"rss_malformed/{path.name}", "news") == ()
