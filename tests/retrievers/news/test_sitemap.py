"""Sitemaps that the user names: pages by their addresses, indexes within bounds."""

import asyncio
import gzip
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, MalformedResponse, MissingCredentials, SearchQuery
from retrievers.news import sitemap_tree
from retrievers.news.sitemap import MAX_REQUESTS, Sitemap
from retrievers.testing import Recording, RetrieverContract
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

RECORDINGS = Path(__file__).parents[1] / "recordings"
ROOT = "https://docs.example.org/sitemap.xml"
PAGES = b"<urlset><url><loc>https://docs.example.org/%s/disk-space</loc></url></urlset>"


def index(*names: str) -> bytes:
    entries = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
    return f"<sitemapindex>{entries}</sitemapindex>".encode()


class TestSitemap(RetrieverContract):
    retriever = Sitemap((ROOT,))
    hits_recording = Recording.of(RECORDINGS / "sitemap_hits.xml", "application/xml")
    empty_recording = Recording.of(RECORDINGS / "sitemap_empty.xml", "application/xml")
    sends_words = False

    def test_pages_are_found_by_the_words_of_their_paths(self) -> None:
        assert [(hit.title, hit.url) for hit in self.hits()] == [
            ("reclaim disk space", "https://docs.example.org/guide/reclaim-disk_space.html"),
            ("disk space", "https://docs.example.org/disk-space/"),
        ]

    def test_a_date_that_is_none_is_unknown(self) -> None:
        assert [hit.published and f"{hit.published:%Y-%m-%d}" for hit in self.hits()] == ["2026-09-01", None]

    def test_a_compressed_sitemap_is_read(self) -> None:
        body = gzip.compress(self.hits_recording.body)
        assert len(self.search(self.hits_recording.response(body=body))) == 2

    def test_a_compressed_sitemap_that_is_cut_short_is_malformed(self) -> None:
        body = gzip.compress(self.hits_recording.body)[:-20]
        assert "cut short" in str(self.failure(self.hits_recording.response(body=body), MalformedResponse))

    def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(self) -> None:
        body = gzip.compress(b" " * (sitemap_tree.MAX_UNPACKED_BYTES + 1))
        assert "longer than" in str(self.failure(self.hits_recording.response(body=body), MalformedResponse))

    def test_entities_of_a_hostile_sitemap_are_not_expanded(self) -> None:
        bomb = b'<!DOCTYPE urlset [<!ENTITY a "x">]><urlset><url><loc>&a;</loc></url></urlset>'
        self.failure(self.hits_recording.response(body=bomb), MalformedResponse)

    def walk(self, site: dict[str, bytes]) -> tuple[HitList, list[str]]:
        """Search a site of several sitemaps; return the hits and what was asked for, in order."""
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            body = site.get(str(request.url))
            return httpx.Response(200, content=body) if body is not None else httpx.Response(404)

        return self.search(answer), asked

    def test_sitemaps_named_for_the_question_are_read_first(self) -> None:
        site = {ROOT: index("https://docs.example.org/news.xml", "https://docs.example.org/disk.xml")}
        site |= {"https://docs.example.org/news.xml": PAGES % b"a", "https://docs.example.org/disk.xml": PAGES % b"b"}
        hits, asked = self.walk(site)
        assert asked == [ROOT, "https://docs.example.org/disk.xml", "https://docs.example.org/news.xml"]
        assert len(hits) == 2

    def test_an_index_that_names_very_many_is_read_within_bounds(self) -> None:
        names = [f"https://docs.example.org/{number}.xml" for number in range(100)]
        _, asked = self.walk({ROOT: index(*names)} | dict.fromkeys(names, PAGES % b"a"))
        assert len(asked) == MAX_REQUESTS

    def test_an_index_that_names_itself_ends(self) -> None:
        assert self.walk({ROOT: index(ROOT)}) == ((), [ROOT])

    def test_sitemaps_on_other_hosts_are_not_asked_for(self) -> None:
        _, asked = self.walk({ROOT: index("http://127.0.0.1/secret.xml", "https://other.example/a.xml")})
        assert asked == [ROOT]

    def test_a_broken_further_sitemap_is_reported_beside_the_hits(self) -> None:
        good, bad = "https://docs.example.org/good.xml", "https://docs.example.org/bad.xml"
        hits, _ = self.walk({ROOT: index(good, bad), good: PAGES % b"a"})
        assert len(hits) == 1
        assert [report.error for report in hits.upstream] == ["sitemap: HTTP 404 Not Found (docs.example.org/bad.xml)"]


def test_without_sitemaps_it_says_what_to_set() -> None:
    with pytest.raises(MissingCredentials, match="sitemap: set FOOTNOTE_SITEMAPS"):
        Sitemap.from_env({})


@NEEDS_FIXTURES
@pytest.mark.parametrize(
    ("name", "text", "urls"),
    [
        ("sitemap-hreflang.xml", "deutsch", ["http://www.example.com/deutsch/page.html"]),
        ("sitemap.xml.gz", "faq nl", ["https://www.sitemaps.org/nl/faq.html"]),
        ("sitemap2.xml", "page", []),
    ],
)
def test_recorded_sitemaps_are_read(name: str, text: str, urls: list[str]) -> None:
    body = (FIXTURES / "sitemap_feed" / name).read_bytes()

    async def search() -> HitList:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, content=body))
        async with httpx.AsyncClient(transport=transport) as client:
            return await Sitemap((ROOT,)).search(SearchQuery(text=text, limit=100), client)

    assert [hit.url for hit in asyncio.run(search())][: len(urls) or 1] == urls
