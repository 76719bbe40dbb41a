"""Files that a reader takes along: complete, and harmless whatever a page says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer_json import decode_answer
from assistant.evidence import (
    Answer,
    Calculation,
    Disagreement,
    DisputedValue,
    Operand,
    Point,
    Series,
    Verdict,
)
from tests.ui.rich import rich
from tests.ui.scripted import finished
from ui.exporting import as_html, as_json, as_markdown, as_plain, file_name
from ui.markdown_answer import prose
from ui.rendering import inline
from ui.wording import wording_for

NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORDS = wording_for("en")
ANSWER = finished("How do I add a retriever?", NOW)
NASTY = '<script>alert(1)</script><img src="http://x.test/a">![i](http://x.test/b)[l](javascript:c)`'


def attacked() -> Answer:
    cited = replace(ANSWER.citations[0], title=NASTY, quote=NASTY, url="javascript:alert(1)")
    said = replace(ANSWER.sentences[0], text=NASTY)
    return replace(ANSWER, question=NASTY, sentences=(said,), citations=(cited,), gaps=(NASTY,), warnings=(NASTY,))


def test_plain_text_has_every_sentence_with_its_numbers() -> None:
    said = as_plain(ANSWER, WORDS)
    assert "at most 40 lines. [1]" in said
    assert "[1] [2] Most people" in said


def test_plain_text_without_an_answer_says_why_in_the_readers_language() -> None:
    withheld = replace(ANSWER, sentences=(), reason="the sources do not answer it")
    assert as_plain(withheld, WORDS) == "the sources do not answer it"
    assert as_plain(withheld, wording_for("fr")) == "les sources n\u2019y répondent pas"


def test_plain_text_has_no_signs_of_markdown() -> None:
    said = replace(ANSWER.sentences[0], text="Run `a_b` **now**, 2 * 3.")
    assert as_plain(replace(ANSWER, sentences=(said,)), WORDS) == "Run a_b now, 2 * 3. [1]"


def test_markdown_names_each_source_with_its_quotation_and_marks_what_nothing_supports() -> None:
    written = as_markdown([ANSWER], WORDS)
    assert "1. Add a retriever" in written
    assert "2. [Entry points specification](<https://packaging.test/" in written
    assert "*(unsupported)*" in written


def test_markdown_can_be_read_without_being_rendered() -> None:
    written = as_markdown([ANSWER], WORDS)
    assert "## How do I add a retriever?" in written
    assert "at most 40 lines. [1] Announce" in written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("see http://x.test/a or www.x.test", "see http\\://x.test/a or www\\.x.test"),
        ("# no head", "\\# no head"),
        ("+ no list", "\\+ no list"),
        ("- - one list", "- \\- one list"),
        ("12. # no head", "1. \\# no head"),
        ("2_a *b* a|b c` d", "2\\_a \\*b\\* a\\|b c\\` d"),
    ],
)
def test_what_markdown_could_take_for_more_than_text_is_escaped(said: str, written: str) -> None:
    answer = replace(ANSWER, sentences=(replace(ANSWER.sentences[0], text=said),))
    assert f"\n{written} [1]" in as_markdown([answer], WORDS)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("run `a | b > c_d` now", "run `a | b > c_d` now"),
        ("`# x`", "`# x`"),
        ("`\\`<b>", "`\\`\\<b\\>"),
        ("`a``b`", "`a` `b`"),
        ("` `` ` a", "a"),
        ("``a`", "\\``a`"),
        ("**Yes** and **- no**", "**Yes** and \\*\\*- no\\*\\*"),
        ("**a****b**", "**a** **b**"),
        ("- `x` - `y`", "- `x` - `y`"),
    ],
)
def test_what_the_page_shows_as_code_or_as_strong_is_so_in_markdown(said: str, written: str) -> None:
    answer = replace(ANSWER, sentences=(replace(ANSWER.sentences[0], text=said),))
    assert f"\n{written} [1]" in as_markdown([answer], WORDS)


PIECES = [
    "`",
    "``",
    "**",
    "*",
    "_",
    "\\",
    "<b>",
    "[l](x:y)",
    "|",
    "a",
    "ü",
    " ",
    "\n",
    "# ",
    "1. ",
    "$",
    "http://x.test",
    "~~",
]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
def test_a_reader_of_markdown_sees_the_code_and_the_words_that_the_page_shows(said: str) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(prose(said))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    children = (tokens[1].children or []) if tokens else []
    assert {child.type for child in children} <= {"text", "code_inline", "strong_open", "strong_close"}
    codes = [" ".join(piece.split()) for tag, piece in inline(said) if tag == "code" and piece.strip()]
    assert [child.content for child in children if child.type == "code_inline"] == codes
    seen, meant = "".join(child.content for child in children), "".join(piece for _, piece in inline(said))
    assert "".join(seen.replace("*", "").split()) == "".join(meant.replace("*", "").split())


def test_code_stays_code_in_html_and_in_the_cells_of_a_table() -> None:
    said = replace(ANSWER.sentences[0], text="| `a<b` | c |")
    answer = replace(ANSWER, sentences=(said, replace(ANSWER.sentences[0], text="Run `a<b`.")))
    page, written = as_html([answer], "title", WORDS), as_markdown([answer], WORDS)
    assert "<td><code>a&lt;b</code></td>" in page
    assert "Run <code>a&lt;b</code>." in page
    assert "| `a<b` | c [1] |" in written
    assert "Run `a<b`. [1]" in written


def test_a_quotation_in_the_answer_is_one_in_markdown() -> None:
    quoted = replace(ANSWER.sentences[0], text=ANSWER.citations[0].quote)
    assert f"\n\n> {ANSWER.citations[0].quote} [1]\n\n" in as_markdown([replace(ANSWER, sentences=(quoted,))], WORDS)


def test_html_links_its_sources_and_allows_nothing_to_load() -> None:
    page = as_html([ANSWER], ANSWER.question, WORDS)
    assert "default-src 'none'" in page
    assert 'href="https://packaging.test/' in page
    assert "Entry points are a mechanism" in page


def test_a_hostile_page_stays_text_in_html() -> None:
    page = as_html([attacked()], NASTY, WORDS)
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_hostile_page_stays_text_in_markdown() -> None:
    written = as_markdown([attacked()], WORDS)
    assert "<script" not in written.replace("\\<script", "")
    assert "![i](" not in written
    assert "](<javascript" not in written


def richest() -> Answer:
    """Give an answer with a list, a table, a calculation, a series and a disagreement."""
    return list(rich("How many packages are there?"))[-1].answer  # type: ignore[attr-defined]


def test_markdown_has_tables_and_calculations_with_their_operands_and_citations() -> None:
    written = as_markdown([richest()], WORDS)
    assert "\n\n| Year | Packages |\n| --- | --- |\n| 2020 | 21 250 |\n| 2026 | 34 500 [1] |\n\n" in written
    assert (
        "\n\n**Computed:** 34 500 - 21 250 = 13 250 packages\n\n| Value | As stated | Date |\n| --- | --- | --- |\n"
        in written
    )
    assert "\n| packages 2020 | 21,250 packages [1] | 2020-01-01 |\n| packages 2026 | 34,500 packages [2] |" in written


def test_markdown_has_lists_sides_and_every_value_of_a_series() -> None:
    written = as_markdown([richest()], WORDS)
    assert "\n- One file holds one class. [1]\n- One line announces it. [2]\n" in written
    assert "**Sources disagree about the number of packages**\n\n- 34 500 (newest, " in written
    assert "**Euro in dollars** [2]\n\n| Date | Value |\n| --- | --- |\n| 2024-01-01 | 1.05 USD |\n" in written
    assert written.count(" USD |") == len(richest().series[0].points)


def test_html_has_tables_and_calculations_with_their_operands_and_citations() -> None:
    page = as_html([richest()], "title", WORDS)
    assert '<th scope="col">Year</th><th scope="col">Packages</th></tr><tr><td>2020</td><td>21 250</td></tr>' in page
    assert "<td>2026</td><td>34 500 [1]</td>" in page
    assert "<strong>Computed:</strong> <code>34 500 - 21 250 = 13 250 packages</code>" in page
    assert "<tr><td>packages 2020</td><td>21,250 packages [1]</td><td>2020-01-01</td></tr>" in page


def test_html_has_lists_sides_and_every_value_of_a_series() -> None:
    page = as_html([richest()], "title", WORDS)
    assert "<li>One file holds one class. [1]</li><li>One line announces it. [2]</li>" in page
    assert "<strong>Sources disagree about the number of packages</strong>" in page
    assert page.count(" USD</td>") == len(richest().series[0].points)


def test_figures_of_a_file_are_written_as_its_reader_does() -> None:
    assert "| 1,05 USD |" in as_markdown([richest()], wording_for("fr"))
    assert "<td>1,05 USD</td>" in as_html([richest()], "titre", wording_for("fr"))


def test_a_table_without_a_head_or_with_short_rows_stays_a_table() -> None:
    said = replace(ANSWER.sentences[0], text="| a | b | c |\n| d |", verdict=Verdict.UNSUPPORTED)
    written = as_markdown([replace(ANSWER, sentences=(said,))], WORDS)
    assert "\n|  |  |  |\n| --- | --- | --- |\n| a | b | c |\n| d [1] |  |  |\n\n*(unsupported)*\n" in written


def test_a_hostile_figure_stays_text() -> None:
    operand = Operand(name=NASTY, value=1.0, unit=NASTY, citation=1)
    found = Calculation(kind="mean", formula=NASTY, value=1.0, unit=NASTY, operands=(operand,))
    said = replace(ANSWER.sentences[0], text=f"| {NASTY} |", calculation=found)
    table = Series(name=NASTY, unit=NASTY, citation=1, points=(Point(at=NOW, value=1.0),))
    sides = Disagreement(about=NASTY, values=(DisputedValue(value=NASTY, citations=(1,)),))
    answer = replace(ANSWER, sentences=(said,), series=(table,), disagreements=(sides,))
    page, written = as_html([answer], "title", WORDS), as_markdown([answer], WORDS)
    assert "<script" not in page
    assert "<img" not in page
    assert "<script" not in written.replace("\\<script", "")
    assert "![i](" not in written
    assert "](" not in written.split("### ")[0].replace("\\](", "")


def test_json_holds_the_answers_as_they_are() -> None:
    read = [decode_answer(record) for record in json.loads(as_json([ANSWER, ANSWER]))["answers"]]
    assert [answer.citations for answer in read] == [ANSWER.citations] * 2


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Où est-ce ?", "Où-est-ce-2026-11-25.md"),
        ("../../etc/passwd", "etc-passwd-2026-11-25.md"),
        ("?", "answer-2026-11-25.md"),
    ],
)
def test_a_file_is_named_after_its_question_and_for_no_other_folder(title: str, name: str) -> None:
    assert file_name(title, "md", NOW) == name
