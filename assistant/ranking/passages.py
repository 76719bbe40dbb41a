"""Cut a page into passages: pieces that can be ranked, quoted and read by themselves.

A passage is a run of whole sentences; it begins at a heading where there is one and stops at the end of a block where
it can, not between the items of a list, the rows of a table or the lines of code, nor between these and the line that
announces them. Passages do not overlap, keep exact offsets and know the headings they stand under. Leaves what a
heading is to `headings.py`; knows nothing of questions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.evidence import Page, Passage
from assistant.language.sentences import block_spans, split_block
from assistant.language.words import IDEOGRAPHS
from assistant.ranking.headings import STEP, Outline, headings

__all__ = ["passage_id", "split", "surroundings"]

FEWEST_WORDS = 60
MOST_WORDS = 120
"""Bounds of a passage: long enough to be understood alone, short enough that six fit a prompt of 900 tokens."""
FEWEST_WORDS_BEFORE_A_HEADING = 25
"""A shorter piece stays with what follows: it is a heading itself, a date line, or a lone link."""
MOST_WORDS_OF_FIGURES = 260
"""The same for a page with a series, computed with as a whole: a month of daily values, and what is said of them."""
MOST_PASSAGES = 400
"""Some 30,000 words: the rest of a longer page is not worth the time of one question."""
MOST_WORDS_OF_AN_ITEM = 25
"""A longer line is a paragraph of its own, though no blank line stands before it."""
ANNOUNCING = ":："  # noqa: RUF001 - the full-width colon is meant
TOKEN = re.compile(rf"[{IDEOGRAPHS}]|[^\s{IDEOGRAPHS}]{{1,30}}")
FENCED = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}\1[`~]*[ ]*$|\Z)", re.MULTILINE | re.DOTALL)
"""Code in Markdown (CommonMark 0.31, 4.5); a fence that is not closed goes on to the end."""
IDEOGRAPHS_PER_WORD = 2
"""Chinese and Japanese words have about two characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A sentence, or a part of an overlong one, with its size in words and its place in the page."""

    start: int
    end: int
    words: float
    opens_block: bool
    is_heading: bool
    path: str = ""
    """The headings it stands under, itself included if it is one."""
    goes_on: bool = False
    """Whether it belongs to what stands before it: an item of a list, a row of a table, a line of code."""
    announces: bool = False
    """Whether it ends in a colon."""


def split(page: Page, *, source_rank: int | None = None) -> tuple[Passage, ...]:
    """Cut the text of a page into passages, in the order of the page, each different from the others.

    `source_rank` is the place of the page among what the search found, 0 the best, where that is known.
    """
    found: dict[str, Passage] = {}
    has_series = len({value.at for value in page.values}) > 1
    most = MOST_WORDS_OF_FIGURES if has_series else MOST_WORDS
    for run in grouped(list(pieces(page.text)), most):
        start, end = run[0].start, run[-1].end
        text = page.text[start:end]
        passage = Passage(
            id=passage_id(page.url, text),
            url=page.url,
            title=page.title,
            text=text,
            start=start,
            published=page.published,
            heading=next((piece.path for piece in run if not piece.is_heading), run[-1].path),
            source_rank=source_rank,
            values=page.values,
        )
        found.setdefault(passage.id, passage)
        if len(found) == MOST_PASSAGES:
            break
    return tuple(found.values())


def surroundings(passage: Passage) -> str:
    """Give what a passage stands under and is found by: title and headings, without the one that it begins with."""
    above = [step for step in passage.heading.split(STEP) if step and not passage.text.startswith(step)]
    return " ".join(dict.fromkeys(filter(None, [passage.title, *above])))


def passage_id(url: str, text: str) -> str:
    """Name a passage by its content, so that what was computed for it is found again when the page is."""
    return hashlib.sha256(f"{url}\n{text}".encode(errors="surrogatepass")).hexdigest()[:20]


def grouped(parts: list[Piece], most: int) -> Iterator[list[Piece]]:
    """Join pieces into runs of the wanted size."""
    run: list[Piece] = []
    size = 0.0
    for piece in parts:
        if run and closes(run, size, piece, most):
            carried = carried_over(run)
            yield run[: len(run) - len(carried)]
            run, size = carried, sum(part.words for part in carried)
        run.append(piece)
        size += piece.words
    if run:
        yield run


def closes(run: list[Piece], size: float, following: Piece, most: int) -> bool:
    """Tell whether a run is complete before the piece that follows."""
    if run[-1].is_heading and size < FEWEST_WORDS_BEFORE_A_HEADING:
        return False
    if size + following.words > most:
        return True
    if following.is_heading and not run[-1].is_heading:
        return size >= FEWEST_WORDS_BEFORE_A_HEADING
    belongs = following.goes_on or run[-1].is_heading or run[-1].announces
    return following.opens_block and size >= FEWEST_WORDS and not belongs


def carried_over(run: list[Piece]) -> list[Piece]:
    """Take from the end of a run what belongs to what follows, headings and the announcement of a list; not all."""
    count = 0
    while count < len(run) and (run[-1 - count].is_heading or (count == 0 and run[-1].announces)):
        count += 1
    return run[len(run) - count :] if count < len(run) else []


def pieces(text: str) -> Iterator[Piece]:
    """Cut a text into sentences that know whether they open a block, go on with a list, or are a heading."""
    blocks = block_spans(text)
    outline = Outline()
    before, follows_heading = 0, False
    fenced = [match.span() for match in FENCED.finditer(text)]
    for (start, end), looks_like_heading in zip(blocks, headings(text, blocks), strict=True):
        is_code = any(opened < start < closed for opened, closed in fenced)
        heading = looks_like_heading and not is_code  # a comment looks like one
        if heading:
            outline.enter(text[start:end], is_below=follows_heading)
        for sentence_start, sentence_end in split_block(text, start, end):
            for piece_start, piece_end, words in bounded(text, sentence_start, sentence_end):
                yield Piece(
                    start=piece_start,
                    end=piece_end,
                    words=words,
                    opens_block=piece_start == start,
                    is_heading=heading,
                    path=outline.path,
                    announces=text[piece_end - 1] in ANNOUNCING,
                    goes_on=is_code or (words <= MOST_WORDS_OF_AN_ITEM and adjoins(text, before, piece_start)),
                )
        before, follows_heading = end, heading


def adjoins(text: str, before: int, start: int) -> bool:
    """Tell whether no blank line stands before a line, or it is indented as code is."""
    return before > 0 and (text.count("\n", before, start) == 1 or text[start - 1] in " \t")


def bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int, float]]:
    """Give a sentence with its size in words, cut between words where it is longer than a passage may be."""
    words = 0.0
    begin = last = start
    for token in TOKEN.finditer(text, start, end):
        weight = 1 / IDEOGRAPHS_PER_WORD if len(token.group()) == 1 and token.group() > "\u0e00" else 1.0
        if words + weight > MOST_WORDS:
            yield begin, last, words
            begin, words = token.start(), 0.0
        words += weight
        last = token.end()
    yield begin, last, words
