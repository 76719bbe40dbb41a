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


def test_detail_that_follows_an_answer_needs_a_page_that_speaks_of_the_matter_only(passage: MakePassage) -> None:
    question = "Does stricter gun control reduce violent crime?"
    detail = "States that have strong gun laws count 13 % fewer deaths."
    found = attribute(detail, question, {1: passage(detail)}, "en")
    assert not is_relevant(found, question, {1: passage(detail)}, "en")
    assert is_relevant(found, question, {1: passage(detail)}, "en", follows=True)


def test_even_after_an_answer_a_page_about_something_else_is_beside_the_question(passage: MakePassage) -> None:
    text = "Elephants of the old zoo eat hay."
    found = attribute(text, QUESTION, {1: passage(text)}, "en")
    assert not is_relevant(found, QUESTION, {1: passage(text)}, "en", follows=True)


def test_a_page_that_names_the_subject_speaks_of_it_in_every_sentence(passage: MakePassage) -> None:
    page = passage("Ostrava has a harbour. The keepers repaired the lamp in 1911.")
    assert relevant("The keepers repaired the lamp in 1911.", page)


def test_giving_back_the_question_is_no_answer_unless_a_source_says_so_too(passage: MakePassage) -> None:
    question = "Which federal personnel were sent to major airports this week?"
    echo = "Federal personnel were sent to major airports this week."
    partly = passage("There will be fewer flights at major airports this week, the federal office said.")
    whole = passage("Federal personnel were sent to major airports this week, the office said.")
    assert not relevant(echo, partly, question)
    assert relevant(echo, whole, question)
