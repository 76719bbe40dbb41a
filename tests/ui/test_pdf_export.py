"""The PDF that a reader takes along: complete, in every script, and with nothing in it that acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from assistant.evidence import Answer, AnswerStatus, Sentence, Verdict
from tests.ui.browser.attacked import ATTACKS, attacked, attacks
from tests.ui.hostile import EVIL
from tests.ui.rich import long, rich
from tests.ui.scripted import finished
from ui.exporting import Exported
from ui.pdf_export import as_pdf
from ui.pdf_faces import drawn
from ui.pdf_styles import PAGE
from ui.wording import wording_for

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
WORDS = wording_for("en")
ANSWER = finished("How do I add a retriever?", NOW)
ACTIONS = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/OpenAction",
    "/AA",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/EmbeddedFile",
}
"""What makes a reader of PDF files do something (ISO 32000-1, 12.6.4)."""


def written(*answers: Answer, title: str = "title", language: str = "en", asked_at: datetime | None = NOW) -> PdfReader:
    exported = [Exported(answer=answer, asked_at=asked_at) for answer in answers]
    return PdfReader(BytesIO(as_pdf(exported, title, wording_for(language))), strict=True)


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def saying(text: str, **changes: Any) -> Answer:
    said = Sentence(text=text, citations=(1,), verdict=Verdict.SUPPORTED)
    return replace(ANSWER, sentences=(said,), **changes)


def richest() -> Answer:
    return list(rich("How many packages are there?"))[-1].answer  # type: ignore[attr-defined]


def objects(reader: PdfReader) -> Iterator[Any]:
    """Go through everything that a file holds, streams left out: they draw and cannot act."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        yield one
        if isinstance(one, DictionaryObject):
            waiting += list(one.values())
        elif isinstance(one, ArrayObject):
            waiting += list(one)


def addresses(reader: PdfReader) -> list[str]:
    return [str(one["/URI"]) for one in objects(reader) if isinstance(one, DictionaryObject) and "/URI" in one]


def test_a_question_its_sentences_and_its_quoted_sources_can_be_read_and_copied() -> None:
    said = words_of(written(ANSWER))
    assert "How do I add a retriever?" in said
    assert "Asked 2026-11-25 09:30 UTC" in said
    assert "inherits HttpRetriever, at most 40 lines. [1] Announce it" in said
    assert "unsupported" in said
    assert "[2] Entry points specification packaging.test, published 2026-10-16, retrieved 2026-11-25" in said
    assert "https://packaging.test/specifications/entry-points?a=1&b=2#use" in said
    assert "\u201cEntry points are a mechanism for an installed distribution" in said


def test_a_page_from_the_cache_was_retrieved_when_it_was_read() -> None:
    aged = tuple(replace(page, age_s=timedelta(days=3).total_seconds()) for page in ANSWER.pages)
    assert "retrieved 2026-11-22" in words_of(written(replace(ANSWER, pages=aged)))
    assert "retrieved" not in words_of(written(ANSWER, asked_at=None))


def test_tables_calculations_series_and_sides_are_in_it() -> None:
    said = words_of(written(richest()))
    assert "34 500 - 21 250 = 13 250 packages" in said
    assert "packages 2020 21,250 packages [1] 2020-01-01" in said
    assert "Year Packages 2020 21 250 2026 34 500 [1]" in said
    assert "\u2022 One file holds one class. [1]" in said
    assert "Euro in dollars [2] Date Value 2024-01-01 1.05 USD" in said
    assert "Sources disagree about the number of packages" in said
    assert "33 900 (said by most" in said
    assert "the figures of 2026 are estimates" in said


@pytest.mark.parametrize(
    "text",
    [
        "Éléphant, Straße, Łódź, naïve",
        "Привет, мир",
        "Καλημέρα κόσμε",
        "∑ x² ≤ √n, λ → β, ∂f/∂x ≠ ∞",
        "机器学习是人工智能的一个分支",
        "日本語のテストです",
        "한국어 문장입니다",
    ],
)
def test_every_script_can_be_copied_out_again(text: str) -> None:
    assert text in words_of(written(saying(text)))


HEBREW = "\u05d4\u05e9\u05de\u05e9 \u05d6\u05d5\u05e8\u05d7\u05ea \u05d1\u05de\u05d6\u05e8\u05d7"
ARABIC = "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645"


@pytest.mark.parametrize("text", [HEBREW, ARABIC])
def test_hebrew_and_arabic_are_drawn_from_right_to_left_and_begin_at_the_right(text: str) -> None:
    starts: list[float] = []

    def note(said: str, _shift: object, place: Sequence[float], *_rest: object) -> None:
        if text in normalize("NFKC", said):  # pypdf takes such letters as drawn from right to left
            starts.append(place[4])

    for page in written(saying(text)).pages:
        page.extract_text(visitor_text=note)
    assert starts
    assert min(starts) > PAGE[0] / 2


def test_text_of_both_directions_keeps_the_order_of_each() -> None:
    said = f"It says {HEBREW} in 2021."
    assert "".join(f"{said} [1]".split()) in "".join(words_of(written(saying(said))).split())


def test_the_first_column_of_a_table_in_hebrew_stands_at_the_right() -> None:
    first, second = HEBREW.split()[:2]
    said = words_of(written(saying(f"| {first} | {second} |\n|---|---|\n| 2020 | 7 |")))
    assert f"{second} {first} 7 [1] 2020" in said


