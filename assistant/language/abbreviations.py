"""Words after which a point need not end a sentence, in seven languages.

Our own selection, folded by `casefold` and without the last point. Words that are also common at the end of a sentence
("no", "art", "est") are listed only for where a number follows.
"""

from __future__ import annotations

__all__ = ["BEFORE_A_NAME", "BEFORE_A_NUMBER", "MAYBE_AT_THE_END", "OPENERS", "ORDINAL_NOUNS"]

TITLES = """
mr mrs ms dr prof st mt ft rev hon col lt capt sgt maj gov sen messrs vs viz cf approx dept univ e.g i.e eg
mme mmes mlle mlles mgr ste p.ex env av éd tél p.ej
bzw bzgl ggf evtl inkl exkl vgl sog geb gest mio mrd frl
sra srta sres dra dña ud uds avda núm
sigg dott avv pagg sig.ra exmo exma
dhr mevr drs bijv
"""
"""Whatever follows, the sentence goes on."""
NUMBERED = """
no nos nr n° fig figs eq eqs ch chap sec sect vol vols p pp pg pag pág págs art par abs bd op ed ca est hab
jan feb mar apr may jun jul aug sep sept oct nov dec janv févr avr juil déc ene abr ago dic gen mag giu lug set ott
"""
"""Before a number the sentence goes on: "No. 5", "Fig. 3", "Sept. 11"."""
ENDINGS = "inc ltd co corp llc plc bros jr sr al am pm gmbh usw ecc enz"
"""Either: the sentence ends where a word follows that often opens one."""
OPENING = """
the a an this that these those it its he she they we i you there here in on at by for from with as after before
when while if but and however although since who what where why how
le la les un une des ce cette ces il elle ils elles nous vous dans en pour par avec mais et
der die das ein eine es er sie wir im am auf für mit und aber wenn nach
el los las una esto ella con por para pero y si lo gli per ma e se o os as um uma em com mas
de het een dit dat hij zij ze op voor maar
"""
ORDINALS = "januar februar märz april mai juni juli august september oktober november dezember jahrhundert"
"""German writes ordinals with a point: "am 3. Mai"."""

BEFORE_A_NAME = frozenset(TITLES.split())
BEFORE_A_NUMBER = frozenset(NUMBERED.split())
MAYBE_AT_THE_END = frozenset(ENDINGS.split())
OPENERS = frozenset(OPENING.split())
ORDINAL_NOUNS = frozenset(ORDINALS.split())
