"""Files that a reader takes along: complete, and harmless whatever a page says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.answer_json import decode_answer
from assistant.evidence import Answer
from tests.ui.scripted import finished
from ui.exporting import as_html, as_json, as_markdown, as_plain, file_name
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
    said = as_plain(ANSWER)
    assert "at most 40 lines. [1]" in said
    assert "[1] [2] Most people" in said


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
        ("- no list", "\\- no list"),
        ("12. no list", "12\\. no list"),
        ("2_a *b* `c` a|b", "2\\_a \\*b\\* \\`c\\` a\\|b"),
    ],
)
def test_what_markdown_could_take_for_more_than_text_is_escaped(said: str, written: str) -> None:
    answer = replace(ANSWER, sentences=(replace(ANSWER.sentences[0], text=said),))
    assert f"\n{written} [1]" in as_markdown([answer], WORDS)


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
