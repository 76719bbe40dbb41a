"""Sources that want every word: which words they get, and how often they are asked."""

from retrievers import SearchQuery
from retrievers.loosening import plain_words


def test_words_that_are_operators_elsewhere_are_plain_words() -> None:
    query = SearchQuery(text="porte OR NOT a:b", language="fr")
    assert plain_words(query) == ("porte", "or", "not")
