import pytest

from assistant.language.words import fold
from assistant.writing.occurrences import happening


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When was Debian founded?", "The project was created by Ian Murdock."),
        ("Quand Debian a-t-il été fondé ?", "Le projet a été créé par Ian Murdock."),
        ("Wann wurde das Haus gebaut?", "Es wurde von Müllern errichtet."),
        ("¿Cuándo murió Ada Brunn?", "Falleció en Belmar."),
        ("When did Ada Brunn die?", "Her death was in spring."),
    ],
)
def test_what_happened_is_known_in_other_words(question: str, said: str) -> None:
    words = happening(question)
    assert words is not None
    assert words.search(fold(said))


def test_another_event_is_not_taken_for_it() -> None:
    words = happening("When was Ada Brunn born?")
    assert words is not None
    assert not words.search(fold("Ada Brunn died in Belmar and was mourned."))


def test_a_question_that_says_no_such_thing_has_no_words_for_it() -> None:
    assert happening("When should I prune an apple tree?") is None
