"""Function words of seven languages: words that say nothing of what a text is about.

Written as they are spelt and folded when first asked for. Also the evidence that `detection.py` goes by. Question words
are in: a passage that answers does not repeat them. Words that are as often a topic ("may", "can" as a noun) stay out
only where a wrong guess would cost more than a right one saves.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from assistant.language.folding import fold

__all__ = ["SPELT", "stop_words"]

SPELT = MappingProxyType(
    {
        "en": """
        a about above after again all also although am an and any are aren't as at be because been before being
        below between both but by can can't could couldn't did didn't do does doesn't doing don't down during
        each either else ever few for from further had hadn't has hasn't have haven't having he her here hers
        herself him himself his how however i if in into is isn't it its itself just let me might more most must
        mustn't my myself neither no nor not now of off on once one only onto or other ought our ours ourselves
        out over own please same shall she should shouldn't since so some such tell than that the their theirs
        them themselves then there these they this those though through to too under until up upon us very was
        wasn't we were weren't what whatever when where whether which while who whom whose why will with within
        without won't would wouldn't yes yet you your yours yourself s t re ve ll d m
        """,
        "fr": """
        à afin ai aie ainsi alors après as au aucun aucune aura auront aussi autre autres aux avait avant avec
        avez avoir avons ayant c ça car ce ceci cela celle celles celui cent ces cet cette ceux chaque chez ci
        combien comme comment d dans de depuis des dès donc dont du d'une elle elles en encore entre es est et étaient
        était étant été être eu eux faire fait faut font fut il ils j je jusqu l la là laquelle le lequel les
        lesquelles lesquels leur leurs lors lorsque lui m ma mais me même mêmes mes moi moins mon n ne ni nos
        notre nous on ont or ou où par parce pas pendant peu peut peuvent plus pour pourquoi pouvez pouvoir puis
        qu quand que quel quelle quelles quels qui quoi s sa sans se sera seront ses si sinon soit son sont sous
        suis sur t ta tandis te tes toi ton tous tout toute toutes très tu un une va vers vos votre vous y
        """,
        "de": """
        ab aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus außer bei beim
        bin bis bist da dabei dadurch dafür damit dann daran darauf daraus darf das dass davon dazu dein deine
        dem den denen denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du
        durch ein eine einem einen einer eines er es etwas euch euer für gegen gibt hab habe haben hat hatte
        hatten her hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem
        jeden jeder jedes jener jetzt kann kein keine keinem keinen keiner können könnte machen man mehr mein
        meine mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen
        seiner seit sich sie sind so solche soll sollen sollte sondern sonst über um und uns unser unsere unter
        viel vom von vor wann war waren warum was weil welche welchem welchen welcher welches wem wen wenn wer
        werde werden weshalb wessen wie wieder wieviel will wir wird wirst wo woher wohin wurde wurden würde zu
        zum zur zwar zwischen
        """,
        "es": """
        a al algo algún alguna algunas alguno algunos ante antes aquel aquella así aún aunque bajo bien cada
        como cómo con contra cual cuál cuales cuáles cualquier cuando cuándo cuanto cuánto cuánta cuántos
        cuántas de debe del desde después donde dónde dos durante e el él ella ellas ellos en entre era eran es
        esa esas ese eso esos esta está están estaba estado estar estas este esto estos fue fueron fui ha haber
        había hace hacer hacia han hasta hay he la las le les lo los más me mediante mi mis mientras muy nada ni
        no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco por porque pues puede pueden
        puedo que qué quien quién quienes quiénes se sea según ser si sí sido sin sobre son su sus también tan
        tanto te tiene tienen toda todas todo todos tras tu tus un una unas uno unos usted ustedes y ya yo
        """,
        "it": """
        a abbia ad agli ai al alla alle allo anche ancora avere aveva avevano c che chi ci cioè come con così
        cosa cui d da dagli dai dal dall dalla dalle dallo degli dei del dell della delle dello dentro deve di
        dopo dove due dunque e è ed egli era erano essa esse essere essi esso fa fare fino fra fu furono gli ha
        hai hanno ho i il in io l la le lei li lo loro lui m ma me mentre mi mia mio molto ne negli nei nel nell
        nella nelle nello no noi non nostra nostro o oppure ogni per perché perciò più poi possono può qual qual
        quale quali quando quanta quante quanti quanto quasi quella quelle quelli quello quest questa queste
        questi questo qui s se sei senza si sia siamo siano solo sono sopra sotto stata state stati stato su sua
        sue sugli sui sul sull sulla sulle sullo suo suoi tra tre tu tutta tutte tutti tutto un una uno v vi voi
        """,
        "pt": """
        a à ao aos aquela aquele aquilo as às até cada com como contra da das de dela dele deles depois desde
        dessa desse desta deste disso do dos e é ela elas ele eles em entre era eram essa essas esse esses esta
        está estão estas estava este estes eu existe foi foram fazer há isso isto já lhe lhes mais mas me mesmo
        meu meus minha muito na não nas nem nessa nesse nesta neste no nos nós nossa nosso num numa o onde os ou
        para pela pelas pelo pelos pode podem por porque porquê posso pra qual quais quando quanta quanto
        quantas quantos que quê quem são se seja sem ser será seu seus si sido sob sobre sua suas só também tem
        têm tenho ter teve tinha todo todos tu um uma umas uns você vocês
        """,
        "nl": """
        aan al alle alleen als altijd andere ben bent bij binnen daar dan dat de den deze die dit doch doen door
        dus een één eens en er ge geen geweest haar had hadden heb hebben heeft hem het hier hij hoe hoeveel
        hoewel hun ik in is ja je jij jou jouw kan kon kunnen kunt maar me meer men met mij mijn moet moeten na
        naar niet niets nog nu of om omdat onder ons onze ook op over reeds sinds te tegen ten ter toch toen tot
        tussen u uit uw van vanaf veel voor waar waarom wanneer want waren was wat we welk welke werd werden wie
        wij wil worden wordt zal ze zich zij zijn zo zoals zonder zou zouden
        """,
    }
)
"""By ISO 639-1 code. Our own selection; the published Snowball lists served as a check for gaps."""


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """Give the folded function words of a language; none for one that is not listed."""
    return frozenset(fold(word) for word in SPELT.get(language or "", "").split())
