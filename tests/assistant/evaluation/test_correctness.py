"""Right, wrong, and neither."""

import pytest

from assistant.evaluation.answers import Side, StoredAnswer, StoredSentence
from assistant.evaluation.correctness import correctness_of, says
from assistant.evaluation.items import Item, item_of


@pytest.fixture
def item() -> Item:
    row = {"id": "i", "query": "How many?", "answers": ["3,559 people", "two"], "wrong_answers": ["10,000"]}
    return item_of({**row, "passages": []})


def told(*texts: str, verdict: str = "supported", abstained: bool = False, shown: str = "") -> StoredAnswer:
    said = tuple(StoredSentence(text=text, verdict=verdict, citations=()) for text in texts)
    sides = ((Side(value=shown, citations=(1,)), Side(value="another", citations=(2,))),) if shown else ()
    return StoredAnswer(id="i", answer=" ".join(texts), sentences=said, abstained=abstained, disagreements=sides)


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("They met the Café Owner.", "cafe owner"),
        ("There are 3\u202f559 people.", "3,559 people"),
        ("An end.", "the end"),
    ],
)
def test_case_accents_articles_and_grouping_do_not_matter(text: str, gold: str) -> None:
    assert says(text, gold)


def test_a_part_of_a_word_is_no_answer() -> None:
    assert not says("There are twofold reasons.", "two")


def test_one_right_answer_is_right_and_all_are_strictly_right(item: Item) -> None:
    one = correctness_of(item, told("There are 3,559 people."))
    both = correctness_of(item, told("There are 3,559 people.", "Or two."))
    assert (one.is_right, one.is_strictly_right, one.truthfulness) == (True, False, 1)
    assert both.is_strictly_right


def test_a_wrong_answer_beside_the_right_ones_is_not_strict(item: Item) -> None:
    found = correctness_of(item, told("There are 3,559 people.", "Or two.", "Or 10,000."))
    assert (found.is_strictly_right, found.is_right, found.is_wrong, found.truthfulness) == (False, True, True, 0)


def test_a_wrong_answer_shown_as_one_side_of_a_conflict_is_no_wrong_answer(item: Item) -> None:
    found = correctness_of(item, told("There are 3,559 people.", "Or two.", shown="10,000"))
    assert found.is_strictly_right


def test_what_the_product_does_not_vouch_for_is_not_strict(item: Item) -> None:
    assert not correctness_of(item, told("There are 3,559 people.", "Or two.", verdict="partly")).is_strictly_right


def test_abstaining_is_neither_right_nor_wrong(item: Item) -> None:
    found = correctness_of(item, told(abstained=True))
    assert (found.is_right, found.is_wrong, found.truthfulness) == (False, False, 0)


def test_an_answer_without_a_right_one_is_wrong(item: Item) -> None:
    assert correctness_of(item, told("Nobody knows.")).truthfulness == -1
