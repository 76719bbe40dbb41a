"""Three questions to ask next, from the headings and names of the evidence, without a model.

Knows wording in seven languages. What a page writes is data: only plain words of it are taken over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from assistant.evidence import Passage
from assistant.language.detection import detect_language
from assistant.language.words import content_stems, fold, words

__all__ = ["suggest"]

SUGGESTIONS = 3
ABOUT = MappingProxyType(
    {
        "en": "What about {topic}?",
        "fr": "Qu'en est-il de : {topic} ?",
        "de": "Wie steht es um: {topic}?",
        "es": "¿Qué hay de: {topic}?",
        "it": "E per quanto riguarda: {topic}?",
        "pt": "E quanto a: {topic}?",
        "nl": "Hoe zit het met: {topic}?",
    }
)
OF = MappingProxyType(
    {
        "en": "{subject}: {topic}?",
        "fr": "{subject} : {topic} ?",
        "es": "¿{subject}: {topic}?",
    }
)
"""A heading says little without its subject; a language that is not here is written as in English."""
LONGEST_TOPIC = 60
MOST_WORDS = 8
FEWEST_LETTERS = 4
MARKUP = re.compile(r"[<>{}\[\]()|`*_#=\\/@$^~]|https?:|www\.|&\w+;|javascript|\bdata:", re.IGNORECASE)
"""A heading with any of these is left out whole: what is cut out of markup is no plain word."""
STEP = re.compile(r" [>\u203a\u00bb] |\n")
"""Between the headings of a path, the innermost last."""
NUMBERING = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]?|[ivxIVX]+[.)]|[-•–])\s+")  # noqa: RUF001 - dashes as bullets are meant
IDLE = frozenset(
    """
    references see also external links notes contents navigation menu comments share related articles faq
    bibliography further reading sources abstract introduction overview summary conclusion home contact about
    subscribe newsletter privacy policy cookies search login advertisement edit read more table gallery download
    references liens externes notes voir aussi sommaire introduction resume conclusion accueil commentaires
    einzelnachweise weblinks siehe auch literatur inhalt einleitung fazit zusammenfassung kommentare
    referencias enlaces externos vease tambien bibliografia introduccion conclusion
    """.split()  # noqa: SIM905 - a column would fill the page
)
ORDER = re.compile(
    r"\b(?:ignore|disregard|instructions?|system prompt|assistant|you must|click|subscribe)\b", re.IGNORECASE
)
"""Headings that speak to a machine or sell."""
OPENINGS = frozenset(
    "how why what when where who which is are can does comment pourquoi quand wie warum wann".split()  # noqa: SIM905 - as above
)
NAME = re.compile(r"\b[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+){1,3}\b")
FEWEST_MENTIONS = 2


def suggest(question: str, passages: Sequence[Passage], language: str | None) -> tuple[str, ...]:
    """Make up to three different questions, in the question's language, none of which was asked."""
    asked = frozenset(content_stems(question, language))
    made: list[str] = []
    known = [asked]
    for topic in [*headings(passages, language), *frequent_names(passages, language)]:
        said = frozenset(content_stems(topic, language))
        if not said or any(said <= other for other in known):
            continue
        made.append(worded(topic, subject_of(question, topic), language))
        known.append(said)
        if len(made) == SUGGESTIONS:
            break
    return tuple(made)


def headings(passages: Sequence[Passage], language: str | None) -> Iterator[str]:
    """Give the innermost headings that name a topic in the question's language, in the order of the passages."""
    for passage in passages:
        if language and detect_language(passage.text) not in {None, language}:
            continue
        topic = NUMBERING.sub("", " ".join(STEP.split(passage.heading)[-1].split()))
        if is_topic(topic):
            yield topic.rstrip("?!.:;,… ").strip()


def is_topic(text: str) -> bool:
    """Tell whether a heading is plain words that name a topic."""
    told = words(text)
    plain = FEWEST_LETTERS <= len(text) <= LONGEST_TOPIC and len(told) <= MOST_WORDS and text.isprintable()
    return plain and not MARKUP.search(text) and not ORDER.search(text) and not IDLE.issuperset(told)


def frequent_names(passages: Sequence[Passage], language: str | None) -> Iterator[str]:
    """Give the names that several passages mention, the most frequent first; German capitals tell nothing."""
    if language == "de":
        return
    mentions = Counter(name for passage in passages for name in set(NAME.findall(passage.text)) if is_topic(name))
    yield from (name for name, count in mentions.most_common() if count >= FEWEST_MENTIONS)


def subject_of(question: str, topic: str) -> str:
    """Give the name that a question is about, as written, where the topic does not say it."""
    found = NAME.search(question[1:]) or re.search(r"(?<!^)\b[A-ZÀ-Þ]\w{2,}\b", question)
    name = found.group() if found else ""
    return "" if not name or MARKUP.search(name) or fold(name) in fold(topic) else name


def worded(topic: str, subject: str, language: str | None) -> str:
    """Put a topic as a question."""
    spoken = language if language and language in ABOUT else "en"
    if is_question(topic):
        return f"{topic}?"
    if not subject:
        return ABOUT[spoken].format(topic=topic)
    return OF.get(spoken, OF["en"]).format(subject=subject, topic=topic)


def is_question(topic: str) -> bool:
    """Tell whether a heading is itself a question."""
    return words(topic)[0] in OPENINGS
