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
from assistant.language.stop_words import stop_words
from assistant.language.words import content_stems, fold, words

__all__ = ["suggest"]

SUGGESTIONS = 3
ABOUT = MappingProxyType(
    {
        "en": "What about {topic}?",
        "fr": "Qu'en est-il {topic} ?",
        "de": "Wie steht es um {topic}?",
        "es": "¿Qué hay {topic}?",
        "it": "E per quanto riguarda {topic}?",
        "pt": "E quanto {topic}?",
        "nl": "Hoe zit het met {topic}?",
    }
)
OF = MappingProxyType(
    {
        "en": "{subject}: what about {topic}?",
        "fr": "{subject} : qu'en est-il {topic} ?",
        "de": "{subject}: Wie steht es um {topic}?",
        "es": "{subject}: ¿qué hay {topic}?",
        "it": "{subject}: e per quanto riguarda {topic}?",
        "pt": "{subject}: e quanto {topic}?",
        "nl": "{subject}: hoe zit het met {topic}?",
    }
)
"""A heading says little without its subject; a language that is not here is written as in English."""
JOINED = MappingProxyType(
    {
        "fr": (("le ", "du "), ("les ", "des "), ("la ", "de la "), ("l'", "de l'")),
        "de": (("der ", "den "), ("ein ", "einen ")),
        "es": (("el ", "del "),),
        "pt": (("o ", "ao "), ("a ", "à "), ("os ", "aos "), ("as ", "às ")),
    }
)
"""What an opening article becomes behind the words that ask."""
UNJOINED = MappingProxyType({"fr": "côté ", "es": "de ", "pt": "a "})
"""What joins a topic that has no article: "côté sécurité" needs none."""
HOW = MappingProxyType(
    {
        "fr": (
            re.compile(r"\w+(?:er|ir|re|oir) (?:le|la|les|un|une|des|du|son|sa|ses|votre|vos)\b|\w+(?:er|ir|re) l'"),
            "Comment {topic} ?",
        ),
        "es": (re.compile(r"\w+[aei]r (?:el|la|los|las|un|una|su|sus|tu)\b"), "¿Cómo {topic}?"),
    }
)
"""Folded openings of headings that say what to do, and the question that they make: "Installer le paquet"."""
SENTENCE_WORDS = frozenset(
    """
    i you we they he she it your our my is are was were be been can could do does did will would should must has have
    had get make use let learn try go see click read add set run start install create find choose buy download
    je tu vous nous on il elle ils elles votre notre mon est sont etait peut faut doit ont avez faire utilisez
    publie publiee ecrit redige lire voir telecharger partager suivre cliquez
    ich wir sie ihr ist sind war kann muss haben hat es esta son puede debe tu su usted
    """.split()  # noqa: SIM905 - a column of strings would fill the page
)
"""Folded words by which a heading is a sentence or an order, and no topic."""
SHOUTED = re.compile(r"\b[A-ZÀ-Þ]{6,}\b")
"""Longer than acronyms are."""
BOXED = frozenset(
    """
    note notes attention warning tip tips caution important example exemple astuce outil tool culture alternative
    securite security vocabulaire vocabulary avertissement avertissements remarque remarques conseil conseils astuces
    rappel info infos warnings hinweis hinweise achtung warnung tipp aviso advertencia nota notas consejo
    """.split()  # noqa: SIM905 - as above
)
"""Folded words that manuals put, in capitals, above a box."""
SWITCHES = frozenset("yes no on off true false oui non".split())  # noqa: SIM905 - as above
"""Folded words that end a line of a configuration."""
POINTING = frozenset("it its this that these those they them he she ce cet cette ces il elle ils elles cela".split())  # noqa: SIM905 - as above
"""Folded words by which a question means what stood before it on its page."""
BREAK = re.compile(r"(?<!\w)'|'(?!\w)|[:;,!?…\"“”«»]|\.\s|\s[-–—&+]\s")  # noqa: RUF001 - dashes are meant
"""A heading that has one inside is a fragment or says more than a topic."""
VOWELS = frozenset("aeiouyh")
"""Folded letters before which French cuts "de" short."""
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
    lire la suite plan du site mentions legales partager rechercher recherche articles similaires lies annexes
    documentation mise a jour derniere precedent suivant page pages
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
ELIDED = re.compile(r"L['\u2019]", re.IGNORECASE)
ORDERING = re.compile(r"\w{2,}ez$")
"""How a French order ends: "installez"."""
ARTICLES = frozenset("the a an le la les l un une der die das el los las il lo de het".split())  # noqa: SIM905 - as above
NAME = re.compile(r"\b[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+){1,3}\b")
FEWEST_MENTIONS = 2


