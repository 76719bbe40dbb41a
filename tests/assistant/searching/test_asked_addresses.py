import pytest

from assistant.searching.asked_addresses import given_candidates, has_more_to_search, with_subject, without_addresses
from retrievers import SearchQuery


@pytest.mark.parametrize(
    ("question", "urls", "rest"),
    [
        ("Summarise https://example.org/a?utm_source=x.", ("https://example.org/a",), "Summarise."),
        ("(see https://a.example/x) what is it?", ("https://a.example/x",), "(see) what is it?"),
        (
            "résume https://fr.wikipedia.org/wiki/Mercury_(planet) en bref",
            ("https://fr.wikipedia.org/wiki/Mercury_(planet)",),
            "résume en bref",
        ),
        ("www.example.org/about, please", ("https://www.example.org/about",), "please"),
        ("https://a.example/ and https://a.example/#x", ("https://a.example/",), "and"),
        ("write to me@www.example.org", (), "write to me@www.example.org"),
        ("what is https:// for?", (), "what is https:// for?"),
    ],
)
def test_addresses_are_parted_from_the_words(question: str, urls: tuple[str, ...], rest: str) -> None:
    assert without_addresses(question) == (urls, rest)


@pytest.mark.parametrize(
    ("rest", "language"),
    [
        ("Summarise.", "en"),
        ("What is about?", "en"),
        ("Give me the key points of this article in 3 sentences", "en"),
        ("Résume en 3 phrases", "fr"),
        ("Fasse den Artikel zusammen", "de"),
        ("", "en"),
    ],
)
def test_an_instruction_alone_is_nothing_to_search_for(rest: str, language: str) -> None:
    assert not has_more_to_search(rest, language)


def test_a_question_beside_the_address_is() -> None:
    assert has_more_to_search("Summarise and compare with Rust", "en")
    assert has_more_to_search("Que dit-il des impôts ?", "fr")


def test_given_pages_keep_their_order_and_say_why_they_come_first() -> None:
    first, second = given_candidates(["https://a.example/", "https://b.example/"])
    assert first.score > second.score > 1
    assert [part.why for part in first.explanation] == ["named in the question"]


def test_a_question_that_only_says_what_to_do_is_about_the_pages_it_names() -> None:
    asked = SearchQuery(text="Summarise https://kestrel.example/viaduct, please", language="en")
    assert with_subject(asked, ["Kestrel viaduct", "Kestrel viaduct"]).text.endswith("Kestrel viaduct")
    assert "https" not in with_subject(asked, ["Kestrel viaduct"]).text


def test_a_question_with_a_subject_of_its_own_keeps_it() -> None:
    asked = SearchQuery(text="How high is the viaduct of https://kestrel.example/viaduct ?", language="en")
    assert with_subject(asked, ["Kestrel viaduct"]) is asked
    plain = SearchQuery(text="How high is it?", language="en")
    assert with_subject(plain, ["Kestrel viaduct"]) is plain
