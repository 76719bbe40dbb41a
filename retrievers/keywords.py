"""A question boiled down to the words worth searching for, for sources that want every word to occur.

Knows function words of a few languages; other languages keep all their words. Knows nothing of any source's syntax, but
keeps no character that one of them gives a meaning to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["keywords", "loosened", "shortened"]

WORD = re.compile(r"\w+(?:[-.]\w+)*[+#]*")
FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """
            a about above after again all also am an and any are aren as at be because been before being below between
            both but by can could couldn did didn do does doesn doing don down during each few for from further get
            had has hasn have haven having he her here hers him his how i if in into is isn it its just ll many may me
            might more most much must my no nor not of off on once only or other our out over own per please re same
            shall she should so some such tell than that the their them then there these they this those through to
            too under until up upon us use using ve very was wasn we were what when where which while who whom whose
            why will with within without won would you your
        """,
        "fr": """
            a afin ai alors après as au aussi aux avant avec avez avoir avons ce ceci cela celle celles celui ces cet
            cette ceux chez combien comme comment contre dans de depuis des donc dont du elle elles en encore entre es
            est est-ce et eu eux faire faut il ils je jusqu la laquelle le lequel les lesquelles lesquels leur leurs
            lors lui là ma mais me mes moi mon même ne ni nos notre nous on ont ou où par parce pas pendant peut
            peuvent peux plus pour pourquoi puis puis-je qu quand que quel quelle quelles quels quelque quelques qui
            quoi sa sans se sera ses si soit son sont sous sur ta te tes toi ton tous tout toute toutes très tu un une
            vers vos votre vous y à été être
        """,
        "de": """
            aber alle als also am an auch auf aus bei beim bin bis bist da dann das dass dem den denn der des die dies
            diese diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es für gegen gibt
            haben hat hatte ich ihr ihre im in ist ja kann kein keine können man mehr mein meine mich mir mit muss
            nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so soll über um und uns unter vom von vor
            wann warum was weil welche welchem welchen welcher welches wenn wer werden wie wir wird wo wurde zu zum
            zur
        """,
        "es": """
            a al algo ante antes aunque como con contra cual cuales cuando cuál cuáles cuándo cuánto cuántos cómo de
            del desde donde dónde e el ella ellas ellos en entre era es esa ese eso esta este esto están está fue ha
            han hasta hay la las le les lo los me mi muy más ni no nos o para pero por porque puede puedo que qué
            quien quién se ser si sin sobre son su sus sí también te tiene tu un una uno unos unas y ya yo
        """,
        "it": """
            a ad ai al alla alle allo anche che chi ci come con cosa cui da dal dalla dei del della delle dello di
            dove e ed era gli ha hanno i il in io la le lo loro ma mi nei nel nella nelle non o ogni per perché più
            posso può qual quale quali quando quanto quella quelle quelli quello questa queste questi questo se senza
            si sono su sul sulla tra un una uno è
        """,
        "pt": """
            a ao aos as com como da das de do dos e ela ele eles em entre era essa esse esta este eu foi há isso isto
            já mais mas me na nas no nos não o onde os ou para pela pelo pode por porque posso qual quais quando
            quanto que quem se sem ser seu sua são só também tem um uma uns umas à é
        """,
        "nl": """
            aan al als bij dan dat de der deze die dit door een en er had heb hebben heeft het hij hoe hun ik in is ja
            je kan kunnen maar meer met mij mijn moet naar niet nog nu of om onder ons ook op over te tegen tot uit
            van veel voor waar waarom wanneer was wat we welke wie wij worden wordt zal ze zich zij zijn zo zonder zou
        """,
    }.items()
}


def keywords(text: str, language: str) -> tuple[str, ...]:
    """Return the words worth searching for, in order and once each; all words where none is left."""
    words = tuple(dict.fromkeys(WORD.findall(text)))
    dropped = FUNCTION_WORDS.get(language, frozenset())
    telling = tuple(word for word in words if not (word.casefold() in dropped or (len(word) == 1 and word.islower())))
    return telling or words


def loosened(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give all words, then ever fewer of the most telling: for a source that finds only pages with every word."""
    ranked = sorted(words, key=lambda word: (word == word.lower(), -len(word)))
    count = len(words)
    while count:
        kept = set(ranked[:count])
        yield tuple(word for word in words if word in kept)
        count //= 2


def shortened(text: str, language: str, max_characters: int) -> str:
    """Return the text as it is where it fits, else as many of its keywords as fit."""
    if len(text) <= max_characters:
        return text
    joined = " ".join(keywords(text, language))[: max_characters + 1]
    return joined if len(joined) <= max_characters else joined.rpartition(" ")[0] or joined[:max_characters]
