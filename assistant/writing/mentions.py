"""Whether pages speak of the things that a question names, and which of them do.

Knows names and where a page gives them: its text, its titles, its host. A name may be another in another language
(Londres, London), so pages in another language must know only what is spelt alike everywhere. Leaves what follows from
a missing name to `sufficiency.py` and `choosing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from assistant.evidence import Passage
from assistant.language.detection import detect_language
from assistant.language.words import names, words
from assistant.writing.naming import Lexicon, code_names, named_things

__all__ = ["is_abroad", "mentioning", "naming_code", "unmentioned"]


def unmentioned(question: str, passages: Sequence[Passage], language: str | None) -> str:
    """Name, folded, the first thing of a question of which no passage speaks; empty where there is none.

    Where no passage has a title none says what it is about, and only names like SQLite must stand there.
    """
    is_told = any(passage.title for passage in passages) and not any(is_abroad(one, language) for one in passages)
    things = coded_things(question) + (named_things(question, language) if is_told else [])
    lexicon = Lexicon(texts=[told(passage) for passage in passages], language=language)
    return next((thing[0] for thing in things if not speaks_of(lexicon, thing, question)), "")


def mentioning(question: str, passages: Mapping[int, Passage], language: str | None) -> frozenset[int]:
    """Number the passages that may answer: those that speak of something the question names, if any does.

    So may those about somebody whom these name: who designed the bridge was born elsewhere. Spared are those without a
    title and those in another language, unless a name like SQLite is asked about.
    """
    coded = coded_things(question)
    things = coded or named_things(question, language)
    if not things:
        return frozenset(passages)
    lexicons = {number: Lexicon(texts=[told(one)], language=language) for number, one in passages.items()}
    found = {
        number for number, lexicon in lexicons.items() if any(speaks_of(lexicon, thing, question) for thing in things)
    }
    named = [frozenset(names(passages[number].text)) for number in found]
    for number, passage in passages.items():
        is_spared = not coded and (not passage.title or is_abroad(passage, language))
        if is_spared or is_about_one_of(passage, named):
            found.add(number)
    return frozenset(found) or frozenset(passages)


def is_about_one_of(passage: Passage, named: Sequence[frozenset[str]]) -> bool:
    """Tell whether the title of a page names somebody or something that another page names."""
    about = frozenset(name for name in names(passage.title) if name.isalpha())
    return bool(about) and any(about <= held for held in named)


def naming_code(question: str, passages: Sequence[Passage], language: str | None) -> list[Passage]:
    """Give the passages that speak of what is named in mixed case, all where nothing is: others cannot answer."""
    if not code_names(question):
        return list(passages)
    numbered = dict(enumerate(passages))
    return [numbered[number] for number in sorted(mentioning(question, numbered, language))]


def coded_things(question: str) -> list[tuple[str, ...]]:
    """List the things that are named in mixed case, each by itself."""
    return [(name,) for name in code_names(question)]


def speaks_of(lexicon: Lexicon, thing: Sequence[str], question: str) -> bool:
    """Tell whether one word of a name is known, since pages shorten long ones, or written apart as in "Mac OS"."""
    if any(lexicon.knows(name, question) for name in thing):
        return True
    joined = (first + second for text in lexicon.texts for first, second in pairwise(words(text)))
    return any(pair in thing for pair in joined)


def told(passage: Passage) -> str:
    """Put a passage under all that says whose page it is: its host, its title, its headings."""
    host = urlsplit(passage.url).hostname or ""
    return f"{host}\n{passage.title}\n{passage.heading}\n{passage.text}"


def is_abroad(passage: Passage, language: str | None) -> bool:
    """Tell whether a passage is surely in another language than a question."""
    return language is not None and detect_language(passage.text) not in {None, language}
