from collections.abc import Callable

import pytest

from assistant.evidence import Passage, Verdict
from assistant.writing.attribution import Attributed, attribute

MakePassage = Callable[..., Passage]
QUESTION = "How do I reclaim disk space in PostgreSQL after deleting many rows?"


def check(sentence: str, *passages: Passage, question: str = QUESTION, language: str | None = "en") -> Attributed:
    return attribute(sentence, question, dict(enumerate(passages, start=1)), language)


def verdict(sentence: str, *passages: Passage, question: str = QUESTION, language: str | None = "en") -> Verdict:
    return check(sentence, *passages, question=question, language=language).sentence.verdict


def test_a_sentence_cites_the_shortest_span_that_carries_it(vacuum: Passage) -> None:
    found = check("VACUUM FULL writes a new copy of the table.", vacuum)
    assert found.sentence.verdict is Verdict.SUPPORTED
    assert found.sentence.citations == (1,)
    assert found.citations[0].quote.startswith("VACUUM FULL writes")
    assert found.citations[0].support == 1.0


def test_offsets_are_those_of_the_page(vacuum: Passage) -> None:
    (citation,) = check("VACUUM FULL writes a new copy of the table.", vacuum).citations
    page_text = " " * vacuum.start + vacuum.text
    assert page_text[citation.start : citation.end] == citation.quote
    assert citation.passage == vacuum.id


def test_the_models_own_choice_of_source_plays_no_part(vacuum: Passage, passage: MakePassage) -> None:
    other = passage("Gardens need water in summer.", url="https://garden.test/")
    assert check("VACUUM FULL writes a new copy of the table.", other, vacuum).sentence.citations == (2,)


@pytest.mark.parametrize(
    "sentence",
    [
        "VACUUM FULL needs an exclusive lock for 30 minutes on our server.",
        "VACUUM FULL by Oracle writes a new copy of the table.",
        "VACUUM FULL does not write a new copy of the table.",
        "Plain VACUUM returns the space to the operating system.",
        "Penguins live in the Antarctic.",
    ],
    ids=["number", "name", "denied", "affirmed", "elsewhere"],
)
def test_what_no_span_carries_stays_without_citation(sentence: str, vacuum: Passage) -> None:
    found = check(sentence, vacuum)
    assert found.sentence.verdict is Verdict.UNSUPPORTED
    assert found.sentence.citations == ()
    assert found.citations == ()


def test_a_sentence_that_adds_to_its_source_is_partly_supported(vacuum: Passage) -> None:
    found = check("Plain VACUUM marks space for later reuse quickly, safely, cheaply and reliably.", vacuum)
    assert found.sentence.verdict is Verdict.PARTLY
    assert found.sentence.citations == (1,)


def test_repeating_the_question_is_not_free(vacuum: Passage, passage: MakePassage) -> None:
    sentence = "You reclaim disk space in PostgreSQL after deleting many rows."
    assert verdict(sentence, passage("Cats sleep in the sun.")) is Verdict.UNSUPPORTED
    assert verdict(sentence, vacuum) is not Verdict.UNSUPPORTED


def test_a_name_alone_does_not_prove_who_did_what(passage: MakePassage) -> None:
    born = passage("Marlowe was born in Canterbury.")
    wrote = passage("Marlowe wrote Doctor Faustus.", url="https://plays.test/")
    question = "Who wrote the play Doctor Faustus?"
    assert verdict("Marlowe wrote the play Doctor Faustus.", born, question=question) is not Verdict.SUPPORTED
    assert verdict("Marlowe wrote Doctor Faustus.", wrote, question=question) is Verdict.SUPPORTED


def test_new_words_alone_do_not_carry_what_the_question_supposes(passage: MakePassage) -> None:
    question = "Who invented the first working steam engine?"
    sentence = "Marlowe invented the first working steam engine."
    assert verdict(sentence, passage("Marlowe was born in Canterbury."), question=question) is Verdict.UNSUPPORTED
    seen = passage("Marlowe saw a steam engine.")
    assert verdict(sentence, seen, question=question) is Verdict.PARTLY


def test_a_year_of_the_question_must_be_known_to_the_source(passage: MakePassage) -> None:
    source = passage("The city of Belmar has 5,200 inhabitants.")
    question = "How many inhabitants did Belmar have in 2019?"
    found = check("Belmar had 5,200 inhabitants in 2019.", source, question=question)
    assert found.sentence.verdict is Verdict.PARTLY


def test_numbers_compare_by_value(passage: MakePassage) -> None:
    source = passage("The bridge cost 1,250,000 dollars and has three lanes.")
    assert verdict("The bridge cost 1250000 dollars.", source, question="") is Verdict.SUPPORTED
    assert verdict("The bridge has 3 lanes.", source, question="") is Verdict.SUPPORTED


def test_two_sites_that_each_carry_all_are_both_cited(passage: MakePassage) -> None:
    one = passage("The bridge opened in 1987.", url="https://one.test/")
    two = passage("In 1987 the bridge opened.", url="https://two.test/")
    again = passage("The bridge opened in 1987.", url="https://one.test/other")
    assert check("The bridge opened in 1987.", one, again, two, question="").sentence.citations == (1, 3)


def test_two_passages_carry_two_claims_together(passage: MakePassage) -> None:
    one = passage("The footbridge crosses the canal beside the mill.", url="https://one.test/")
    two = passage("Engineers painted it green in 1987.", url="https://two.test/")
    sentence = "The footbridge crosses the canal beside the mill, and engineers painted it green in 1987."
    found = check(sentence, one, two, question="")
    assert found.sentence.verdict is Verdict.SUPPORTED
    assert found.sentence.citations == (1, 2)


def test_the_title_of_a_page_counts_for_names(passage: MakePassage) -> None:
    source = passage("It was finished in 1911 and is 42 metres tall.", title="Ostrava lighthouse")
    question = "How tall is the Ostrava lighthouse?"
    assert verdict("The Ostrava lighthouse is 42 metres tall.", source, question=question) is Verdict.SUPPORTED


def test_a_foreign_source_supports_partly_where_numbers_and_names_agree(passage: MakePassage) -> None:
    source = passage("The tower in Paris was built by Gustave Eiffel and it was opened to the public in 1889.")
    sentence = "Gustave Eiffel a fait bâtir puis inaugurer cet ouvrage devant une foule enthousiaste en {}."

    def foreign(year: int) -> Verdict:
        return verdict(sentence.format(year), source, question="Qui a construit la tour à Paris ?", language="fr")

    assert foreign(1889) is Verdict.PARTLY
    assert foreign(1890) is Verdict.UNSUPPORTED


def test_french_is_judged_in_french(passage: MakePassage) -> None:
    source = passage("Sous Debian, la commande « ufw enable » active le pare-feu au démarrage.")
    question = "Comment configurer un pare-feu sous Debian ?"
    sentence = "La commande ufw enable activera le pare-feu au démarrage."
    assert verdict(sentence, source, question=question, language="fr") is Verdict.SUPPORTED


def test_no_passages_support_nothing() -> None:
    assert verdict("The bridge opened in 1987.") is Verdict.UNSUPPORTED
