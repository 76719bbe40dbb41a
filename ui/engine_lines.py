"""What the engine says of a turn, in the reader's language: why there is no answer, what is missing from one.

Knows the lines of the catalogues whose keys begin with `told`: the English ones are those of the engine, word for word.
A line that is not among them, such as one from somebody else's server, stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from ui.wording import Wording, wording_for

__all__ = ["LINES", "retold"]

LINES = (
    *("nothing-read", "name-unknown", "years-missing", "too-old", "no-figure", "other-matter", "words-missing"),
    *("not-told", "lacks", "lacks-date", "lacks-figure", "not-answered", "unsupported", "mostly-unsupported"),
    *("computed-only", "quotations-only", "without-model", "unusable", "not-ready", "incomplete", "cut", "cut-tokens"),
    *("left-out", "one-sentence", "sentences", "not-carried", "beside", "words-only", "no-time", "embedder-late"),
    *("no-embedder", "other-language", "undated", "old", "one-year", "years", "one-month", "months", "private", "kept"),
    *("web-remedy", "web", "web-makeshift", "web-failed", "web-left-out", "connect-web", "none-private", "connect-own"),
    *("stopped", "turn-limit", "fault"),
)
"""The last part of each key; of two that fit a line the earlier is taken."""
NESTED = frozenset({"age", "lack", "remedy", "what", "why"})
"""Blanks that the engine fills with lines of its own."""
BLANK = re.compile(r"\\\{(\w+)\\\}")
"""A blank of a catalogue, as `re.escape` writes it."""


def retold(line: str, words: Wording) -> str:
    """Say a line of the engine in the reader's language."""
    for name, pattern in patterns():
        if found := pattern.fullmatch(line):
            filled = {
                blank: retold(said, words) if blank in NESTED else said for blank, said in found.groupdict().items()
            }
            return words.say(f"told.{name}", **filled)
    return line


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Make of each English line what it looks like with its blanks filled in."""
    english = wording_for(None).catalogue
    return tuple((name, pattern_of(str(english[f"told.{name}"]))) for name in LINES)


def pattern_of(line: str) -> re.Pattern[str]:
    """Let anything stand in the blanks of a line, and figures only where it counts."""
    counted = re.escape(line).replace(r"\{n\}", r"(?P<n>\d+)")
    return re.compile(BLANK.sub(r"(?P<\1>.+)", counted), re.DOTALL)
