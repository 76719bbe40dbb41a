"""What the engine says of a turn, in the reader's language: why there is no answer, what is missing from one.

Knows the lines of the catalogues whose keys begin with `told`: the English ones are those of the engine, word for word.
A line that is not among them, such as one from somebody else's server, stays as it is.
"""

from __future__ import annotations

import re
from functools import cache

from ui.rendering import element, text
from ui.wording import Wording, wording_for

__all__ = ["LINES", "retold", "told"]

LINES = (
    *("nothing-read", "name-unknown", "years-missing", "too-old", "no-figure", "other-matter", "words-missing"),
    *("not-told", "lacks", "lacks-date", "lacks-figure", "not-answered", "unsupported", "mostly-unsupported"),
    *("computed-only", "quotations-only", "without-model", "unusable", "not-ready", "incomplete", "cut", "cut-tokens"),
    *("left-out", "one-sentence", "sentences", "not-carried", "beside", "words-only", "no-time", "embedder-late"),
    *("no-embedder", "other-language", "undated", "old", "one-year", "years", "one-month", "months", "private", "kept"),
    *("web-remedy", "web", "web-makeshift", "web-failed", "web-left-out", "connect-web", "none-private", "connect-own"),
    *("stopped", "turn-limit", "fault"),
    *("question-empty", "question-long", "shorten", "no-model", "no-answer-within", "best-effort", "suspended"),
    *("chosen-quick", "chosen-largest", "fits-slower", "fits-larger", "by-name-but", "by-name", "dense"),
    *("gets-words", "gets-words-language", "gets-sent-on", "gets-own-server", "gets-nothing", "gets-no-feed"),
    *(
        "gets-no-sitemap",
        "gets-currencies",
        "gets-place",
        "gets-earthquakes",
        "label-stand-in",
        "label-grown",
        "gets-coin",
        "set",
        "name-it",
    ),
)
"""The last part of each key; of two that fit a line the earlier is taken."""
NESTED = frozenset({"age", "lack", "remedy", "what", "why"})
"""Blanks that the engine fills with lines of its own."""
FIGURES = frozenset({"billions", "free", "gib", "long", "most"})
"""Blanks that the engine fills with figures."""
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
BLANK = re.compile(r"\\\{(\w+)\\\}")
"""A blank of a catalogue, as `re.escape` writes it."""


def retold(line: str, words: Wording) -> str:
    """Say a line of the engine in the reader's language."""
    for name, pattern in patterns():
        if found := pattern.fullmatch(line):
            filled = {blank: filling(blank, said, words) for blank, said in found.groupdict().items()}
            return words.say(f"told.{name}", **filled)
    return line


def filling(blank: str, said: str, words: Wording) -> str:
    """Say what stands in a blank of a line."""
    if blank in NESTED:
        return retold(said, words)
    return words.number(float(said.replace(",", ""))) if blank in FIGURES and FIGURE.fullmatch(said) else said


def told(line: str, words: Wording) -> str:
    """Write a line of the engine as markup; one that stays English says so to screen readers."""
    said = retold(line, words)
    return element("span", text(said), lang="en") if said == line else element("span", text(said))


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Make of each English line what it looks like with its blanks filled in."""
    english = wording_for(None).catalogue
    return tuple((name, pattern_of(str(english[f"told.{name}"]))) for name in LINES)


def pattern_of(line: str) -> re.Pattern[str]:
    """Let anything stand in the blanks of a line, and figures only where it counts."""
    counted = re.escape(line).replace(r"\{n\}", r"(?P<n>\d+)")
    return re.compile(BLANK.sub(r"(?P<\1>.+)", counted), re.DOTALL)