def test_a_page_may_end_within_a_paragraph_that_runs_from_right_to_left() -> None:
    said = words_of(written(saying(f"{HEBREW} 12. " * 200)))
    assert said.count(HEBREW.split()[1]) == 200


def test_a_long_text_without_spaces_is_broken_over_lines_and_complete() -> None:
    text = "机器学习是人工智能的一个分支" * 30
    assert text in words_of(written(saying(text))).replace(" ", "")


def test_no_line_begins_with_a_full_stop_where_lines_may_break_anywhere() -> None:
    text = "".join("机器学习是人工智能的一个分支"[: 3 + n % 11] + "。" for n in range(120))
    lines = [line for page in written(saying(text)).pages for line in page.extract_text().splitlines()]
    assert sum("。" in line for line in lines) > 10
    assert not [line for line in lines if line.startswith("。")]


def test_what_no_face_can_draw_is_a_box_or_its_plain_letter_and_never_a_crash() -> None:
    said = words_of(written(saying("a \U0001f600 b \U0001d465 c \u0e01 d \ud800 e")))
    assert "a \u25a1 b x c \u25a1 d e" in said


def test_pages_are_numbered_and_a_long_chat_is_complete() -> None:
    answer: Answer = list(long("long"))[-1].answer  # type: ignore[attr-defined]
    reader = written(answer, replace(ANSWER, question="And the last question?"))
    assert len(reader.pages) > 4
    numbers = [page.extract_text().split()[0] for page in reader.pages]
    assert numbers == [str(number) for number in range(1, len(reader.pages) + 1)]
    said = words_of(reader)
    assert "Sentence number 180 of this answer" in said
    assert "And the last question?" in said


def test_the_file_names_its_title_and_the_language_of_its_answer() -> None:
    french = "La photosynthèse est le processus par lequel les plantes transforment la lumière en énergie chimique."
    reader = written(saying(french), title="Où \u202e est-ce ?")
    assert reader.metadata
    assert reader.metadata.title == "Où est-ce ?"
    assert reader.root_object["/Lang"] == "fr"


def test_the_words_around_an_answer_are_the_readers() -> None:
    assert "consulté le 2026-11-25" in words_of(written(ANSWER, language="fr"))


def test_only_addresses_of_the_web_are_links_and_each_number_leads_to_its_source() -> None:
    reader = written(ANSWER)
    assert {address.split("#")[0] for address in addresses(reader)} == {
        "https://packaging.test/specifications/entry-points?a=1&b=2"
    }
    goals = [one["/Dest"] for one in objects(reader) if isinstance(one, DictionaryObject) and "/Dest" in one]
    assert len(goals) == 3


@pytest.mark.parametrize("status", [AnswerStatus.ABSTAINED, AnswerStatus.STOPPED, AnswerStatus.FAILED])
def test_every_end_is_said(status: AnswerStatus) -> None:
    answer = Answer(question="?", status=status, reason="no source could be reached")
    assert WORDS.say(f"end.{status}") in words_of(written(answer))
    assert "no source could be reached" in words_of(written(answer))


def test_a_very_wide_table_and_a_very_high_row_are_written_nevertheless() -> None:
    wide = "| " + " | ".join(str(number) for number in range(60)) + " |"
    assert "58 | 59" in words_of(written(saying(wide)))
    high = "| a | b |\n|---|---|\n| c | " + "word " * 3000 + "end |"
    assert "end [1]" in words_of(written(saying(high)))


def test_one_word_without_end_does_not_break_the_page() -> None:
    reader = written(saying("x" * 20_000))
    assert "x" * 50 in words_of(reader)


HOSTILE = [
    EVIL,
    '</font></para><a href="javascript:alert(1)">x</a>',
    '<img src="http://x.test/a.png"/><font color="[[[getattr(pow,Word())]]]">',
    ") /OpenAction << /S /JavaScript /JS (app.alert(1)) >> (",
    "]]>&amp;&#106;avascript:&lt;script>",
    '"><a href="file:///etc/passwd"/>',
]


def assert_harmless(reader: PdfReader) -> None:
    for one in objects(reader):
        if isinstance(one, DictionaryObject):
            assert not ACTIONS & set(one), one
            assert one.get("/S") in {None, "/URI", "/Transparency"}, one
            assert not (isinstance(one, StreamObject) and one.get("/Subtype") == "/Image")
    assert all(address.startswith(("http://", "https://")) for address in addresses(reader))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_page_says_can_act(text: str) -> None:
    cited = [
        replace(one, title=text, quote=text, url=address)
        for one, address in zip(ANSWER.citations, (text, f"https://x.test/{text}"), strict=True)
    ]
    answer = saying(text, question=text, citations=tuple(cited), gaps=(text,), warnings=(text,), reason=text)
    assert_harmless(written(answer, title=text))


@pytest.mark.skipif(not ATTACKS.is_dir(), reason="the hostile strings are not beside this repository")
def test_no_string_of_the_attacks_can_act_or_break_the_file() -> None:
    answer: Answer = list(attacked(f"0 to {len(attacks())}"))[-1].answer  # type: ignore[attr-defined]
    assert_harmless(written(answer, title=answer.sentences[0].text))


def test_markup_is_escaped_and_each_part_has_a_face_that_draws_it() -> None:
    assert drawn("a<b>&\u4e2d") == (
        '<font name="DejaVuSans">a&lt;b&gt;&amp;</font><font name="STSong-Light">\u4e2d</font>'
    )
