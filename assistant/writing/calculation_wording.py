"""The sentence that states a result, in English or in French.

Knows wording; made of the user's own words, dates, numbers and units only, so that no page can speak through it.
"""

from __future__ import annotations

from assistant.writing.computing import Named, Result
from assistant.writing.figures_shown import FRENCH_TIMES, shown, shown_value, time_words
from retrievers.data.periods import Period

__all__ = ["sentence_of"]


def sentence_of(result: Result, language: str | None) -> str:
    """Say what came out, and of what."""
    is_french = language == "fr"
    if result.kind in {"maximum", "minimum", "mean"}:
        return of_series(result, language, is_french=is_french)
    if result.kind == "conversion":
        return of_conversion(result, language, is_french=is_french)
    value = shown(result.value, result.unit, language)
    sign = "+" if result.value > 0 and result.kind in {"percentage", "trend"} and "\u2212" in result.formula else ""
    colon, joint = (" :", " ; ") if is_french else (":", "; ")
    parts = joint.join(f"{one.name}{colon} {shown_value(one.stated, language)}" for one in result.operands)
    if result.kind == "trend":
        return of_trend(result, language, sign, parts, is_french=is_french)
    is_share = result.kind == "percentage" and "\u2212" not in result.formula
    english = {"difference": "The difference is", "ratio": "The ratio is", "percentage": "The change is"}
    french = {"difference": "La différence est de", "ratio": "Le rapport est de", "percentage": "La variation est de"}
    opening = (french if is_french else english)[result.kind]
    if is_share:
        opening = "La part est de" if is_french else "The share is"
    return f"{opening} {sign}{value} ({parts})."


def of_trend(result: Result, language: str | None, sign: str, parts: str, *, is_french: bool) -> str:
    """Say how fast a value changed."""
    amount = shown(result.value, result.operands[1].stated.unit, language)
    if is_french:
        return f"La tendance est de {sign}{amount} par {FRENCH_TIMES[result.per]} ({parts})."
    return f"The trend is {sign}{amount} per {result.per} ({parts})."


def of_series(result: Result, language: str | None, *, is_french: bool) -> str:
    """Say the extreme with its day, or the mean, and of how many values from when to when."""
    value = shown(result.value, result.unit, language)
    times = [one.stated.when for one in result.operands if one.stated.when]
    span = span_of(times, language, is_french=is_french)
    if result.chosen is None:
        if is_french:
            return f"La moyenne des {result.count} valeurs citées est de {value}{span}."
        return f"The mean of the {result.count} values cited is {value}{span}."
    on = on_day(result.chosen, language, is_french=is_french)
    if is_french:
        which = "plus haute" if result.kind == "maximum" else "plus basse"
        return f"La {which} des {result.count} valeurs citées est de {value}{on}{span}."
    which = "highest" if result.kind == "maximum" else "lowest"
    return f"The {which} of the {result.count} values cited is {value}{on}{span}."


def on_day(named: Named, language: str | None, *, is_french: bool) -> str:
    """Say when the extreme was."""
    when = named.stated.when
    if when is None:
        return ""
    words = time_words(when, language)
    if is_french:
        return f", le {words}" if when.first == when.last else f", en {words}"
    return f", on {words}" if when.first == when.last else f", in {words}"


def span_of(times: list[Period], language: str | None, *, is_french: bool) -> str:
    """Say from when to when the values are."""
    if not times:
        return ""
    first, last = min(times, key=lambda one: one.first), max(times, key=lambda one: one.last)
    begin, end = time_words(first, language), time_words(last, language)
    if begin == end:
        return ""
    return f" (du {begin} au {end})" if is_french and first.first == first.last else f" ({begin} – {end})"  # noqa: RUF001 - a range has a dash


def of_conversion(result: Result, language: str | None, *, is_french: bool) -> str:
    """Say what an amount is in the other unit, at which rate and of which day."""
    value, verb = shown(result.value, result.unit, language), "font" if is_french else "is"
    if not result.given:
        return f"{shown_value(result.operands[0].stated, language)} {verb} {value}."
    rate = result.operands[-1].stated
    when = time_words(rate.when, language) if rate.when else ""
    at = shown_value(rate, language)
    if is_french:
        return f"{result.given} {verb} {value} au taux de {at}{f' le {when}' if when else ''}."
    return f"{result.given} {verb} {value} at a rate of {at}{f' on {when}' if when else ''}."
