"""What kind of source a question calls for, told by its words.

Knows such words in English and French, the plainest of German and Spanish, and what code, error messages and numbers of
papers look like. Leaves what to do about it to `routing.py`, and questions that no rule knows to `likeness.py`.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from assistant.language.folding import fold
from assistant.language.words import names
from retrievers import Focus

__all__ = ["intents_of"]


def any_of(words: str) -> re.Pattern[str]:
    """Compile alternatives, one or several a line, that stand as whole words in folded text."""
    return re.compile(rf"(?<![\w-])(?:{words.replace(' | ', '|').strip()})(?![\w-])", re.VERBOSE)


WORDS: MappingProxyType[Focus, re.Pattern[str]] = MappingProxyType(
    {
        "news": any_of(
            r"""
            news|headlines?|breaking|announce[ds]?|elections?|elected|protests?|strikes?|ceasefire|lawsuit|
            resign(?:s|ed)|(?:what(?:'s|\ is)\ )happening|happened|press\ (?:release|conference)|actualites?|actu|
            infos|nouvelles|depeches?|annonces?|annonce|greves?|manifestations?|demission|s'est\ passe|nachrichten|
            neuigkeiten|schlagzeilen|wahl(?:en)?|passiert|noticias?|actualidad|titulares|elecciones
            """
        ),
        "science": any_of(
            r"""
            papers?|preprints?|arxiv|pubmed|doi|peer[- ]reviewed|meta-analys[ei]s|systematic\ reviews?|
            clinical\ trials?|(?:scientific\ )?(?:studies|study)\ (?:on|of|about|show(?:s|ing)?|found|find)|
            research\ (?:on|about|into|papers?)|according\ to\ (?:studies|research|science)|journals?\ articles?|
            citations?\ of|theorem|hypothesis|randomi[sz]ed|
            (?:etudes?|articles?|publications?)\ (?:scientifiques?|sur|montrent)|essais?\ cliniques?|meta-analyses?|
            theoreme|recherches?\ sur|prepublications?|studien?\ (?:uber|zu|zur|zum)|wissenschaftliche\w*|forschung|
            estudios?\ (?:sobre|cientificos?)|articulos?\ cientificos?|investigacion(?:es)?\ sobre
            """
        ),
        "code": any_of(
            r"""
            python|javascript|typescript|golang|rust|kotlin|c\+\+|c\#|php|sql|sqlite|postgres(?:ql)?|mysql|redis|
            mongodb|bash|powershell|regex(?:es)?|docker|kubernetes|kubectl|terraform|ansible|git|github|gitlab|
            codeberg|npm|pip|pypi|cargo|maven|gradle|django|flask|fastapi|pandas|numpy|pytorch|tensorflow|react|
            angular|node(?:\.?js)?|asyncio|json|yaml|apis?|sdk|cli|compil(?:e[rs]?|ing|ation)|runtime|stack\ ?trace|
            traceback|segfault|segmentation\ fault|exception|unit\ tests?|open[- ]source|librar(?:y|ies)\ for|
            framework|source\ code|repositor(?:y|ies)|pull\ requests?|bibliotheques?\ (?:pour|python|logicielles?)|
            logiciels?\ libres?|code\ source|depots?\ git|compilateur|quellcode|bibliothek\ fur|codigo\ fuente|
            libreria\ para
            """
        ),
        "discussion": any_of(
            r"""
            best|recommend(?:ed|ations?)?|reddit|hacker\ news|stack\ overflow|forums?|opinions?|vs\.?|versus|
            worth\ it|should\ i|alternatives?\ to|experiences?\ with|anyone|pros\ and\ cons|
            how\ (?:do|can|should)\ (?:i|you|we)|what\ do\ people|fix|troubleshoot\w*|doesn't\ work|not\ working|
            meilleure?s?|recommand\w+|avis\ sur|vaut\ (?:il|elle)|faut-il|dois-je|alternatives?\ a|ca\ vaut|
            comment\ (?:puis-je|faire|reparer)|ne\ (?:marche|fonctionne)\ pas|beste[nrs]?|empfehl\w+|
            erfahrungen?\ mit|lohnt\ sich|alternativen?\ zu|mejor(?:es)?|recomend\w+|opiniones|vale\ la\ pena|
            alternativas?\ a
            """
        ),
        "data": any_of(
            r"""
            weather|forecasts?|temperatures?|rain(?:ing|y)?|snow(?:ing)?|exchange\ rates?|currency|convert|bitcoin|
            ethereum|crypto(?:currenc(?:y|ies))?|btc|eth|earthquakes?|magnitude|meteo|pluie|neige|previsions?|
            taux\ de\ change|cours\ d\w+|convertir|seismes?|tremblements?\ de\ terre|wetter|vorhersage|
            wechselkurse?|erdbeben|tiempo\ en|pronostico|tipo\ de\ cambio|terremotos?
            """
        ),
        "reference": any_of(
            r"""
            who\ (?:is|was|were|are|invented|wrote|discovered|founded)|what\ (?:is|are|was|were)|
            defin(?:e|ition)\w*|meaning\ of|where\ is|when\ (?:was|did|were)|history\ of|capital\ of|population|
            how\ (?:high|tall|long|old|big|deep|far|many)|born|qui\ (?:est|etait|a)|qu'est-ce\ qu\w*|c'est\ quoi|
            definitions?|signifie|ou\ (?:est|se\ trouve)|quand\ (?:a|est|fut)|histoire\ d\w+|capitale|
            quel(?:le)?\ (?:est|etait)|wer\ (?:ist|war)|was\ (?:ist|sind|bedeutet)|wo\ (?:ist|liegt)|wann|
            hauptstadt|geschichte|quien\ (?:es|fue)|que\ es|donde\ esta|cuando|capital\ de|historia\ de
            """
        ),
    }
)
SHAPES: MappingProxyType[Focus, re.Pattern[str]] = MappingProxyType(
    {
        "code": re.compile(
            r"\b[A-Z]\w*(?:Error|Exception|Warning)\b|\b(?:errno|exit code|error code|HTTP) ?\d|\bE[A-Z]{4,}\b|"
            r"\w+::\w+|\b\w+\.\w+\(|\b\w+\(\)|`[^`]+`|\b\w+\.(?:py|js|ts|rs|go|cpp|java|rb|sh|toml|yaml|json)\b|"
            r"(?:cannot|can't) (?:find module|import|open shared object)|undefined (?:reference|is not a function)|"
            r"permission denied|no such file or directory|command not found|0x[0-9a-fA-F]{4,}"
        ),
        "science": re.compile(r"\b10\.\d{4,9}/\S+|\b(?:arXiv:)?\d{4}\.\d{4,5}(?:v\d+)?\b|\bPMID:? ?\d+", re.IGNORECASE),
    }
)
"""Seen in the text as written: names of errors, calls, file names; numbers of papers (DOI, arXiv, PubMed)."""


def intents_of(question: str) -> tuple[Focus, ...]:
    """Name the kinds of sources that a question calls for beside the general web, the surest first.

    A named place, product or person calls for reference works; what is being done with code is also discussed.
    """
    said = fold(question).replace("\u2019", "'")
    found: list[Focus] = [focus for focus, shape in SHAPES.items() if shape.search(question)]
    found += [focus for focus, words in WORDS.items() if words.search(said)]
    if "code" in found:
        found.append("discussion")
    if names(question):
        found.append("reference")
    return tuple(dict.fromkeys(found))
