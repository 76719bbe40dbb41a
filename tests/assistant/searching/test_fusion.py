"""Many lists made one."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.evidence import Candidate, SearchReport, Sighting
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


LONG = "Nine ministers of the Kestrel valley sign a treaty on water"


def titled(retriever: str, *pages: tuple[str, str], published: datetime | None = None) -> SearchReport:
    listed = tuple(SearchHit(url=url, title=title, published=published) for url, title in pages)
    return SearchReport(retriever=retriever, provider=retriever, hits=listed)


def test_twins_of_a_page_are_one_and_its_main_address_is_the_one_to_fetch() -> None:
    found = fuse([report("one", "http://m.a.example/story"), report("two", "https://www.a.example/story/")])
    assert [candidate.url for candidate in found] == ["https://www.a.example/story/"]
    assert len(found[0].sightings) == 2


def test_an_address_that_nobody_listed_is_never_made_up() -> None:
    assert order(report("one", "http://m.a.example/story")) == ["http://m.a.example/story"]


def test_a_copy_on_another_site_corroborates_and_is_not_listed_itself() -> None:
    found = fuse([titled("one", (A, LONG)), titled("two", (C, "Other"), (B, f"{LONG} - The Valley"))])
    assert [candidate.url for candidate in found] == [A, C]
    assert found[0].sightings == (Sighting(retriever="one", rank=1), Sighting(retriever="two", rank=2, url=B))
    assert found[0].score == pytest.approx(1 / 61 + 1 / 62)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kestrel viaduct", "Kestrel viaduct"),
        (f"{LONG} 2025", f"{LONG} 2026"),
        (LONG, "Ten farmers of the Marlow plain reject a law on grain"),
    ],
)
def test_short_titles_other_numbers_and_other_words_make_other_pages(first: str, second: str) -> None:
    assert len(fuse([titled("one", (A, first)), titled("two", (B, second))])) == 2


def test_the_same_title_years_apart_is_another_story() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    reports = [titled("one", (A, LONG), published=old), titled("two", (B, LONG), published=new)]
    assert len(fuse(reports)) == 2


def test_two_pages_of_one_site_are_never_copies() -> None:
    assert len(fuse([titled("one", (f"{A}1", LONG), (f"{A}2", LONG))])) == 2


def test_a_weight_says_what_a_list_counts() -> None:
    found = fuse([report("one", A), report("two", B)], weights={"two": 1.3})
    assert [candidate.url for candidate in found] == [B, A]
    assert found[0].score == pytest.approx(1.3 / 61)


def test_a_smaller_k_trusts_first_places_more_than_agreement() -> None:
    lists = report("one", A, "https://x.example/", B), report("two", C, "https://y.example/", B)
    assert order(*lists)[0] == B
    assert order(*lists, k=1)[0] == A


def test_the_parts_of_the_explanation_sum_to_the_score() -> None:
    query = SearchQuery(text="title of disk", freshness="week")
    found = fuse([report("one", A, B), report("two", B)], query=query, weights={"two": 0.8})
    for candidate in found:
        assert candidate.score == pytest.approx(sum(part.value for part in candidate.explanation))
    whys = [part.why for part in found[0].explanation]
    assert whys == ["one #2", "two #1 x 0.8", "shows the query's words (50%)", "recent wanted, no date"]


def aged(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def test_where_something_recent_is_asked_for_the_newer_page_wins() -> None:
    reports = [titled("one", (A, "Old"), published=aged(300)), titled("two", (C, "x"), (B, "New"), published=aged(0.1))]
    assert [one.url for one in fuse(reports, query=SearchQuery(text="y", freshness="week"))] == [C, B, A]


def test_where_it_is_not_asked_for_age_does_not_matter() -> None:
    reports = [titled("one", (A, "Old"), published=aged(3000)), titled("two", (B, "New"), published=aged(0))]
    scores: list[Candidate] = list(fuse(reports, query=SearchQuery(text="y")))
    assert scores[0].score == scores[1].score


def test_a_page_of_the_future_is_not_fresh() -> None:
    (found,) = fuse([titled("one", (A, "x"), published=aged(-5))], query=SearchQuery(text="y", freshness="day"))
    assert found.score == pytest.approx(1 / 61)


def test_a_third_page_of_a_site_waits_for_pages_as_good_of_others() -> None:
    lists = report("one", *(f"https://docs.a.example/{number}" for number in range(4)), B, C)
    assert order(lists) == [
        "https://docs.a.example/0",
        "https://docs.a.example/1",
        B,
        C,
        "https://docs.a.example/2",
        "https://docs.a.example/3",
    ]


def test_it_does_not_wait_for_pages_that_are_worse() -> None:
    on_site = [f"{A}{number}" for number in range(4)]
    lists = report("one", *on_site, B), report("two", *on_site)
    assert order(*lists) == [*on_site, B]


def test_files_are_no_site() -> None:
    files = [f"file:///home/{number}.md" for number in range(4)]
    assert order(report("folder", *files, B)) == [*files, B]
