"""What a model's sentence becomes before anyone judges or sees it: words only.

Knows markup, addresses and the marks that models make. Links and numbers of the answer are made by us, from what
attribution finds; whatever the model wrote in their place is dropped here, so that no page can speak through it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from assistant.writing.placeholders import NO_PLACEHOLDER, kept

__all__ = ["clean", "unlinked"]

LINKS = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
"""Markdown links and images, inline or by reference: the text stays, the address goes."""
DEFINITIONS = re.compile(r"^\s*\[[^\[\]]+\]:\s*\S.*$", re.MULTILINE)
MARKS = re.compile(
    r"\[\s*(?:sources?\s*)?\^?[\w:]{0,12}?\d+(?:\s*[,;\u2013-]\s*\^?\d+)*\s*\]|【[^】]*】"
    r"|\(\s*(?:sources?|quellen?|fuentes?)\s*:?\s*\d+(?:\s*(?:,|and|et|und|y)\s*\d+)*\s*\)",
    re.IGNORECASE,
)
"""The model's own source numbers: "[1]", "[1, 2]", "[source 3]", "[a3f9c2:1]", "(source 2)"."""
ADDRESSES = re.compile(
    r"<?(?:[a-z][a-z0-9+.-]{0,15}://|\b(?:data|mailto|file|tel):(?=\S)|(?:javascript|vbscript):(?=\S))\S*|<?\bwww\.\S+"
    r"|(?<![\w/])//\w[\w.-]*\.\S+|\b(?:[\w-]+\.)+[a-z]{2,12}/\S*[?=]\S*",
    re.IGNORECASE,
)
TOKENS = re.compile(r"<\|[^<>]{0,60}\|?>?|<[\uff5c\u2581\w]{0,60}[\uff5c][^<>]{0,60}>|\[/?(?:INST|SYS)\]|<</?SYS>>")
CALLS = re.compile(
    r"<(tool_call|function_call|tools?|invoke)\b[^<>]*>.*?(?:</\1>|$)"
    r"|\{\s*\"(?:name|arguments|function|parameters|tool\w*|action)\"\s*:[^{}]*(?:\{[^{}]*\}[^{}]*)*\}?"
    r"|\"(?:name|arguments|function|parameters|tool\w*|action)\"\s*:",
    re.DOTALL,
)
"""Calls of tools, of which there are none, whole or broken over lines."""
FORMULA_LINKS = re.compile(r"\\(?:href|url|includegraphics|html\w+)\s*(?:\{[^{}]*\}?)?(?:\{([^{}]*)\}?)?")
"""KaTeX's ways to a link or an image: the text of the link stays."""
TAGS = re.compile(r"<[a-zA-Z/!?][^<>]*>")
OPENED = re.compile(rf"<(?=[a-zA-Z/!?]){NO_PLACEHOLDER}")
EMPHASIS = re.compile(r"\*\*|__|`{1,3}|(?<!\w)[*_](?=\w)|(?<=[\w.,;:!?])[*_](?!\w)")
LIST_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s+|[-*+•‣–—]\s+|\d{1,2}[.)]\s+|[a-z]\)\s+)+", re.IGNORECASE)  # noqa: RUF001 - dashes as bullets are meant
ACCORDING = re.compile(
    r"^(?:according to|as stated in|based on|per|selon|d'après|laut|gemäß|según)\s+"
    r"(?:the\s+|la\s+|les\s+|den?r?\s+|las?\s+)?"
    r"(?:provided\s+|given\s+)?(?:sources?|quellen?|fuentes?|passages?)(?:\s+\d+)?\s*,\s*",
    re.IGNORECASE,
)
"""An opening that only points at the sources: the citation says it better."""
MOST_ROUNDS = 8
"""Each takes out something; a sentence that needs more was made to."""
JOINED = re.compile(rf"([\]!<])(?=[\[(]|(?<=<)[a-zA-Z/!?|]){NO_PLACEHOLDER}")
"""What would still read as a link or a tag where its end is missing; a space takes it apart."""
TORN = re.compile(r"(\[[^\[\]]*\])(?=\s+(?:\[[^\[\]]*\]|\([^()]*\)))|\](?=\s*[\[(])")
"""A bracket before another: the end of a torn link goes, "[OPTION] [FILE]" and "f[x] (see below)" stay."""
ANSWER_LABEL = re.compile(r"^(?:answer|réponse|antwort|respuesta)\s*:\s*", re.IGNORECASE)

PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (DEFINITIONS, ""),
    (MARKS, ""),
    (LINKS, r"\1"),
    (CALLS, ""),
    (FORMULA_LINKS, r"\1"),
    (TOKENS, ""),
    (TAGS, kept),
    (ADDRESSES, ""),
)
"""In the order in which they are taken away, each with what is kept of it."""


def clean(sentence: str) -> str:
    """Leave words only; empty when nothing but markup was there."""
    text = sentence
    for _ in range(MOST_ROUNDS):  # what is taken out may have held apart what makes a link together
        cleaned = without_markup(text)
        if cleaned == text:
            break
        text = cleaned
    text = JOINED.sub(r"\1 ", text)
    return text if any(char.isalnum() for char in text) else ""


def without_markup(sentence: str) -> str:
    """Take out markup, addresses and marks once."""
    text = "".join(char for char in sentence if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Co"})
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    text = EMPHASIS.sub("", LIST_MARKS.sub("", OPENED.sub("< ", text)))
    text = ANSWER_LABEL.sub("", text.strip())
    if cut := ACCORDING.match(text):
        text = text[cut.end() : cut.end() + 1].upper() + text[cut.end() + 1 :]
    text = TORN.sub(r"\1", re.sub(r"\(\s*\)|\[\s*\]|!(?=\[)", "", text))
    return re.sub(r"\s+([.,;])", r"\1", " ".join(text.split()))


def unlinked(quote: str) -> str:
    """Give a quotation as a sentence of an answer: verbatim, unless it holds what no sentence may; then words only."""
    is_plain = all(pattern.sub(instead, quote) == quote for pattern, instead in PATTERNS)
    return quote if is_plain and not OPENED.search(quote) else clean(quote)
