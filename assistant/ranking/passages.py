"""Cut a page into passages: pieces that can be ranked, quoted and read by themselves.

A passage is a run of whole sentences; it begins at a heading where there is one and stops at the end of a block where
it can. Passages do not overlap and keep exact offsets. Knows nothing of questions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.evidence import Page, Passage
from assistant.language.sentences import block_spans, split_block
from assistant.language.words import IDEOGRAPHS

__all__ = ["passage_id", "split"]

FEWEST_WORDS = 60
MOST_WORDS = 120
"""Bounds of a passage: long enough to be understood alone, short enough that six fit a prompt of 900 tokens."""
FEWEST_WORDS_BEFORE_A_HEADING = 25
"""A shorter piece stays with what follows: it is a heading itself, a date line, or a lone link."""
MOST_PASSAGES = 400
"""Some 30,000 words: the rest of a longer page is not worth the time of one question."""
MOST_HEADING_WORDS = 14
ENDS_OF_PROSE = ".!…,;:。！"  # noqa: RUF001 - full-width stops are meant
"""What a heading does not end with; a question mark it may."""
TOKEN = re.compile(rf"[{IDEOGRAPHS}]|[^\s{IDEOGRAPHS}]{{1,30}}")
IDEOGRAPHS_PER_WORD = 2
"""Chinese and Japanese words have about two characters."""
MARK = re.compile(r"(?:[-*•‣◦▪|]|\d{1,3}[.)])\s")  # the marks of list items and of table rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A sentence, or a part of an overlong one, with its size in words and its place in the page."""

    start: int
    end: int
    words: float
    opens_block: bool
    is_heading: bool


def split(page: Page) -> tuple[Passage, ...]:
    """Cut the text of a page into passages, in the order of the page, each different from the others."""
    found: dict[str, Passage] = {}
    for start, end in grouped(list(pieces(page.text))):
        text = page.text[start:end]
        passage = Passage(
            id=passage_id(page.url, text),
            url=page.url,
            title=page.title,
            text=text,
            start=start,
            published=page.published,
        )
        found.setdefault(passage.id, passage)
        if len(found) == MOST_PASSAGES:
            break
    return tuple(found.values())


def passage_id(url: str, text: str) -> str:
    """Name a passage by its content, so that what was computed for it is found again when the page is."""
    return hashlib.sha256(f"{url}\n{text}".encode(errors="surrogatepass")).hexdigest()[:20]


def grouped(parts: list[Piece]) -> Iterator[tuple[int, int]]:
    """Join pieces into runs of the wanted size and give their offsets."""
    run: list[Piece] = []
    size = 0.0
    for piece in parts:
        if run and closes(run, size, piece):
            carried = trailing_headings(run)
            kept = run[: len(run) - len(carried)]
            yield kept[0].start, kept[-1].end
            run, size = carried, sum(part.words for part in carried)
        run.append(piece)
        size += piece.words
    if run:
        yield run[0].start, run[-1].end


def closes(run: list[Piece], size: float, following: Piece) -> bool:
    """Tell whether a run is complete before the piece that follows."""
    if run[-1].is_heading and size < FEWEST_WORDS_BEFORE_A_HEADING:
        return False
    if size + following.words > MOST_WORDS:
        return True
    if following.is_heading and not run[-1].is_heading:
        return size >= FEWEST_WORDS_BEFORE_A_HEADING
    return following.opens_block and size >= FEWEST_WORDS and not run[-1].is_heading


def trailing_headings(run: list[Piece]) -> list[Piece]:
    """Take the headings at the end of a run, which belong to what follows; not if there is nothing else."""
    count = 0
    while count < len(run) and run[-1 - count].is_heading:
        count += 1
    return run[len(run) - count :] if count < len(run) else []


def pieces(text: str) -> Iterator[Piece]:
    """Cut a text into sentences that know whether they open a block or are a heading."""
    blocks = block_spans(text)
    for position, (start, end) in enumerate(blocks):
        following = text[slice(*blocks[position + 1])] if position + 1 < len(blocks) else ""
        heading = is_heading(text[start:end], following)
        for sentence_start, sentence_end in split_block(text, start, end):
            for piece_start, piece_end, words in bounded(text, sentence_start, sentence_end):
                yield Piece(
                    start=piece_start,
                    end=piece_end,
                    words=words,
                    opens_block=piece_start == start,
                    is_heading=heading,
                )


def is_heading(block: str, following: str) -> bool:
    """Tell a heading: a short line without a full stop, before a block that is none."""
    if not following or not is_titular(block):
        return False
    return not is_titular(following) or block.startswith("#")


def is_titular(block: str) -> bool:
    """Tell whether a block is short, begins like a title and does not end like prose."""
    if block[0].islower() or not (block[0].isalnum() or block[0] in '#¿¡«"\u201c'):
        return False
    short = sum(1 for _ in TOKEN.finditer(block)) <= MOST_HEADING_WORDS and "\n" not in block
    return short and block[-1] not in ENDS_OF_PROSE and not MARK.match(block)


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
