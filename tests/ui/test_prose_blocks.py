"""Sentences become paragraphs, lists and tables; a finished block never changes while later ones are written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from assistant.evidence import Sentence, Verdict
from tests.ui.markup import seen
from tests.ui.rich import long_sentences, rich_citations, rich_sentences
from tests.ui.scripted import finished
from ui.prose_blocks import PARAGRAPH, answer_blocks
from ui.turn_state import TurnState
from ui.wording import wording_for

WORDS = wording_for("en")
NOW = datetime.now(UTC)
TAG = re.compile(r"<[^>]+>")


def blocks_of(*sentences: Sentence) -> list[str]:
    citations = rich_citations(NOW)
    state = TurnState.of(replace(finished("How?", NOW), sentences=sentences, citations=citations))
    return answer_blocks(state, "t", WORDS)


def plain(text: str) -> Sentence:
    return Sentence(text=text, citations=(), verdict=Verdict.SUPPORTED)


def words_of(markup: str) -> str:
    return " ".join(TAG.sub(" ", markup).split())


def test_each_kind_of_sentence_is_a_block_of_its_own() -> None:
    prose, listing, table = blocks_of(*rich_sentences())
    assert "<p>" in prose
    assert listing.count("<li>") == 2
    assert "- One" not in listing
    assert table.count("<tr>") == 3


def test_a_table_has_its_heads_and_no_line_of_dashes() -> None:
    (table,) = blocks_of(plain("| Year | **Packages** |\n|---|:--|\n| 2020 | <b>21</b> |"))
    assert '<th scope="col">Year</th>' in table
    assert "<strong>Packages</strong>" in table
    assert "&lt;b&gt;21&lt;/b&gt;" in table
    assert "--" not in table


def test_numbered_items_make_a_numbered_list() -> None:
    (listing,) = blocks_of(plain("1. First."), plain("2. Second."))
    assert "<ol>" in listing
    assert words_of(listing) == "First. Second."


def test_a_sentence_with_a_bar_in_it_is_prose() -> None:
    (block,) = blocks_of(plain("Use a | b to choose."))
    assert "<table" not in block


def test_a_long_answer_comes_in_paragraphs() -> None:
    blocks = blocks_of(*long_sentences()[: 2 * PARAGRAPH + 1])
    assert [block.count("fn-sentence") for block in blocks] == [PARAGRAPH, PARAGRAPH, 1]


def test_only_the_last_block_changes_when_a_sentence_is_added() -> None:
    sentences = long_sentences()
    before, after = blocks_of(*sentences[:22]), blocks_of(*sentences[:23])
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


def test_a_computed_sentence_shows_its_formula_and_each_value_with_its_source() -> None:
    prose = blocks_of(*rich_sentences())[0]
    shown = words_of(prose)
    assert "Computed: 34 500 - 21 250 = 13 250 packages" in shown
    assert "packages 2020 21,250 packages [1]" in shown
    assert "1 Jan 2026" in shown


def test_an_answer_that_was_kept_names_its_language_too() -> None:
    (block,) = blocks_of(plain("Le paquet est installé par le système et les modules sont trouvés par leurs noms."))
    assert 'lang="fr"' in block


def test_a_block_holds_nothing_but_text_and_links() -> None:
    evil = '"><img src=//evil.test>|<script>'
    citations = tuple(replace(found, before=evil, after=evil, quote=evil) for found in rich_citations(NOW))
    said = tuple(replace(sentence, text=f"{sentence.text} {evil}") for sentence in rich_sentences())
    state = TurnState.of(replace(finished("How?", NOW), sentences=said, citations=citations))
    listing = seen("".join(answer_blocks(state, "t", WORDS)))
    assert not listing.tags & {"img", "script", "style", "iframe"}
    assert not {name for name in listing.names if name.startswith("on") or name == "src"}
