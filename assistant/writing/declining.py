"""How models say that the sources hold no answer, in seven languages.

Knows phrases only. What follows from a refusal is decided in `grounding.py`.
"""

from __future__ import annotations

import re

from assistant.language.words import fold

__all__ = ["is_decline"]

ENGLISH = r"""
\b{sources}(?:\ \w+){{0,3}}\ (?:do(?:es)?(?:\ not|n't)|did(?:\ not|n't)|cannot|can't|fail\ to)(?:\ \w+)?\ {saying}
|\b(?:no|none\ of\ the|neither\ of\ the)\ (?:sources?|passages?|texts?)(?:\ \w+){{0,3}}\ {saying}
|\b(?:not|isn't|aren't|wasn't|never)(?:\ \w+)?\ {given}(?:\ \w+)?\ (?:in|by|from)\ {sources}
|\bthere(?:\ is|'s|\ are)\ (?:no|not\ any|not\ enough)\ (?:\w+\ )?(?:information|mention|answer)
 (?:[.!]?$|\ (?:of|about|on|in|as|regarding|to|for|available|provided|given)\b)
|\bno\ (?:\w+\ )?(?:information|mention)(?:\ \w+){{0,6}}\ (?:is|are|was)\ {given}
|^(?:sorry,?\ |unfortunately,?\ )?(?:i|we)\ (?:do\ not|don't|cannot|can't|am\ unable\ to|could\ not|couldn't)(?:\ \w+)?
 \ (?:know|answer|find|determine|tell|provide)\b
|\b(?:cannot|can't|could\ not)(?:\ be)?(?:\ \w+)?\ (?:determine|answer|know|tell)\w*(?:\ \w+){{0,4}}\ {sources}
""".format(
    sources=r"(?:the|these|this|those|any|provided|given|available)\ (?:provided\ |given\ |available\ )?"
    r"(?:sources?|passages?|texts?|context|documents?|articles?|excerpts?|information)",
    saying=r"(?:say|mention|provide|contain|state|specif|answer|include|give|address|indicate|tell|reveal|list|explain|"
    r"describe|discuss|cover|offer|have)\w*",
    given=r"(?:mentioned|stated|provided|specified|given|found|included|available|answered|disclosed|contained|indicated)",
)
"""With a determiner before "sources": "energy sources do not contain carbon" is a statement, not a refusal."""
FRENCH = r"""
\b{sources}(?:\ \w+){{0,3}}\ n(?:e\ |')(?:l[ea']s?\ ?|y\ )?(?:\w+\ )?
 (?:dis|di|mention|preci|contien|permet|repond|indiqu|fourni|donn|parl)\w*(?:\ \w+)?\ (?:pas|aucun)
|\baucune?\ (?:source|information|mention|reponse)\b[^,]*\bn(?:e\ |')
|\bn'est\ pas\ (?:\w+\ )?\w+e?e\ (?:dans|par)\ {sources}
|\bil\ n'y\ a\ (?:pas\ d'|aucune?\ )(?:information|reponse|mention)
|^je\ ne\ (?:sais|peux|trouve)\ pas
""".format(sources=r"(?:les|ces|la|cette|le|ce)\ (?:sources?|textes?|passages?|extraits?|documents?|contexte)")
GERMAN = r"""
\b{sources}(?:\ \w+){{0,2}}
 \ (?:sagen|nennen|erwahnen|enthalten|geben|beantworten|liefern|erwahnt|nennt|sagt|enthalt|gibt)
 (?:\ \w+){{0,4}}\ (?:nicht|keine?n?)\b
|\b(?:in|aus)\ {sources}(?:\ \w+){{0,4}}\ (?:nicht|keine?n?)\b
|\b(?:nicht|keine?n?)\ (?:\w+\ ){{0,2}}(?:in|aus)\ {sources}
|\bes\ gibt\ keine\ (?:\w+\ )?(?:informationen|angaben)
""".format(sources=r"(?:die|den|diesen?|der)\ (?:quellen?|texten?|text|abschnitten?|dokumenten?)")
OTHERS = r"""
\b{sources}(?:\ \w+){{0,2}}\ no\ (?:lo\ |la\ )?(?:\w+\ )?
 (?:dice|menciona|indica|especifica|contiene|proporciona|responde)n?\b
|\bno\ (?:se\ |esta\ )?(?:menciona|indica|especifica|dice|proporciona)\w*(?:\ \w+){{0,4}}\ (?:en|por)\ {sources}
|\bno\ hay\ informacion
|\ble\ fonti\ non\ (?:lo\ |la\ )?(?:dicono|menzionano|indicano|specificano)
|\bas\ fontes\ nao\ (?:o\ |a\ )?(?:dizem|mencionam|indicam)
|\bde\ bronnen\ (?:\w+\ ){{0,3}}(?:niet|geen)\b
""".format(sources=r"(?:las?|los|el|estas|estos)\ (?:fuentes?|textos?|pasajes?|documentos?)")
DECLINE = re.compile(f"{ENGLISH}|{FRENCH}|{GERMAN}|{OTHERS}", re.VERBOSE)
"""For folded words. A sentence that merely denies something ("VACUUM does not return space") must not match."""


def is_decline(sentence: str) -> bool:
    """Tell whether the model says that the sources hold no answer."""
    return DECLINE.search(fold(sentence)) is not None
