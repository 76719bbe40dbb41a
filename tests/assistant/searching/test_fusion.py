"""Many lists made one."""

from datetime import UTC, datetime

import pytest

from assistant.evidence import SearchReport, Sighting
from assistant.searching.fusion import fuse
from retrievers import Measurement, SearchHit, SearchQuery

A, B, C = (f"https://{name}.example/" for name in "abc")


def hits(*urls: str) -> tuple[SearchHit, ...]:
    return tuple(SearchHit(url=url, title=f"title of {url}") for url in urls)


def report(retriever: str, *urls: str, provider: str | None = None) -> SearchReport:
    return SearchReport(retriever=retriever, provider=provider or retriever, hits=hits(*urls))


def order(*reports: SearchReport, **options: object) -> list[str]:
    return [candidate.url for candidate in fuse(reports, **options)]


def test_no_reports_give_no_candidates() -> None:
    assert fuse(()) == ()


def test_one_list_keeps_its_order_and_scores_by_reciprocal_rank() -> None:
    found = fuse([report("one", A, B)])
    assert [candidate.url for candidate in found] == [A, B]
    assert [candidate.score for candidate in found] == [pytest.approx(1 / 61), pytest.approx(1 / 62)]


def test_a_page_that_two_providers_name_comes_before_either_first() -> None:
    assert order(report("one", A, B), report("two", C, B))[0] == B


def test_two_sources_with_one_index_have_one_vote() -> None:
    found = fuse([report("one", A, B, provider="index"), report("two", A, B, provider="index"), report("three", B, A)])
    assert {candidate.url: candidate.score for candidate in found} == {
        A: pytest.approx(1 / 61 + 1 / 62),
        B: pytest.approx(1 / 62 + 1 / 61),
    }


def test_of_two_ranks_from_one_provider_the_better_counts() -> None:
    found = fuse([report("one", A, B, provider="index"), report("two", B, A, provider="index")])
    assert [candidate.score for candidate in found] == [pytest.approx(1 / 61)] * 2


def test_engines_vote_in_place_of_the_list_made_of_theirs() -> None:
    own = report("meta", A, B)
    found = fuse([own, report("meta", B, provider="x"), report("meta", B, A, provider="y")])
    assert [(candidate.url, candidate.score) for candidate in found] == [
        (B, pytest.approx(2 / 61)),
        (A, pytest.approx(1 / 62)),
    ]


def test_a_source_whose_engines_gave_nothing_votes_itself() -> None:
    dead = SearchReport(retriever="meta", provider="dead", error="dead: timeout")
    assert fuse([report("meta", A), dead])[0].score == pytest.approx(1 / 61)


def test_the_merged_list_breaks_ties_between_engines() -> None:
    assert order(report("meta", B, A), report("meta", A, provider="x"), report("meta", B, provider="y")) == [B, A]


def test_spellings_of_one_address_are_one_candidate() -> None:
    found = fuse([report("one", "https://A.example:443/?utm_source=x#top"), report("two", "https://a.example")])
    assert [candidate.url for candidate in found] == [A]
    assert found[0].sightings == (Sighting(retriever="one", rank=1), Sighting(retriever="two", rank=1))


def test_what_is_no_address_is_left_out() -> None:
    assert order(report("one", "javascript:alert(1)", "https://[bad", "not an address", A)) == [A]


def test_a_file_is_a_candidate() -> None:
    assert order(report("folder", "file:///home/a%20b.md#x")) == ["file:///home/a%20b.md"]


def test_the_best_of_every_sighting_is_kept() -> None:
    day = datetime(2026, 1, 2, tzinfo=UTC)
    value = Measurement(name="USD", value=1.1, unit="EUR", at=day, source_url=A)
    first = SearchHit(url=A, title="", snippet="short", values=(value,))
    second = SearchHit(
        url=A, title="Title", snippet="a longer snippet", published=day, text="full text", values=(value,)
    )
    reports = [
        SearchReport(retriever=name, provider=name, hits=(hit,)) for name, hit in (("one", first), ("two", second))
    ]
    merged = fuse(reports)[0]
    assert (merged.title, merged.snippet, merged.published) == ("Title", "a longer snippet", day)
    assert (merged.text, merged.values) == ("full text", (value,))


def test_a_page_without_any_title_shows_its_address() -> None:
    assert fuse([SearchReport(retriever="one", provider="one", hits=(SearchHit(url=A, title=""),))])[0].title == A


def test_only_wanted_sites_and_no_unwanted_ones_are_kept() -> None:
    lists = report("one", "https://docs.python.org/3/", "https://notpython.org/", "https://python.org/", "file:///x.md")
    assert order(lists, include_sites=["python.org"]) == ["https://docs.python.org/3/", "https://python.org/"]
    assert order(lists, include_sites=["https://www.python.org/about"], exclude_sites=["docs.python.org"]) == [
        "https://python.org/"
    ]
    assert order(lists, exclude_sites=["python.org"]) == ["https://notpython.org/", "file:///x.md"]


def test_it_keeps_the_limit() -> None:
    assert order(report("one", A, B, C), limit=2) == [A, B]


def test_a_title_that_has_the_words_of_the_query_lifts_a_page() -> None:
    listed = (
        SearchHit(url=A, title="Network", snippet="something"),
        SearchHit(url=B, title="Configuring firewalls", snippet="something"),
        SearchHit(url=C, title="Network", snippet="how a firewall is configured"),
    )
    query = SearchQuery(text="How do I configure a firewall?")
    found = fuse([SearchReport(retriever="one", provider="one", hits=listed)], query=query)
    assert [candidate.url for candidate in found] == [B, C, A]
    assert found[0].score == pytest.approx(3 / 62)
