"""Which lines of a page's text are headings, and what stands under which.

The text says it only by its form: a short line of its own that does not end like prose. How deep a heading stands is
known where it is numbered or marked (`## `, `2.1 `); one directly below another stands under it. Knows no passages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.language.words import IDEOGRAPHS

__all__ = ["STEP", "Outline", "headings"]

MOST_HEADING_WORDS = 14
WORD = re.compile(rf"[{IDEOGRAPHS}]{{1,2}}|[^\s{IDEOGRAPHS}]{{1,30}}")
"""Two characters count as one word in scripts without spaces."""
ENDS_OF_PROSE = ".!…,;:。！：{}=\\"  # noqa: RUF001 - full-width stops are meant
"""What a heading does not end with, as prose and code do; a question mark it may."""
OPENING = '#¿¡«"\u201c'
MARK = re.compile(r"(?:[-*•‣◦▪|]|\d{1,3}[.)])\s")  # the marks of list items and of table rows
CELLS = " | "
"""What stands between the cells of a row (assistant/reading/tables.py)."""
HASHES = re.compile(r"(#{1,6})\s+")
NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})\.?\s")
DEEPEST = 4
"""Steps of a path that are kept: more is too long for what it says."""
STEP = " › "  # noqa: RUF001 - the sign of a path is meant


class Outline:
    """Follow a page from heading to heading and tell under which ones the text stands."""

    def __init__(self) -> None:
        """Begin before the first heading."""
        self._steps: list[tuple[int, str]] = []

    @property
    def path(self) -> str:
        """The headings that the text stands under, from the widest to the narrowest."""
        return STEP.join(name for _, name in self._steps[-DEEPEST:])

    def enter(self, heading: str, *, is_below: bool) -> None:
        """Go on to the part of the page that a heading opens, which may stand directly below another."""
        level = self._level(heading, is_below=is_below)
        while self._steps and self._steps[-1][0] >= level:
            self._steps.pop()
        self._steps.append((level, HASHES.sub("", heading)))

    def _level(self, heading: str, *, is_below: bool) -> int:
        """Tell how deep a heading stands, 1 the widest; where nothing says so it stands beside the one before."""
        if marked := HASHES.match(heading):
            return len(marked[1])
        if numbered := NUMBERED.match(heading):
            return 1 + numbered[1].count(".")
        return self._steps[-1][0] + 1 if is_below and self._steps else 1


def headings(text: str, blocks: Sequence[tuple[int, int]]) -> list[bool]:
    """Tell of each block whether it is a heading: a short line without a full stop, before a block that is none.

    Two headings may follow one another; more short lines in a row are a list.
    """
    lines = [text[start:end] for start, end in blocks]
    titular = [is_titular(line) for line in lines]
    apart = [at == 0 or "\n\n" in text[blocks[at - 1][1] : start] for at, (start, _) in enumerate(blocks)]
    found = [False] * len(lines)
    for at in range(len(lines) - 2, -1, -1):
        if not titular[at] or (at > 0 and titular[at - 1] and not apart[at]):
            continue  # no title, or the last item of a list
        first_of_two = found[at + 1] and apart[at + 1] and not (at > 0 and titular[at - 1])
        found[at] = not titular[at + 1] or lines[at].startswith("#") or first_of_two
    return found


def is_titular(block: str) -> bool:
    """Tell whether a block is short, begins like a title and does not end like prose."""
    if block[0].islower() or not (block[0].isalnum() or block[0] in OPENING):
        return False
    if "\n" in block or CELLS in block or block[-1] in ENDS_OF_PROSE or MARK.match(block):
        return False
    return sum(1 for _ in WORD.finditer(block)) <= MOST_HEADING_WORDS
