"""Where sentences end, and where they do not."""

from __future__ import annotations

import random

import pytest

from assistant.language import sentence_spans
from assistant.language.sentences import block_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith saw Mrs. Jones.",
        "See postgresql.conf, e.g. the section on memory, i.e. this one.",
        "He met J. R. R. Tolkien and George W. Bush.",
        "It costs 3.14 dollars, as of version 3.11.2 of it.",
        "No. 5 is shown in Fig. 3 on p. 12.",
        "The U.S. Army moved to Washington, D.C. in May.",
        "M. Dupont habite p. ex. Paris, av. J.-C. déjà.",
        "Am 3. Mai 2020 kam z. B. Herr Meier bzw. Frau Schulz.",
        'The case "Really?" she said is closed.',
        "Yahoo! said so.",
        "Smith et al. (2020) found it.",
        "« Bonjour ! » dit-il.",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("The answer is no. The end.", ["The answer is no.", "The end."]),
        ("It was vitamin C. The end.", ["It was vitamin C.", "The end."]),
        ("He works at Apple Inc. The firm is big.", ["He works at Apple Inc.", "The firm is big."]),
        ("It is so.[1] Next one.", ["It is so.[1]", "Next one."]),
        ('"It is so." Next one.', ['"It is so."', "Next one."]),
        ("In 2020. 30 people came.", ["In 2020.", "30 people came."]),
        ("Wait... Then go.", ["Wait...", "Then go."]),
        ("これは文です。次の文です！終わり", ["これは文です。", "次の文です！", "終わり"]),  # noqa: RUF001
        ("यह वाक्य है। दूसरा वाक्य।", ["यह वाक्य है।", "दूसरा वाक्य।"]),
        ("A heading\nText of it. More\n\nTail", ["A heading", "Text of it.", "More", "Tail"]),
        ("- one\n- two. Three\n1. First\n2. Second", ["- one", "- two.", "Three", "1. First", "2. Second"]),
        ("1. Do this. Then that.", ["1. Do this.", "Then that."]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


WRAPPED = """\
This paragraph was wrapped by hand at about seventy columns, as people do
in plain text files and in Markdown, and its sentences go on from line to
line. PostgreSQL keeps dead rows until VACUUM
"""


def test_wrapped_lines_are_joined() -> None:
    assert len(sentences(WRAPPED)) == 2


def test_wrapped_list_items_stay_apart() -> None:
    text = (
        "- the first item of this list is long enough to be wrapped by hand and\n"
        "  goes on in lower case on the line that follows it, until it is done\n"
        "- the second item of it"
    )
    assert [text[start:end][:12] for start, end in block_spans(text)] == ["- the first ", "- the second"]


def test_lines_that_could_have_been_longer_are_not_joined() -> None:
    text = "A line that is long enough to be taken for wrapped prose by its width\nshort\nand shorter lines of verse"
    assert len(sentences(text)) == 3


PARTS = ["Dr.", "e.g.", "word", "Word", "3.", "3.14", "!", "?!", "...", ".", "«", "»", '"', ")", "\n", "\n\n", "\r\n",
         " ", "\u00a0", "\t", "\u2028", "。", "」", "- ", "1. ", "A.", "[1]", "é", "日本", "😀", "\x00"]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_spans_are_in_order_trimmed_and_lose_nothing_but_white_space(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable texts, no secrets
    text = "".join(chance.choice(PARTS) + chance.choice(["", " "]) for _ in range(chance.randrange(200)))
    position = 0
    for start, end in sentence_spans(text):
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert not text[position:].strip()


def test_long_hostile_text_takes_no_time() -> None:
    for text in ("." * 300_000 + "a", ". )" * 60_000, "A. " * 60_000, "a. " * 60_000, '."' * 100_000, "\n" * 300_000):
        sentence_spans(text)
