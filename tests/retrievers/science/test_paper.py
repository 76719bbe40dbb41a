"""What papers of every database have in common."""

import pytest

from retrievers import SearchQuery
from retrievers.science.paper import abstract_text, doi_address, paper_hit, partial_date, search_words


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<jats:sec><jats:title>Aim</jats:title><jats:p>One.</jats:p></jats:sec><jats:p>Two.</jats:p>",
            "Aim One. Two.",
        ),
        ("<p>Abstract. A &lt; B in H<sub>2</sub>O<br/>and more</p>", "A < B in H2O and more"),
        ("Abstraction is no heading", "Abstraction is no heading"),
        (None, ""),
    ],
)
def test_an_abstract_loses_markup_but_no_word_boundary(markup: str | None, text: str) -> None:
    assert abstract_text(markup) == text


@pytest.mark.parametrize(
    "doi", ["10.5555/AbC", "https://doi.org/10.5555/abc", "http://dx.doi.org/10.5555/ABC", "doi:10.5555/abc"]
)
def test_a_doi_has_one_address_however_it_is_written(doi: str) -> None:
    assert doi_address(doi) == "https://doi.org/10.5555/abc"


@pytest.mark.parametrize(
    ("parts", "day"),
    [((2021, 4, 3), "2021-04-03"), ((2021, 4), "2021-04-01"), ((2021,), "2021-01-01"), ((None,), None)],
)
def test_a_date_is_read_as_far_as_it_is_known(parts: tuple[int | None, ...], day: str | None) -> None:
    found = partial_date(parts)
    assert (found and f"{found:%Y-%m-%d}") == day


def test_a_long_abstract_is_shortened_for_the_list_but_quoted_whole() -> None:
    abstract = "word " * 100
    hit = paper_hit(url="https://a.example", title="T", abstract=abstract, published=None)
    assert hit.snippet.endswith("word …")
    assert len(hit.snippet) <= 300
    assert hit.text == abstract.strip()


def test_operators_of_boolean_queries_become_plain_words() -> None:
    assert search_words(SearchQuery(text="chat OR chien", language="fr")) == ("chat", "or", "chien")
