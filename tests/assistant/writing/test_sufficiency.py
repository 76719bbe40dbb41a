from collections.abc import Callable

import pytest

from assistant.evidence import Passage
from assistant.writing.sufficiency import judge

MakePassage = Callable[..., Passage]
STARSHIP = "The airspeed of a starship in the novel is never given; the starship has no airspeed indicator."


def test_nothing_read_is_not_enough() -> None:
    assert judge("Why is the sky blue?", [], "en").reason == "no page could be found and read for this question"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the airspeed of the starship Zorblax?", "en"),
        ("Quelle est la vitesse du vaisseau Zorblax ?", "fr"),
        ("Wie schnell fliegt das Raumschiff Zorblax?", "de"),
    ],
)
def test_a_name_that_no_page_knows_is_named_in_the_reason(question: str, language: str, passage: MakePassage) -> None:
    french = "La vitesse du vaisseau est élevée."
    german = "Das Raumschiff fliegt schnell."
    found = judge(question, [passage(f"{STARSHIP} {french} {german}")], language)
    assert not found.enough
    assert "Zorblax" in found.reason


def test_pages_about_something_else_are_not_enough(passage: MakePassage) -> None:
    found = judge("How do I prune old apple trees in winter?", [passage(STARSHIP)], "en")
    assert not found.enough
    assert found.reason == "the pages that were read do not deal with this question"


def test_question_words_and_generic_verbs_do_not_count(passage: MakePassage) -> None:
    page = passage("What is the best way to use it, and how does it work? Many ways are known.")
    assert not judge("What is the best way to use a sextant?", [page], "en").enough


def test_a_question_about_what_a_page_says_is_enough(vacuum: Passage) -> None:
    question = "How do I reclaim disk space in PostgreSQL after deleting many rows?"
    assert judge(question, [vacuum], "en").enough


def test_inflected_words_and_accents_are_the_same(passage: MakePassage) -> None:
    page = passage("Le pare-feu de Debian se configure avec ufw.")
    assert judge("Comment configurer un pare-feu sous Debian ?", [page], "fr").enough
    assert judge("Comment configurer un pare-feu sous debian ?", [page], "fr").enough


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was Micheal Jakson born?", "Michael Jackson was born on 29 August 1958."),
        ("When was the UN founded?", "The United Nations was founded in 1945."),
        ("When was the World Health Organization founded?", "The WHO was founded in 1948."),
        ("Who is the French president?", "The president of France lives in the palace."),
        ("What is the price of homes in Austin, Texas?", "Homes in Austin have a median price of 500,000."),
        ("How do I vacuum a Postgres table?", "PostgreSQL: vacuum a table with VACUUM."),
        ("What Is The Capital Of The Freest Country?", "The capital of the freest country is small."),
        ("What is the final score AND who won?", "The final score was 2 to 1 and the home team won."),
    ],
    ids=["misspelt", "acronym", "spelt out", "demonym", "larger place", "short form", "title case", "emphasis"],
)
def test_a_name_may_stand_there_in_another_form(question: str, text: str, passage: MakePassage) -> None:
    assert judge(question, [passage(text)], "en").enough


def test_german_nouns_are_no_names_and_may_stand_in_compounds(passage: MakePassage) -> None:
    page = passage("Auf der Festplatte wird Speicherplatz frei, wenn man den Papierkorb leert.")
    assert judge("Wie schaffe ich Platz auf der Platte?", [page], "de").enough


def test_pages_in_another_language_need_not_share_words(passage: MakePassage) -> None:
    page = passage("The firewall of Debian is set up with the ufw command, which is installed with apt.")
    assert judge("Comment configurer un pare-feu sous Debian ?", [page], "fr").enough
    assert not judge("Comment configurer un pare-feu sous Zorblax ?", [page], "fr").enough
