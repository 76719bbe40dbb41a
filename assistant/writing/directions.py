"""Which way a clause points: more or less, before or after, won or lost.

Knows pairs of opposites in four languages; `polarity.py` compares clauses with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType

from assistant.language.words import fold, words

__all__ = ["Direction", "are_opposed", "directions", "strong_words"]

Direction = tuple[int, int]
"""An axis and a side of it."""

AXES = """
    more higher greater larger bigger exceed exceeds exceeded exceeding increase increases increased increasing
    rise rises rose risen rising grow grows grew grown growing growth climb climbs climbed gain gained gains
    surge surged soar soared doubled tripled plus hausse augmente augmenté augmentation croissance monte mehr
    höher größer steigt stieg gestiegen wächst wuchs más mayor aumenta aumentó aumento sube subió crece creció /
    less lower fewer smaller decrease decreases decreased decreasing fall falls fell fallen falling drop drops
    dropped decline declines declined declining shrink shrank shrunk reduce reduces reduced plunged slumped
    halved moins baisse baissé diminue diminué diminution recul weniger niedriger kleiner sinkt sank gesunken
    fällt fiel menos menor baja bajó disminuye disminuyó cae cayó reduce redujo
;
    before prior earlier until avant vor bevor vorher antes / after later following afterwards since après
    depuis nach nachdem seit después tras desde
;
    first earliest oldest premier première erste erster erstes ersten primer primera primero / last latest final
    newest youngest dernier dernière letzte letzter letztes letzten último última
;
    most highest largest biggest maximum tallest longest majority best fastest höchste größte meisten máximo /
    least lowest smallest minimum fewest shortest minority worst slowest niedrigste kleinste wenigsten mínimo
;
    won win wins winner beat beats gagné gagne vainqueur gewann gewinnt gewonnen ganó gana / lost lose
    loses loser perdu perd verlor verliert verloren perdió pierde
;
    open opens opened opening reopened ouvert ouvre öffnet eröffnet abre abrió / close closes closed closing
    closure fermé ferme schließt geschlossen cierra cerró
;
    allow allows allowed permit permits permitted legal lawful permis autorisé erlaubt permitido / forbid
    forbids forbidden prohibit prohibits prohibited ban bans banned illegal unlawful interdit verboten prohibido
    prohíbe
;
    enable enables enabled activate activates activated active activé aktiviert / disable disables disabled
    deactivate deactivates deactivated inactive désactivé deaktiviert
;
    true correct vrai wahr verdadero / false incorrect wrong faux falsch falso
;
    pass passes passed approve approves approved accept accepts accepted adopted approuvé angenommen aprobado /
    fail fails failed reject rejects rejected refuse refuses refused rejeté abgelehnt rechazado
;
    support supports supported favour favor backs backed soutient unterstützt apoya / oppose opposes opposed
    against contre gegen contra
;
    buy buys bought purchase purchased acquire acquired achète acheté kauft kaufte compra compró / sell sells
    sold sale vend vendu verkauft verkaufte vende vendió
;
    import imports imported / export exports exported
;
    north northern nord norden norte / south southern sud süden
;
    east eastern osten / west western ouest westen oeste
;
    safe secure harmless sûr sicher seguro / unsafe dangerous harmful dangereux gefährlich peligroso
;
    possible possibly / impossible
;
    convicted guilty / acquitted innocent
;
    start starts started begin begins began begun launched starting / end ends ended stop stops stopped finish
    finishes finished ending
;
    male man men boy boys father son brother husband / female woman women girl girls mother daughter sister wife
;
    alive survived survives living / dead died dies killed
;
    internal inside / external outside
;
    married / divorced
;
    hired appointed joined joins / fired dismissed resigned resigns sacked leaves
"""
"""One axis to a paragraph, its two sides divided by a stroke. Words that also stand for nothing of the kind ("over the
years", "set up") are left out; bounds of numbers are read by `measures.py`."""
STRONG = """
    only all every always entire entirely sole solely exclusively largest biggest highest lowest smallest tallest
    longest oldest best worst fastest first last seul seule uniquement toujours tous chaque nur alle immer einzige
    solo sólo todos siempre cada i me my mine favorite favourite je moi mon ich mich mein meine yo
"""
"""Words that claim so much, or for somebody so particular, that a source must hold them itself."""


@lru_cache(maxsize=1)
def table() -> MappingProxyType[str, frozenset[Direction]]:
    """Map folded words to where they point."""
    found: dict[str, set[Direction]] = {}
    for axis, sides in enumerate(AXES.split(";")):
        for side, spelt in enumerate(sides.split("/")):
            for word in spelt.split():
                found.setdefault(fold(word), set()).add((axis, side))
    return MappingProxyType({word: frozenset(points) for word, points in found.items() if len(points) == 1})


def directions(tokens: Iterable[str]) -> frozenset[Direction]:
    """Collect where folded words point."""
    known = table()
    return frozenset(point for token in tokens for point in known.get(token, ()))


def are_opposed(claimed: frozenset[Direction], held: frozenset[Direction]) -> bool:
    """Tell whether a clause points the other way on an axis, and nowhere this way."""
    return any((axis, 1 - side) in held and (axis, side) not in held for axis, side in claimed)


@lru_cache(maxsize=1)
def all_strong() -> frozenset[str]:
    """Fold the strong words."""
    return frozenset(words(STRONG))


def strong_words(tokens: Iterable[str]) -> frozenset[str]:
    """Collect the words of a claim that a source must hold themselves."""
    return all_strong().intersection(tokens)
