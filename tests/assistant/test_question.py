"""Questions made queries: language, freshness, and what a follow-up leaves unsaid."""

import pytest

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions, Turn
from assistant.question import MAX_QUESTION_CHARACTERS, restate
from retrievers import SearchQuery

DISK = "How do I reclaim disk space in PostgreSQL after deleting many rows?"
PARE_FEU = "Comment configurer un pare-feu sous Debian ?"


def ask(
    question: str, *earlier: str, options: QuestionOptions | None = None, language: str | None = None
) -> SearchQuery:
    history = [Turn(question=one, answer="…") for one in earlier]
    return restate(question, history, options or QuestionOptions(), language)


def test_a_question_goes_out_as_it_was_asked() -> None:
    assert ask(DISK) == SearchQuery(text=DISK, language="en")


def test_white_space_and_control_characters_are_taken_out() -> None:
    assert ask("  What is\n\x00PostgreSQL\t? ").text == "What is PostgreSQL ?"


@pytest.mark.parametrize("question", ["", "   ", "\n", "?!", "…"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionInvalid, match="the question is empty; type what you want to know"):
        ask(question)


def test_a_question_that_is_too_long_is_refused_with_both_numbers_and_a_remedy() -> None:
    with pytest.raises(
        QuestionInvalid, match=r"has 20,000 characters and at most 4,000 can be asked; shorten it, or save"
    ):
        ask("a" * 20_000)
    assert ask("a" * MAX_QUESTION_CHARACTERS).text


def test_the_language_is_that_of_the_question() -> None:
    assert ask(PARE_FEU, language="en").language == "fr"


@pytest.mark.parametrize(("chosen", "expected"), [("de", "de"), ("fr-CA", "fr"), ("PT_br", "pt")])
def test_a_language_that_was_chosen_comes_first(chosen: str, expected: str) -> None:
    assert ask(DISK, options=QuestionOptions(language=chosen)).language == expected


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(QuestionInvalid, match="french: no such language; use a code of two letters such as en or fr"):
        ask(DISK, options=QuestionOptions(language="french"))


def test_a_question_of_no_language_takes_that_of_the_settings_or_english() -> None:
    assert ask("42", language="es").language == "es"
    assert ask("42").language == "en"


def test_freshness_is_what_was_chosen() -> None:
    assert ask(DISK, options=QuestionOptions(since="week")).freshness == "week"


@pytest.mark.parametrize(
    "question",
    [
        "Does it lock the table?",
        "And in 2019?",
        "What about SQLite?",
        "Why?",
        "How much?",
        "What does that mean?",
        "Which of these is faster on large tables?",
    ],
)
def test_a_follow_up_gets_the_words_of_content_before_it(question: str) -> None:
    text = ask(question, DISK).text
    assert text.startswith(question)
    assert "reclaim disk space PostgreSQL" in text


def test_a_french_follow_up_gets_them_too() -> None:
    assert ask("Est-il actif par défaut ?", PARE_FEU).text == "Est-il actif par défaut ? (configurer pare-feu Debian)"


@pytest.mark.parametrize(
    ("question", "earlier"),
    [
        ("What is Debian?", DISK),
        ("Which version of Python added match statements?", DISK),
        ("Is it possible to run Django views asynchronously?", DISK),
        ("How do I ensure that a process dies?", DISK),
        ("How long does it take to fly from Paris to Rome?", DISK),
        ("Faut-il redémarrer Linux après une mise à jour ?", PARE_FEU),
        ("Quelle est la capitale de l'Australie ?", PARE_FEU),
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str, earlier: str) -> None:
    assert ask(question, earlier).text == question


def test_words_that_are_said_again_are_not_added() -> None:
    assert ask("And how much disk space does it free?", DISK).text.count("disk") == 1


def test_a_chain_of_follow_ups_leads_back_to_its_subject() -> None:
    assert "PostgreSQL" in ask("And why?", DISK, "Does it lock the table?").text


def test_a_follow_up_without_language_keeps_that_of_the_chat() -> None:
    assert ask("2019?", PARE_FEU).language == "fr"


def test_no_history_completes_nothing() -> None:
    assert ask("Does it lock the table?").text == "Does it lock the table?"


OATS = Turn(
    question="Which countries produce the most oats?", answer="Russia, Canada and Australia produce the most oats."
)


@pytest.mark.parametrize(
    ("question", "meant"),
    [("What about the second one?", "Canada"), ("And the last one?", "Australia"), ("Et la première ?", "Russia")],
)
def test_an_ordinal_means_a_name_of_the_list_in_the_answer(question: str, meant: str) -> None:
    assert f"({meant})" in restate(question, [OATS], QuestionOptions(), None).text


def test_a_pronoun_for_a_person_means_the_person_in_the_answer() -> None:
    turn = Turn(question="Who is the mayor of Belmar?", answer="Ada Morgan is the mayor of Belmar.")
    assert "Ada Morgan" in restate("How old is she?", [turn], QuestionOptions(), None).text


def test_a_year_takes_the_place_of_the_year_before() -> None:
    text = ask("And in 2024?", "How many people lived in Belmar in 2019?").text
    assert text.startswith("And in 2024?")
    assert "Belmar" in text
    assert "2019" not in text


@pytest.mark.parametrize(
    ("question", "language"), [("And in French?", "fr"), ("Et en anglais ?", "en"), ("Auf Deutsch bitte", "de")]
)
def test_a_wish_for_another_language_asks_the_same_again(question: str, language: str) -> None:
    assert ask(question, DISK) == SearchQuery(text=DISK, language=language)
