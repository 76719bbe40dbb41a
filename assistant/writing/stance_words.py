"""Words by which a text takes sides: for or against, contested, hedged, attributed to somebody.

Knows English words only; in other languages `polarity.py` and `directions.py` tell what a clause denies. Comparing is
for `stance.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.language.words import stems

__all__ = ["ATTRIBUTED", "CONTRASTED", "HEDGED", "leaning"]

FOR = """
    increase increased increases rise rose rising grow grew grown growth higher more gain gained gains improve improved
    improves improvement better boost boosted enhance enhanced positive exceed exceeded surpass surge expand expanded
    outperform accelerated record strong stronger effective safe benefit beneficial successful success support supports
    supported confirm confirmed confirms prove proven proved satisfactory sound valid reliable sustainable viable
    profitable recommend recommended approve approved compliant meets achieved significant works adequate healthy
    protective secure advantage advantages valuable robust qualifies
"""
AGAINST = """
    decrease decreased decline declined declining drop dropped fall fell lower less fewer reduce reduced reduces
    reduction loss lost worsen worsened worse negative weaken slow slowed cut shrink shrank plunged deteriorate
    ineffective unsafe harm harmful risk risks fail failed failure fails violation violations deficient deficiencies
    unproven insufficient inadequate concern concerns unsustainable problem problems damage limited limitation toxic
    dangerous adverse flawed overstated misleading unable lack lacks refuted disproved debunked myth no not never cannot
    neither minimal negligible marginal insignificant without unsupported false wrong vulnerable costly rejects rejected
    unlikely illegal insolvent
"""
CONTRASTED = re.compile(
    r"\b(?:however|but|critics?|argu\w+|disput\w+|contest\w+|contradict\w*|challeng\w+|contrary|disagree\w*|conflict\w*"
    r"|controvers\w+|debat\w+|while|although|despite|in contrast|whereas|conversely|refut\w+|skeptic\w*|alleg\w+"
    r"|insist\w*|independent\w*|overturn\w*|rather than|instead|opposite|unlike|no evidence|inconsistent)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"\b(?:may|might|could|suggests?|suggested|preliminary|further research|limited|uncertain\w*|unclear|inconclusive"
    r"|mixed|depend\w*|vary|varies|varied|moderate|modest|estimated?|approximately|caution\w*|some)\b",
    re.IGNORECASE,
)
ATTRIBUTED = re.compile(
    r"\b(?:according to|report(?:ed|s)?|stud(?:y|ies)|found|estimat\w+|research\w*|analysis|survey|stated|claimed"
    r"|concluded|published|data|trial|review|investigat\w+|audit\w*|testif\w+|announced|press release)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2)
def stems_of(spelt: str) -> frozenset[str]:
    """Stem one of our lists."""
    return frozenset(stems(spelt, "en"))


def leaning(said: frozenset[str]) -> tuple[int, int]:
    """Count the stems that speak for something and those that speak against it."""
    return len(said & stems_of(FOR)), len(said & stems_of(AGAINST))
