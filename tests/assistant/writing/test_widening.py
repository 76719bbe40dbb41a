"""A quotation names what its sentence speaks of, where the page does so nearby."""

from collections.abc import Callable

from assistant.evidence import Passage, Verdict
from assistant.writing.attribution import attribute

MakePassage = Callable[..., Passage]
TOWN = (
    "Belmar is a town in Ostrava County. It has a mill. It has a weir. It has a lock. "
    "The population was 2,097 at the last count."
)
ASKED = "What is the population of Belmar, Ostrava?"
CLAIM = "The population of Belmar, Ostrava is 2,097."


def quote_of(sentence: str, page: Passage, question: str) -> str:
    (citation,) = attribute(sentence, question, {1: page}, "en").citations
    assert citation.quote == page.text[citation.start - page.start : citation.end - page.start]
    return citation.quote


def test_a_quotation_reaches_back_to_the_sentence_that_names_its_subject(passage: MakePassage) -> None:
    assert quote_of(CLAIM, passage(f"Welcome. {TOWN} Trains stop there.", start=30), ASKED) == TOWN


def test_a_quotation_that_says_all_by_itself_stays_short(passage: MakePassage) -> None:
    short = "The population of Belmar was 2,097 at the last count."
    assert quote_of("The population of Belmar is 2,097.", passage(f"Ostrava has towns. {short}"), ASKED) == short


def test_a_quotation_does_not_grow_by_sentences_that_add_nothing(passage: MakePassage) -> None:
    last = "The population was 2,097 at the last count."
    page = passage(f"Gulls nest upon roofs. Whales swim past. {last}", title="Belmar, Ostrava")
    assert quote_of(CLAIM, page, ASKED) == last


def test_a_subject_that_is_named_far_before_is_not_quoted_with_all_between(passage: MakePassage) -> None:
    between = " ".join(f"Street {place} has old houses, a bakery, a school and a quiet garden." for place in range(12))
    last = "The population was 2,097 at the last count."
    page = passage(f"Belmar is a town in Ostrava County. {between} {last}", title="Belmar, Ostrava")
    assert quote_of(CLAIM, page, ASKED) == last


def test_what_the_question_said_and_no_quotation_says_is_carried_in_part_only(passage: MakePassage) -> None:
    page = passage("The federal judiciary comprises 13 circuit courts. Judicial posts are held for life.")
    question = "How many federal judicial vacancies currently exist in the circuit courts?"
    claim = "There are currently 13 federal judicial vacancies in the circuit courts."
    assert attribute(claim, question, {1: page}, "en").sentence.verdict is Verdict.PARTLY
