"""Where sentences begin and end.

Rules, not a model: they run on every page read. A blank line, and a line break that is not mere wrapping, ends a
sentence; so headings, list items and table rows are sentences of their own. Knows nothing of what sentences say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.language.abbreviations import BEFORE_A_NAME, BEFORE_A_NUMBER, MAYBE_AT_THE_END, OPENERS, ORDINAL_NOUNS

__all__ = ["block_spans", "sentence_spans"]

CLOSERS = r"""(?:["'\u2019\u201d»\u203a)\]」』\uff09】]|[\u00a0\u202f ]»|\[\d{1,3}\])*+"""
"""Quotation marks, brackets and note marks that still belong to the sentence they follow."""
STOP = re.compile(rf"(?<![.!?…؟۔।])[.!?…؟۔।]++{CLOSERS}(?=\s)|[。！？｡]++{CLOSERS}")  # noqa: RUF001 - full-width stops
SPACE = re.compile(r"\s*")
NEXT_WORD = re.compile(r"""\s+["'\u2018\u201c«\u2039(\[「『\u00a0\u202f ]*(\w+)?""")
SINGLE_LETTERS = re.compile(r"[A-Z]|(?:\w\.)+\w")
"""An initial (J), an abbreviation with inner points (U.S, z.B)."""

TWO_PARTS = re.compile(r"\b(?:p\.\s?e[xj]|z\.\s?B|d\.\s?h|u\.\s?[aä]|o\.\s?ä|i\.\s?d|a\.\s?d)$")
"""Abbreviations written with a space inside: p. ex., z. B."""
LIST_MARK = re.compile(r"\s*(?:[-*•‣◦▪–]|\d{1,3}[.)]|[a-zA-Z][.)])\s")  # noqa: RUF001 - dashes as bullets are meant

LONGEST_ABBREVIATION = 30
"""How far back to look: looking at all of an endless line again and again would take for ever."""
NARROWEST_WRAP = 50
WIDEST_WRAP = 140
"""Widths at which people and tools wrap plain text; wider lines are paragraphs, narrower ones are lists or verse."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """List the offsets of the sentences of a text, in order; between them there is white space only."""
    return [span for start, end in block_spans(text) for span in split_block(text, start, end)]


def block_spans(text: str) -> list[tuple[int, int]]:
    """List the offsets of paragraphs, headings, list items and rows: what no sentence reaches across."""
    spans: list[tuple[int, int]] = []
    for lines in paragraphs(text):
        if is_wrapped([text[start:end] for start, end in lines]):
            spans.extend(unwrapped(text, lines))
        else:
            spans.extend(lines)
    return spans


def paragraphs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Give the trimmed, non-empty lines of a text, grouped by the blank lines between them."""
    lines: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\n\r\v\f\x85\u2028\u2029]*", text):
        content = match.group().strip()
        if content:
            start = match.start() + match.group().index(content)
            if lines and text.count("\n", lines[-1][1], start) > 1:
                yield lines
                lines = []
            lines.append((start, start + len(content)))
    if lines:
        yield lines


def is_wrapped(lines: list[str]) -> bool:
    """Tell hard-wrapped prose: no line could have taken the next line's first word, and one goes on in lower case."""
    width = max(len(line) for line in lines)
    if len(lines) == 1 or not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return False
    pairs = [pair for pair in pairwise(lines) if not LIST_MARK.match(pair[1])]
    # 2: room for the indentation that was trimmed off, as in list items
    full = all(len(line) + len(following.split(None, 1)[0]) + 2 >= width for line, following in pairs)
    return full and any(following[0].islower() and line[-1] not in ".!?:;" for line, following in pairs)


def unwrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join wrapped lines into blocks; a list mark begins a new one."""
    block_start, block_end = lines[0]
    for start, end in lines[1:]:
        if LIST_MARK.match(text, start, end):
            yield block_start, block_end
            block_start = start
        block_end = end
    yield block_start, block_end


def split_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut one block at its full stops."""
    begin = start
    for stop in STOP.finditer(text, start, end):
        if stop.end() < end and ends_sentence(text, begin, stop, end):
            yield begin, stop.end()
            begin = SPACE.match(text, stop.end()).end()  # type: ignore[union-attr]  # it matches nothing as well
    if begin < end:
        yield begin, end


def ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Judge one stop by the word before it and the word after it."""
    if stop.group()[0] not in ".!?…":
        return True
    following = NEXT_WORD.match(text, stop.end(), end)
    after = (following.group(1) or "") if following else ""
    if after[:1].islower():
        return False
    if stop.group()[0] != "." or stop.group().startswith(".."):
        return True
    initial_follows = len(after) == 1 and following is not None and text[following.end() : following.end() + 1] == "."
    before = text[max(begin, stop.start() - LONGEST_ABBREVIATION) : stop.start()]
    return not goes_on(before, after, initial_follows=initial_follows)


def goes_on(before: str, after: str, *, initial_follows: bool) -> bool:
    """Tell whether a point after `before` is part of an abbreviation, an initial, an ordinal or a list mark."""
    word = before.rsplit(None, 1)[-1].lstrip("(\"'\u2018\u201c«[") if before.split() else ""
    bare = word.casefold()
    if before.strip() == word and LIST_MARK.fullmatch(word + ". "):
        return True
    if TWO_PARTS.search(before) or (initial_follows and len(word) == 1):
        return True
    if bare.isdecimal():
        return after.casefold() in ORDINAL_NOUNS
    if after[:1].isdecimal() and bare in BEFORE_A_NUMBER:
        return True
    if SINGLE_LETTERS.fullmatch(word) or bare in MAYBE_AT_THE_END:
        return initial_follows or after.casefold() not in OPENERS
    return bare in BEFORE_A_NAME