def suggest(question: str, passages: Sequence[Passage], language: str | None) -> tuple[str, ...]:
    """Make up to three different questions, in the question's language, none of which was asked."""
    asked = frozenset(content_stems(question, language))
    made: list[str] = []
    known = [asked]
    topics = [in_a_sentence(topic, language) for topic in headings(passages, language)]
    for topic in [*topics, *frequent_names(passages, language)]:
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
        heading = NUMBERING.sub("", " ".join(STEP.split(passage.heading)[-1].split()))
        topic = heading.rstrip("?!.:;,… ").strip()
        if is_topic(heading) and (asks_by_itself(topic) if is_question(topic) else names_topic(topic, language)):
            yield topic


def asks_by_itself(topic: str) -> bool:
    """Tell whether a heading that asks can be understood without its page."""
    return POINTING.isdisjoint(words(topic)) and not topic.isupper()


def names_topic(topic: str, language: str | None) -> bool:
    """Tell whether a heading reads as the name of a topic: no sentence, no order, no fragment, no shouting."""
    told = words(topic)
    ignored = stop_words(language)
    if SHOUTED.search(topic) or topic.isupper() or BREAK.search(topic) or not SENTENCE_WORDS.isdisjoint(told):
        return False
    if (told[0] in BOXED and topic.split(maxsplit=1)[0].isupper()) or BOXED.issuperset(told) or told[-1] in SWITCHES:
        return False
    if language == "fr" and ORDERING.match(told[0]):
        return False
    begins_well = told[0] in ARTICLES or (told[0] not in ignored and not told[0].isdecimal())
    return begins_well and told[-1] not in ignored


def is_topic(text: str) -> bool:
    """Tell whether a heading is plain words that name a topic."""
    told = words(text)
    plain = FEWEST_LETTERS <= len(text) <= LONGEST_TOPIC and len(told) <= MOST_WORDS and text.isprintable()
    return plain and not MARKUP.search(text) and not ORDER.search(text) and not IDLE.issuperset(told)


def frequent_names(passages: Sequence[Passage], language: str | None) -> Iterator[str]:
    """Give the names that several passages mention, the most frequent first; German capitals tell nothing."""
    if language == "de":
        return
    ignored = stop_words(language)
    found = (name for passage in passages for name in dict.fromkeys(NAME.findall(passage.text)) if is_topic(name))
    mentions = Counter(name for name in found if not name.isupper() and ignored.isdisjoint(words(name)[:1]))
    yield from (name for name, count in mentions.most_common() if count >= FEWEST_MENTIONS)


def subject_of(question: str, topic: str) -> str:
    """Give the name that a question is about, as written, where the topic does not say it."""
    asked = question.lstrip("¿¡ ")
    found = NAME.search(asked[1:]) or re.search(r"(?<!^)\b[A-ZÀ-Þ]\w{2,}\b", asked)
    name = found.group() if found else ""
    return "" if not name or MARKUP.search(name) or fold(name) in fold(topic) else name


def worded(topic: str, subject: str, language: str | None) -> str:
    """Put a topic as a question."""
    spoken = language if language and language in ABOUT else "en"
    if is_question(topic):
        return f"{topic} ?" if spoken == "fr" else f"{topic}?"
    opening, how = HOW.get(spoken, (None, ""))
    if opening and opening.match(fold(topic)):
        return how.format(topic=topic[:1].lower() + topic[1:])
    template = OF if subject else ABOUT
    return template[spoken].format(subject=subject, topic=joined(topic, spoken))


def joined(topic: str, spoken: str) -> str:
    """Put what a language wants between the words that ask and a topic."""
    plain = topic.replace("\u2019", "'")
    for article, instead in JOINED.get(spoken, ()):
        if plain.startswith(article):
            return instead + topic[len(article) :]
    if spoken == "fr" and topic[:1].isupper():
        return f"d'{topic}" if fold(topic)[0] in VOWELS else f"de {topic}"
    return UNJOINED.get(spoken, "") + topic


def in_a_sentence(topic: str, language: str | None) -> str:
    """Begin a heading in lower case where only its opening is in upper case; German nouns keep theirs."""
    first, _, rest = topic.partition(" ")
    if is_question(topic):
        return topic
    if first.casefold() in ARTICLES or ELIDED.match(topic):
        return topic[:1].lower() + topic[1:]
    is_plain = first.istitle() and first.isalpha() and not any(word.istitle() for word in rest.split())
    return topic[:1].lower() + topic[1:] if is_plain and language != "de" else topic


def is_question(topic: str) -> bool:
    """Tell whether a heading is itself a question."""
    return words(topic)[0] in OPENINGS
