"""Which language a text is written in.

Function words and scripts decide where they can, for short questions better than any statistics; py3langid decides the
rest when it is sure. Knows ISO 639-1 codes only.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.language.folding import fold
from assistant.language.stop_words import SPELT
from assistant.language.words import WORD

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

__all__ = ["detect_language"]

SAMPLE_CHARS = 3000
"""Enough to be sure of any page; more only costs time."""
SCRIPTS = MappingProxyType(
    {
        "ja": re.compile("[\u3040-\u30ff]"),
        "ko": re.compile("[\uac00-\ud7af]"),
        "zh": re.compile("[\u4e00-\u9fff]"),
        "el": re.compile("[\u0370-\u03ff]"),
        "he": re.compile("[\u0590-\u05ff]"),
        "th": re.compile("[\u0e00-\u0e7f]"),
        "hy": re.compile("[\u0530-\u058f]"),
        "ka": re.compile("[\u10a0-\u10ff]"),
    }
)
"""Scripts that one language owns, in the order of asking: Japanese also writes Han, so kana comes first."""
OWN_SHARE = 0.2
"""Share of the letters from which a script decides: a quoted name does not make a text Greek."""
LETTERS_OF = MappingProxyType({"es": "ñ¿¡", "de": "ß", "pt": "ãõ", "fr": "œùêû", "it": "ìò"})
"""Letters that among the seven languages hardly any other uses."""
FEWEST_EVIDENCE = 0.9
LEAST_LEAD = 0.5
LEAST_RELATIVE_LEAD = 0.2
LEAST_SHARE = 0.12
"""Thresholds of the function-word rule, in words weighted by how few languages share them; see `function_words`. Set on
development questions (FQuAD, XQuAD en/es/de, HotpotQA; n = 1,700): 10 undecided, 1 wrong."""
SURE = 0.9
SURE_IF_AGREED = 0.4
"""Normalised probabilities from which py3langid is believed."""
NO_EVIDENCE = 0.1
"""A score that no function word reaches by chance."""
FEWEST_WORDS = 4
"""Below this many words, and without letters beyond ASCII, statistics are guesses, and loading them costs 0.6 s."""

loading = threading.Lock()


def detect_language(text: str) -> str | None:
    """Name the language of a question or a page by its ISO 639-1 code; None when unsure."""
    return language_of_sample(text[:SAMPLE_CHARS])


@lru_cache(maxsize=256)
def language_of_sample(text: str) -> str | None:
    """Name the language of a text whose every stage asks for it, once."""
    sample = text.casefold()
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return None
    if language := by_script(sample, letters):
        return language
    tokens = WORD.findall(sample.replace("\u2019", "'"))
    scores = function_word_scores(sample, tokens)
    return by_function_words(scores, len(tokens)) or by_statistics(sample, scores)


def by_script(sample: str, letters: int) -> str | None:
    """Decide by a script that only one language writes."""
    for language, script in SCRIPTS.items():
        if len(script.findall(sample)) >= OWN_SHARE * letters:
            return language
    return None


def function_word_scores(sample: str, tokens: list[str]) -> dict[str, float]:
    """Weigh the evidence for each of the seven languages whose function words we list."""
    scores = dict.fromkeys(SPELT, 0.0)
    for token, count in Counter(tokens).items():
        for language, weight in function_words().get(token, {}).items():
            scores[language] += weight * count
    letters = Counter(sample)
    for language, own in LETTERS_OF.items():
        scores[language] += sum(letters[letter] for letter in set(own))
    return scores


def by_function_words(scores: dict[str, float], tokens: int) -> str | None:
    """Decide for a language that is clearly ahead."""
    (score, best), (second, _) = sorted(((score, language) for language, score in scores.items()), reverse=True)[:2]
    lead = score - second
    clear = score >= FEWEST_EVIDENCE and lead >= LEAST_LEAD and lead >= LEAST_RELATIVE_LEAD * score
    return best if clear and score >= LEAST_SHARE * tokens else None


@cache
def function_words() -> dict[str, dict[str, float]]:
    """Map each function word, spelt and folded, to its languages, weighing less the more languages share it."""
    languages: dict[str, set[str]] = {}
    for language, spelt in SPELT.items():
        for word in spelt.split():
            for form in {word, fold(word)}:
                languages.setdefault(form, set()).add(language)
    return {
        word: dict.fromkeys(owners, 1 / len(owners) ** 2)
        for word, owners in languages.items()
        if len(word) > 1 or not word.isascii()
    }


def by_statistics(sample: str, scores: dict[str, float]) -> str | None:
    """Ask py3langid, and believe it when it is sure, or nearly so and the function words do not speak against it."""
    if len(sample.split()) < FEWEST_WORDS and sample.isascii():
        return None
    with loading:
        identifier = statistics()
    language, probability = identifier.classify(sample)
    agreed = scores.get(language, 0.0) >= max(*scores.values(), NO_EVIDENCE)
    return str(language) if probability >= (SURE_IF_AGREED if agreed else SURE) else None


@cache
def statistics() -> LanguageIdentifier:
    """Load the statistics of py3langid: 0.7 s, and only when rules do not decide."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loaded only when needed

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
