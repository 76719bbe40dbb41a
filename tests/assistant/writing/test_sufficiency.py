from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.evidence import Passage
from assistant.writing.sufficiency import judge

MakePassage = Callable[..., Passage]
ASKED = datetime(2026, 11, 25, tzinfo=UTC)
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
    page = {
        "en": "The starship in the novel is fast.",
        "fr": "Le vaisseau du roman est rapide.",
        "de": "Das Raumschiff im Roman ist schnell.",
    }
    found = judge(question, [passage(page[language])], language)
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


@pytest.mark.parametrize(
    ("question", "text", "reason"),
    [
        (
            "What were the results of the 2024 election in Belmar?",
            "The mayor of Belmar was chosen in 2016.",
            "no page that was read speaks of 2024",
        ),
        (
            "What is the current population of Belmar?",
            "In 2009 the town of Belmar was small.",
            "the newest page that was read speaks of 2009, and the question is about now",
        ),
        (
            "How many grams of sugar are in Belmar granola bars?",
            "Belmar granola bars are made with honey and oats.",
            "the pages that were read do not give the figure that was asked for",
        ),
    ],
    ids=["year", "age", "figure"],
)
def test_the_reason_says_what_is_missing(question: str, text: str, reason: str, passage: MakePassage) -> None:
    found = judge(question, [passage(text)], "en", asked_at=ASKED)
    assert (found.enough, found.reason) == (False, reason)


def test_a_recent_page_is_enough_for_a_question_about_now(passage: MakePassage) -> None:
    page = passage("The current population of the town of Belmar is 3,559 (2026).")
    assert judge("What is the current population of Belmar?", [page], "en", asked_at=ASKED).enough


def test_likeness_of_meaning_speaks_for_a_page_with_other_words_and_its_lack_against_it(passage: MakePassage) -> None:
    page = passage("Prices of dwellings in the town went up by a tenth.")
    question = "Have house costs in the town risen much?"
    assert judge(question, [replace(page, nearness=0.92)], "en", asked_at=ASKED).enough
    assert not judge(question, [replace(page, nearness=0.74)], "en", asked_at=ASKED).enough


def test_pages_that_never_speak_of_the_thing_asked_about_are_not_enough(passage: MakePassage) -> None:
    pages = [
        passage(
            "La commande dpkg -V vérifie tous les paquets installés, et affiche une ligne pour chaque fichier qui "
            "échoue au test d'intégrité. Elle compare les sommes que contient la base de données des paquets.",
            title="14.3. Supervision : prévention, détection, dissuasion",
        ),
        passage(
            "Ce programme vérifie l'intégrité des supports d'installation avant que la base du système soit installée.",
            title="6.2. Introduction aux composants",
        ),
    ]
    found = judge("Quelle commande SQLite vérifie l'intégrité d'une base ?", pages, "fr")
    assert (found.enough, found.reason) == (False, "no page that was read says anything about “SQLite”")
    assert judge("Quelle commande vérifie l'intégrité des paquets installés ?", pages, "fr").enough


def test_a_name_that_is_translated_need_not_stand_on_a_near_page_in_another_language(passage: MakePassage) -> None:
    page = passage("Warsaw had 686,000 inhabitants in the census, of whom a little more than half were Catholics.")
    question = "¿Cuántos habitantes tenía Varsovia en el censo?"
    assert judge(question, [replace(page, nearness=0.85)], "es").enough
    assert not judge(question, [replace(page, nearness=0.74)], "es").enough


def test_a_near_page_in_another_language_is_enough_beside_pages_that_are_not(passage: MakePassage) -> None:
    beside = passage("El jardín se riega por la mañana, y las rosas se podan en invierno con tijeras limpias.")
    page = passage("Warsaw had 686,000 inhabitants in the census, of whom a little more than half were Catholics.")
    question = "¿Cuántos habitantes tenía Varsovia en el censo?"
    assert not judge(question, [replace(beside, nearness=0.74)], "es").enough
    assert judge(question, [replace(beside, nearness=0.74), replace(page, nearness=0.85)], "es").enough
    assert not judge(question, [replace(beside, nearness=0.74), replace(page, nearness=0.74)], "es").enough


def test_what_pages_beside_the_thing_say_is_no_answer_about_it(passage: MakePassage) -> None:
    pages = [
        passage("The page shows dates by means of JavaScript, which can be turned off.", title="Web pages of the shop"),
        passage("To sort an array in place, call sort; the array itself is changed.", title="The Ostrel language"),
    ]
    assert not judge("How does JavaScript sort an array in place?", pages, "en").enough
    pages[0] = passage("JavaScript sorts an array in place by the method sort.", title="Arrays")
    assert judge("How does JavaScript sort an array in place?", pages, "en").enough
