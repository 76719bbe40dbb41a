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


def test_french_is_judged_in_french(passage: MakePassage) -> None:
    source = passage("Sous Debian, la commande « ufw enable » active le pare-feu au démarrage.")
    question = "Comment configurer un pare-feu sous Debian ?"
    sentence = "La commande ufw enable activera le pare-feu au démarrage."
    assert verdict(sentence, source, question=question, language="fr") is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The trail is 3 miles long.", "The trail is 3 km long."),
        ("Prices in Belmar rose by 12 points.", "Prices in Belmar rose by 12 %."),
        ("The bridge cost 5 billion dollars.", "The bridge cost 5 million dollars."),
        ("The bridge opened on 3 May 2026.", "The bridge opened on 4 May 2026."),
        ("The bridge opened on 3 May 2026.", "The bridge opened on 2026-03-05."),
        ("The firm has 12 employees and 30 offices.", "The firm has 30 employees and 12 offices."),
        ("Exports of Belmar fell in 2019.", "Exports of Belmar rose in 2019."),
        ("The mill closed before the war.", "The mill closed after the war."),
        ("The mill was the first in Belmar.", "The mill was the last in Belmar."),
        ("Less than 40 people live in Belmar.", "More than 40 people live in Belmar."),
        ("Alice founded the Acme company in 1990.", "Alice was born in Paris. Bob founded the Acme company in 1990."),
        ("The bridge was opened by Napoleon in 1805.", "Napoleon was born in 1769. The museum was opened in 1805."),
        (
            "Cummings was nominated by President Taft on July 11, 1966.",
            "Taft was a judge. Cummings was nominated by President Lyndon on July 11, 1966.",
        ),
    ],
    ids=[
        "unit",
        "points",
        "scale",
        "day",
        "month",
        "what is counted",
        "direction",
        "order",
        "first",
        "bound",
        "subject",
        "subject with an article",
        "name put in another's place",
    ],
)
def test_what_looks_alike_and_is_not_the_same_is_refused(sentence: str, source: str, passage: MakePassage) -> None:
    assert verdict(sentence, passage(source), question="") is Verdict.UNSUPPORTED


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The bridge cost 5 million dollars.", "The bridge cost $5,000,000."),
        ("The trail is 3 km long.", "The trail is 3,000 metres long."),
        ("The bridge opened on 3 May 2026.", "The bridge opened on 2026-05-03."),
        ("The bridge opened in May 2026.", "The bridge opened on May 3, 2026."),
        ("Exports of Belmar rose by 12 percent.", "Exports of Belmar increased and rose by 12%."),
        ("Acme was founded in 1990.", "Acme makes bolts. The company was founded in 1990."),
        ("Acme was founded in 1990.", "Acme makes bolts. Founded in 1990, Acme has three offices."),
    ],
    ids=["scale and symbol", "unit", "date", "part of a date", "percent", "the company", "itself"],
)
def test_what_is_written_otherwise_and_is_the_same_is_supported(
    sentence: str, source: str, passage: MakePassage
) -> None:
    assert verdict(sentence, passage(source), question="") is Verdict.SUPPORTED


def test_a_signature_states_nothing(passage: MakePassage) -> None:
    manual = passage("asyncio.gather(*aws, return_exceptions=False) -> returns task, cancelled=False")
    sentence = "asyncio.gather returns False when a task is cancelled."
    assert verdict(sentence, manual, question="What does asyncio.gather return?") is Verdict.UNSUPPORTED


def test_a_second_passage_that_carries_no_part_whole_is_not_cited(passage: MakePassage) -> None:
    one = passage("The footbridge crosses the canal beside the mill.", url="https://one.test/")
    two = passage("Engineers of the county painted barns.", url="https://two.test/")
    sentence = "The footbridge crosses the canal beside the mill, and engineers painted it green in summer."
    assert check(sentence, one, two, question="").sentence.citations == (1,)


def test_up_to_three_sites_that_each_carry_all_are_cited(passage: MakePassage) -> None:
    pages = [passage("The bridge opened in 1987.", url=f"https://s{number}.test/") for number in range(4)]
    assert check("The bridge opened in 1987.", *pages, question="").sentence.citations == (1, 2, 3)


@pytest.mark.parametrize(
    "sentence",
    [
        "The only bridge of Belmar crosses the canal.",
        "My bridge of Belmar crosses the canal.",
        "More than 12 bridges of Belmar cross the canal.",
        "Does the bridge of Belmar cross the canal?",
    ],
    ids=["only", "mine", "more than", "question"],
)
def test_what_goes_beyond_the_source_is_partly_supported_at_best(sentence: str, passage: MakePassage) -> None:
    source = passage("The 12 bridges of Belmar cross the canal. The bridge of Belmar crosses the canal.")
    assert verdict(sentence, source, question="") is Verdict.PARTLY


def test_a_name_of_the_question_must_stand_near_the_span(passage: MakePassage) -> None:
    question = "How many inhabitants has Belmar?"
    far = passage("Belmar is old. It rains. It snows. It blows. It thaws. The city of the north has 5,200 inhabitants.")
    near = passage("Belmar is old. The city has 5,200 inhabitants.")
    assert verdict("Belmar has 5,200 inhabitants.", far, question=question) is not Verdict.SUPPORTED
    assert verdict("Belmar has 5,200 inhabitants.", near, question=question) is Verdict.SUPPORTED


def test_no_passages_support_nothing() -> None:
    assert verdict("The bridge opened in 1987.") is Verdict.UNSUPPORTED
