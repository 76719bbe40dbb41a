from collections.abc import Callable

from assistant.evidence import Passage
from assistant.writing.attribution import attribute
from assistant.writing.relevance import is_relevant

MakePassage = Callable[..., Passage]
QUESTION = "How tall is the Ostrava lighthouse?"


def relevant(sentence: str, page: Passage, question: str = QUESTION) -> bool:
    found = attribute(sentence, question, {1: page}, "en")
    assert found.citations
    return is_relevant(found, question, {1: page}, "en")


def test_a_true_sentence_about_something_else_is_beside_the_question(passage: MakePassage) -> None:
    assert not relevant("Elephants of the old zoo eat hay.", passage("Elephants of the old zoo eat hay."))


def test_a_sentence_with_the_questions_subject_is_kept(passage: MakePassage) -> None:
    page = passage("The lamp of Ostrava was lit in 1911.")
    assert relevant("The lamp of Ostrava was lit in 1911.", page)


def test_the_title_of_the_page_tells_what_it_speaks_of(passage: MakePassage) -> None:
    page = passage("It was finished in 1911 and is 42 metres high.", title="Ostrava lighthouse")
    assert relevant("It was finished in 1911.", page)


def test_a_short_answer_is_relevant_by_its_quotation(passage: MakePassage) -> None:
    page = passage("The capital of Freedonia is Belmar.")
    assert relevant("Belmar is the capital.", page, "What is the capital of Freedonia?")
