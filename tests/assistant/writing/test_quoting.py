from collections.abc import Callable

from assistant.evidence import Passage
from assistant.writing.quoting import LONGEST_QUOTE, best_quote

MakePassage = Callable[..., Passage]


def test_the_quote_is_verbatim_and_its_offsets_are_those_of_the_page(vacuum: Passage) -> None:
    quote = best_quote("What needs an exclusive lock in PostgreSQL?", 3, vacuum, "en")
    assert "VACUUM FULL writes" in quote.quote
    assert (" " * vacuum.start + vacuum.text)[quote.start : quote.end] == quote.quote
    assert (quote.number, quote.passage, quote.url) == (3, vacuum.id, vacuum.url)


def test_support_is_the_share_of_the_question_that_it_covers(passage: MakePassage) -> None:
    page = passage("Cats sleep in the warm sun all day long. Dogs bark.")
    assert best_quote("Do cats sleep?", 1, page, "en").support == 1.0
    assert best_quote("Do cats fly?", 1, page, "en").support == 0.5


def test_a_heading_that_repeats_the_question_is_not_the_answer(passage: MakePassage) -> None:
    page = passage("How do I prune an apple tree?\n\nCut the apple tree back in late winter, when no frost is due.")
    assert "late winter" in best_quote("How do I prune an apple tree?", 1, page, "en").quote


def test_a_heading_is_quoted_with_what_follows_it_and_not_with_what_stands_before(passage: MakePassage) -> None:
    page = passage(
        "You should not carry an open file across a fork into the child process.\n\n"
        "(7) How do I list all tables of an Ostrel file\n\n"
        'In the command line you can type ".tables" to get them all.\n\n'
        "(8) Are there limits"
    )
    quote = best_quote("How do I list all tables of an Ostrel file?", 1, page, "en").quote
    assert quote.startswith("(7)")
    assert ".tables" in quote


def test_a_value_under_its_label_is_quoted_with_it(passage: MakePassage) -> None:
    page = passage("The tower is seen from far away.\n\nHeight of the tower\n\n324 metres")
    assert best_quote("What is the height of the tower?", 1, page, "en").quote == "Height of the tower\n\n324 metres"


def test_a_value_is_preferred_where_one_is_asked_for(passage: MakePassage) -> None:
    page = passage("The tower is the tallest building in the whole city. The tower has a height of 324 metres today.")
    assert "324" in best_quote("How tall is the tower in the city?", 1, page, "en").quote


def test_an_endless_sentence_is_cut_between_words(passage: MakePassage) -> None:
    page = passage("word " * 500)
    quote = best_quote("Which word?", 1, page, "en").quote
    assert len(quote) <= LONGEST_QUOTE
    assert quote.endswith("word")


def test_a_passage_without_any_match_still_gives_a_quote(passage: MakePassage) -> None:
    quote = best_quote("Why is the sky blue?", 1, passage("Cats sleep."), "en")
    assert quote.quote == "Cats sleep."
    assert quote.support == 0.0
