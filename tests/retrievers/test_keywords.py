import pytest

from retrievers.keywords import keywords, loosened, shortened


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("How do I reclaim disk space in PostgreSQL?", "en", ("reclaim", "disk", "space", "PostgreSQL")),
        ("Comment configurer un pare-feu sous Debian ?", "fr", ("configurer", "pare-feu", "Debian")),
        ("Qu'est-ce que l'ADN ?", "fr", ("ADN",)),
        ("Is C++ faster than C# or R 4.3?", "en", ("C++", "faster", "C#", "R", "4.3")),
        ("the disk, the disk", "en", ("disk",)),
        ("¿Cómo instalar Python?", "es", ("instalar", "Python")),
        ("kuinka asentaa Python", "fi", ("kuinka", "asentaa", "Python")),
    ],
)
def test_function_words_are_left_out_and_order_is_kept(text: str, language: str, expected: tuple[str, ...]) -> None:
    assert keywords(text, language) == expected


def test_a_question_of_function_words_keeps_them() -> None:
    assert keywords("What is it?", "en") == ("What", "is", "it")


@pytest.mark.parametrize("mark", list('"()*:^~|&!?/\\{}[]<>=,;@$%'))
def test_no_character_with_a_meaning_to_a_search_engine_is_left(mark: str) -> None:
    assert mark not in " ".join(keywords(f"{mark}disk{mark} spa{mark}ce", "en"))


def test_names_and_long_words_are_kept_longest() -> None:
    assert list(loosened(("rows", "deleting", "SQL", "disk"))) == [
        ("rows", "deleting", "SQL", "disk"),
        ("deleting", "SQL"),
        ("SQL",),
    ]


def test_no_words_give_nothing_to_try() -> None:
    assert list(loosened(())) == []


def test_a_text_that_fits_is_left_alone() -> None:
    assert shortened("How do I?", "en", 9) == "How do I?"


def test_a_long_text_becomes_whole_keywords_that_fit() -> None:
    assert shortened("How do I reclaim the disk space?", "en", 13) == "reclaim disk"
    assert shortened("incomprehensibilities", "en", 5) == "incom"
