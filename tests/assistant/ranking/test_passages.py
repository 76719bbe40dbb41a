"""Pages are cut into passages that can be quoted."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from assistant.evidence import Page
from assistant.language import sentence_spans
from assistant.ranking.passages import MOST_PASSAGES, MOST_WORDS, split


def page(text: str, url: str = "https://a.test/page") -> Page:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Page(url=url, final_url=url, title="A title", text=text, published=now, fetched_at=now)


def sentence(number: int, words: int = 10) -> str:
    return f"Sentence {number} " + "word " * (words - 3) + "end."


def test_short_pages_are_one_passage_that_carries_what_the_page_knows() -> None:
    (passage,) = split(page("  Just this. And that.\n"))
    assert (passage.text, passage.start, passage.end) == ("Just this. And that.", 2, 22)
    assert (passage.url, passage.title, passage.published) == ("https://a.test/page", "A title", page("").published)


def test_an_empty_page_has_no_passage() -> None:
    assert split(page(" \n\n ")) == ()


def test_long_prose_is_cut_between_sentences_into_passages_of_like_size() -> None:
    passages = split(page(" ".join(sentence(number) for number in range(40))))
    assert len(passages) >= 4
    assert all(passage.text.startswith("Sentence") and passage.text.endswith("end.") for passage in passages)
    assert all(60 <= len(passage.text.split()) <= MOST_WORDS for passage in passages[:-1])


def test_a_full_passage_ends_with_its_block() -> None:
    blocks = [" ".join(sentence(number) for number in range(start, start + 7)) for start in (0, 7, 14)]
    assert [passage.text for passage in split(page("\n\n".join(blocks)))] == blocks


def test_a_heading_begins_a_passage() -> None:
    first, second = " ".join(sentence(n) for n in range(3)), " ".join(sentence(n) for n in range(3, 6))
    texts = [passage.text for passage in split(page(f"Intro\n\n{first}\n\nHow to do it?\n\n{second}"))]
    assert texts == [f"Intro\n\n{first}", f"How to do it?\n\n{second}"]


def test_a_heading_stays_with_its_text_when_the_passage_before_is_full() -> None:
    before = " ".join(sentence(number) for number in range(11))
    texts = [passage.text for passage in split(page(f"{before}\nA heading\n{sentence(12)} {sentence(13)}"))]
    assert texts[1].startswith("A heading\nSentence 12")


def test_a_heading_is_carried_over_to_the_text_it_is_for() -> None:
    texts = [passage.text for passage in split(page(f"{sentence(1, 22)}\nA short heading\n{sentence(2, 110)}"))]
    assert [text.split("\n")[0][:10] for text in texts] == ["Sentence 1", "A short he"]


def test_list_items_are_no_headings() -> None:
    text = "Take these:\n\n- one thing\n- another thing\n- a third thing that is\n" + sentence(1)
    assert len(split(page(text))) == 1


def test_an_endless_sentence_is_cut_between_words() -> None:
    passages = split(page("word " * 500))  # the four full ones are alike
    assert {len(passage.text.split()) for passage in passages} == {120, 20}


def test_text_without_spaces_is_cut_all_the_same() -> None:
    assert max(len(passage.text) for passage in split(page("".join(map(str, range(20_000)))))) < 4_000
    assert max(len(passage.text) for passage in split(page("日本" * 2_000))) <= 2 * MOST_WORDS


def test_a_repeated_passage_is_kept_once() -> None:
    block = " ".join(sentence(number) for number in range(7))
    assert len(split(page(f"{block}\n\n{block}"))) == 1


def test_an_overlong_page_is_cut_off() -> None:
    assert len(split(page("\n".join(sentence(number, 70) for number in range(MOST_PASSAGES + 50))))) == MOST_PASSAGES


def test_ids_follow_from_address_and_text_alone() -> None:
    assert split(page("Some text."))[0].id == split(page("  Some text."))[0].id
    assert split(page("Some text."))[0].id != split(page("Some text!"))[0].id
    assert split(page("Some text."))[0].id != split(page("Some text.", url="https://b.test/"))[0].id


PARTS = ["word", "Word", "Dr.", "end.", "!", "?", "\n", "\n\n", "\r\n", "# ", "- ", "1. ", "日本。", "é\u0301",
         "\u00a0", "😀", "|", "x" * 50, "A heading", "\x00", "\ud800", "3.14", "\t"]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_passages_are_exact_ordered_disjoint_and_whole_sentences_of_the_page(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secrets
    text = "".join(chance.choice(PARTS) + chance.choice(["", " "]) for _ in range(chance.randrange(3_000)))
    passages = split(page(text))
    assert all(text[passage.start : passage.start + len(passage.text)] == passage.text for passage in passages)
    assert all(passage.text == passage.text.strip() != "" for passage in passages)
    assert all(first.end <= second.start for first, second in pairwise(passages))
    assert len({passage.id for passage in passages}) == len(passages)
    whole = {start for start, _ in sentence_spans(text)}
    long = {start for start, end in sentence_spans(text) if end - start > MOST_WORDS}
    assert all(passage.start in whole or long for passage in passages)


def test_a_passage_knows_the_headings_it_stands_under() -> None:
    prose = [" ".join(sentence(number) for number in range(start, start + 8)) for start in (0, 8, 16)]
    text = f"1.1 Install\n\n{prose[0]}\n\n1.1.1 Linux\n\n{prose[1]}\n\n1.2 Use\n\n{prose[2]}"
    found = [passage.heading for passage in split(page(text))]
    assert found == ["1.1 Install", "1.1 Install › 1.1.1 Linux", "1.2 Use"]  # noqa: RUF001 - the sign of a path


def test_every_passage_of_a_long_part_knows_its_heading() -> None:
    found = split(page("Intro\n\n" + " ".join(sentence(number) for number in range(30))))
    assert len(found) > 1
    assert {passage.heading for passage in found} == {"Intro"}


def test_text_before_any_heading_stands_under_none() -> None:
    assert split(page(sentence(1)))[0].heading == ""


def test_a_list_stays_whole_and_with_the_line_that_announces_it() -> None:
    before = " ".join(sentence(number) for number in range(7))
    items = "\n".join(f"Item {number} of the list has words" for number in range(12))
    texts = [passage.text for passage in split(page(f"{before}\n\nThese are the parts:\n\n{items}\n\n{before}!"))]
    assert f"These are the parts:\n\n{items}" in texts


def test_rows_of_a_table_stay_together() -> None:
    rows = "\n".join(f"Town {number} | inhabitants: {number}000 | area: {number}" for number in range(14))
    texts = [passage.text for passage in split(page(f"{rows}\n\n{sentence(1, 70)}"))]
    assert texts[0] == rows


def test_code_stays_together_across_its_blank_lines() -> None:
    code = "def first(x):\n" + "\n\n".join(f"    call number {number} with x" for number in range(16))
    texts = [passage.text for passage in split(page(f"{code}\n\n{sentence(1, 70)}"))]
    assert texts[0] == code


def test_a_passage_carries_the_rank_of_its_page() -> None:
    assert split(page("Some text."), source_rank=3)[0].source_rank == 3


@pytest.mark.parametrize("fence", ["```", "~~~"])
@pytest.mark.parametrize("words_before", range(20, 260, 20))
def test_a_fenced_block_of_markdown_stays_together_with_its_fences(fence: str, words_before: int) -> None:
    before = "\n\n".join(sentence(number) for number in range(words_before // 10))
    lines = "\n\n\n".join(f"# Comment {n}\n\ndef call_{n}():\n    return {n} * 2" for n in range(5))
    code = f"{fence}python\n{lines}\n{fence}"
    text = f"{before}\n\n{code}\n\n{sentence(9, 30)}"
    assert any(code in passage.text for passage in split(page(text)))
