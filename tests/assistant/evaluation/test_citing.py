"""Citation recall and precision, counted as ALCE defines them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.evaluation.answers import StoredAnswer, StoredCalculation, StoredCitation, StoredSentence
from assistant.evaluation.citing import count_citations, verbatim_words
from assistant.evaluation.items import Item, item_of, passages_of

HEIGHT = "The lighthouse of Ostrava Point is 42 metres tall."
YEAR = "Builders finished it in 1911."
OTHER = "Gulls nest upon the roof every spring."
Cited = Callable[..., StoredAnswer]


@pytest.fixture
def item() -> Item:
    texts = (HEIGHT, YEAR, OTHER)
    passages = [{"id": f"p{place}", "text": text} for place, text in enumerate(texts)]
    return item_of({"id": "i", "query": "What of the lighthouse?", "answers": ["42"], "passages": passages})


def answer(
    text: str, *quotes: str, dropped: tuple[str, ...] = (), numbers: tuple[int, ...] | None = None
) -> StoredAnswer:
    cited = tuple(
        StoredCitation(number=number, passage_id=f"p{number}", start=0, end=len(quote), quote=quote)
        for number, quote in enumerate(quotes, start=1)
    )
    told = numbers if numbers is not None else tuple(one.number for one in cited)
    said = StoredSentence(text=text, verdict="supported", citations=told)
    return StoredAnswer(id="i", answer=text, sentences=(said,), citations=cited, dropped=dropped)


def test_a_carried_sentence_counts_for_recall_and_its_citation_for_precision(item: Item) -> None:
    counts = count_citations(item, answer("The lighthouse is 42 metres tall.", HEIGHT))
    assert (counts.sentences, counts.supported, counts.citations, counts.relevant, counts.dangling) == (1, 1, 1, 1, 0)


def test_a_citation_without_which_the_others_carry_the_sentence_is_irrelevant(item: Item) -> None:
    counts = count_citations(item, answer("The lighthouse is 42 metres tall.", HEIGHT, OTHER))
    assert (counts.supported, counts.citations, counts.relevant) == (1, 2, 1)


def test_two_citations_that_only_carry_a_sentence_together_are_both_relevant(item: Item) -> None:
    both = "The lighthouse is 42 metres tall and builders finished it in 1911."
    counts = count_citations(item, answer(both, HEIGHT, YEAR))
    assert (counts.supported, counts.citations, counts.relevant) == (1, 2, 2)


def test_citations_of_a_sentence_that_they_do_not_carry_are_not_precise(item: Item) -> None:
    counts = count_citations(item, answer("The lighthouse is 43 metres tall.", HEIGHT))
    assert (counts.sentences, counts.supported, counts.citations, counts.relevant) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("text", "operands", "supported"),
    [
        ("The difference is 31 metres.", (42.0, 11.0), 1),
        ("The difference is 32 metres.", (42.0, 11.0), 0),
        ("The difference is 31 metres.", (43.0, 12.0), 0),
    ],
)
def test_a_computed_sentence_is_carried_by_its_operands_and_its_formula(
    item: Item, text: str, operands: tuple[float, ...], supported: int
) -> None:
    given = answer(text, HEIGHT, "The mill is 11 metres tall.")
    calculation = StoredCalculation(formula="42 m \u2212 11 m = 31 m", value=31.0, operands=operands)
    (said,) = given.sentences
    counts = count_citations(item, replace(given, sentences=(replace(said, calculation=calculation),)))
    assert (counts.supported, counts.relevant) == (supported, 2 * supported)


def test_a_dropped_sentence_is_counted_and_a_remark_is_not(item: Item) -> None:
    dropped = ("Whales swim past the lighthouse.", "Yes.")
    assert count_citations(item, answer(HEIGHT, HEIGHT, dropped=dropped)).dropped == 1


def test_a_sentence_that_the_model_did_not_write_so_is_counted(item: Item) -> None:
    said = answer(HEIGHT, HEIGHT)
    quoted = replace(said, sentences=(replace(said.sentences[0], instead=True),))
    assert (count_citations(item, said).instead, count_citations(item, quoted).instead) == (0, 1)


def test_what_only_the_passage_around_a_quotation_carries_is_counted_apart() -> None:
    text = f"{HEIGHT} It was painted white."
    page = item_of({"id": "i", "query": "What?", "passages": [{"id": "p0", "text": text}]})
    (passage,) = passages_of(page.pages)
    quote = "It was painted white."
    start = text.index(quote)
    cited = StoredCitation(number=1, passage_id=passage.id, start=start, end=len(text), quote=quote)
    said = StoredSentence(
        text="The lighthouse of Ostrava Point was painted white.", verdict="supported", citations=(1,)
    )
    counts = count_citations(page, StoredAnswer(id="i", answer=said.text, sentences=(said,), citations=(cited,)))
    assert (counts.supported, counts.relevant) == (0, 0)
    assert (counts.supported_by_passages, counts.relevant_passages) == (1, 1)


def test_a_number_without_a_citation_dangles(item: Item) -> None:
    counts = count_citations(item, answer(HEIGHT, HEIGHT, numbers=(1, 7)))
    assert counts.dangling == 1


def test_a_quotation_that_does_not_stand_in_its_page_dangles(item: Item) -> None:
    assert count_citations(item, answer(HEIGHT, HEIGHT.replace("42", "41"))).dangling == 1


def test_a_sentence_in_another_language_than_its_source_is_counted_apart(item: Item) -> None:
    french = "Le phare de la pointe d'Ostrava mesure 42 mètres de haut et il est très vieux."
    counts = count_citations(item, answer(french, "The lighthouse of the point of Ostrava is 42 metres tall and old."))
    assert (counts.sentences, counts.crossed, counts.crossed_alike) == (0, 1, 1)


def test_words_that_stand_in_a_page_in_the_same_run_are_copied() -> None:
    copied, spoken = verbatim_words(["The tower is forty metres tall today."], ["Its tower is forty metres tall."])
    assert (copied, spoken) == (5, 7)
