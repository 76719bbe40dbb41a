"""Ranking by words."""

from __future__ import annotations

import pytest

from assistant.evidence import Passage
from assistant.ranking import rank
from assistant.ranking.lexical import LexicalIndex


def passage(id_: str, text: str, title: str = "") -> Passage:
    return Passage(id=id_, url=f"https://a.test/{id_}", title=title, text=text, start=0)


ENGLISH = [
    passage("cat", "The cat sleeps on the mat all day long."),
    passage("disk", "Deleted rows keep their disk space until a vacuum reclaims it."),
    passage("dog", "A dog barks at the moon."),
]


def ids(passages: list[Passage]) -> list[str]:
    return [found.id for found in passages]


def test_the_passage_that_shares_the_stems_comes_first() -> None:
    assert ids(rank("How do I reclaim space after deleting rows?", ENGLISH))[0] == "disk"


def test_titles_are_searched_with_the_text() -> None:
    titled = [passage("a", "It was released in May."), passage("b", "It was released in May.", title="Zorblax")]
    assert ids(rank("When was Zorblax released?", titled)) == ["b", "a"]


def test_the_language_of_the_question_decides_on_stems() -> None:
    french = [passage("chat", "Le chat dort."), passage("eau", "Les chevaux boivent de l'eau.")]
    assert ids(rank("Que boit le cheval ?", french, language="fr"))[0] == "eau"


def test_passages_that_share_nothing_stay_last_in_their_order() -> None:
    assert ids(rank("dog", ENGLISH)) == ["dog", "cat", "disk"]


@pytest.mark.parametrize("question", ["", "?!", "zorblax", "the of and"])
def test_a_question_without_matching_words_changes_no_order(question: str) -> None:
    assert ids(rank(question, ENGLISH[:1] + ENGLISH[2:], language="fr")) == ["cat", "dog"]


def test_a_question_of_function_words_alone_is_taken_at_its_word() -> None:
    band = [passage("other", "A band from Leeds."), passage("who", "The Who: who are they?")]
    assert ids(rank("Who is The Who?", band, language="en"))[0] == "who"


def test_nothing_to_rank_is_an_empty_list() -> None:
    assert rank("anything", []) == []


def test_passages_without_any_word_can_be_ranked() -> None:
    assert ids(rank("dog", [passage("a", "..."), passage("b", "!!!")])) == ["a", "b"]


def test_scores_fall_from_first_to_last() -> None:
    scores = [found.score for found in rank("dog", ENGLISH)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1 > scores[-1] >= 0


def test_one_index_serves_many_questions() -> None:
    index = LexicalIndex(ENGLISH, "en")
    assert [index.order(question)[0] for question in ("dogs", "cats", "disks")] == [2, 0, 1]


def test_a_passage_in_the_language_of_the_question_comes_before_one_in_another() -> None:
    passages = [
        passage("en", "The firewall, in French pare-feu, is a set of rules that filter what comes through the wire."),
        passage("fr", "Un pare-feu est une passerelle qui applique des règles de filtrage aux paquets de passage."),
        *(passage(str(number), f"Le chapitre {number} traite des claviers de la maison.") for number in range(5)),
    ]
    assert LexicalIndex(passages, "fr").order("Qu'est-ce qu'un pare-feu ?")[:2] == [1, 0]


def test_a_passage_of_a_page_that_deals_with_the_question_comes_before_the_same_words_elsewhere() -> None:
    def on_page(page: str, *texts: str) -> list[Passage]:
        url = f"https://{page}.example/"
        return [Passage(id=f"{page}{n}", url=url, title="", text=text, start=0) for n, text in enumerate(texts)]

    elsewhere = on_page("lamps", "Vanes are oiled.", *["Lamps are cleaned daily with care."] * 8)
    about = on_page("vanes", "Vanes are oiled.", *["Vanes turn, and vanes are painted."] * 3)
    found = LexicalIndex([*elsewhere, *about], "en").order("When are vanes oiled?")
    assert found.index(len(elsewhere)) < found.index(0)


def test_a_compound_counts_as_a_word_of_its_own() -> None:
    apart = passage("apart", "Le feu passe par la porte, et le feu part par la cave.")
    whole = passage("whole", "Un pare-feu trie les paquets.")
    filler = [passage(str(number), "Les lampes sont propres.") for number in range(4)]
    assert LexicalIndex([apart, whole, *filler], "fr").order("À quoi sert un pare-feu ?")[0] == 1


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("la hauteur du viaduc", "On donne l'hauteur en mètres."),
        ("qui est ingénieur ?", "C'est le travail d\u2019ingénieur."),
        ("quelle école ?", "Il dit qu'école et gare ferment."),
        ("journal d\u2019aujourd\u2019hui", "Aujourd'hui, rien."),
    ],
)
def test_a_french_word_is_found_behind_its_elided_article(question: str, written: str) -> None:
    others = [passage("one", "Les trains partent le matin."), passage("two", "Le musée ferme le lundi.")]
    assert ids(rank(question, [*others, passage("it", written)], language="fr"))[0] == "it"
