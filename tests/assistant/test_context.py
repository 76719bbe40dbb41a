"""A quotation is shown between the words around it, and a page with those who found it."""

from __future__ import annotations

from dataclasses import replace

from assistant.context import MOST_AROUND, finders, in_context
from assistant.evidence import Citation, Passage, SearchReport
from retrievers import SearchHit

TEXT = "It was small. The house, built in 1904, has nine arches. It fell in 1950. Nobody knows why."
PASSAGE = Passage(id="p", url="https://a.test/", title="A", text=TEXT, start=100)


def cited(quote: str) -> Citation:
    start = 100 + TEXT.index(quote)
    return Citation(
        number=1,
        url="https://a.test/",
        title="A",
        published=None,
        passage="p",
        quote=quote,
        start=start,
        end=start + len(quote),
        support=1.0,
    )


def test_a_sentence_stands_between_its_neighbours() -> None:
    found = in_context(cited("The house, built in 1904, has nine arches."), PASSAGE)
    assert (found.before, found.after) == ("It was small.", "It fell in 1950.")


def test_a_part_of_a_sentence_is_shown_in_all_of_it() -> None:
    found = in_context(cited("has nine arches"), PASSAGE)
    assert (found.before, found.after) == ("It was small. The house, built in 1904,", ". It fell in 1950.")


def test_the_first_and_the_last_sentence_have_nothing_on_one_side() -> None:
    assert in_context(cited("It was small."), PASSAGE).before == ""
    assert in_context(cited("Nobody knows why."), PASSAGE).after == ""


def test_a_passage_that_does_not_hold_the_quotation_adds_nothing() -> None:
    strange = replace(cited("It was small."), start=5, end=18)
    assert in_context(strange, PASSAGE) == strange
    assert in_context(strange, None) == strange


def test_long_surroundings_are_cut_between_words() -> None:
    text = "word " * 200 + "here it is" + " word" * 200
    start = text.index("here")
    passage = replace(PASSAGE, text=text, start=0)
    found = in_context(replace(cited("It was small."), quote="here it is", start=start, end=start + 10), passage)
    assert found.before.startswith("… word")
    assert found.after.endswith("word …")
    assert len(found.before) <= MOST_AROUND + 2


def test_a_page_is_found_by_every_list_that_names_it_or_its_twin() -> None:
    def report(name: str, *urls: str) -> SearchReport:
        return SearchReport(retriever=name, provider=name, hits=tuple(SearchHit(url=url, title="") for url in urls))

    reports = (
        report("one", "https://b.test/", "http://www.a.test/page/"),
        report("two", "https://b.test/"),
        report("three", "https://a.test/page?utm_source=x"),
    )
    assert finders("https://a.test/page", reports) == ("one", "three")
