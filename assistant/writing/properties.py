"""Which property of a thing a text speaks of: its height, its population, its price.

Knows words of English and French and what units a property has. Leaves values to `stated_values.py`.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from assistant.language.words import fold

__all__ = ["DIMENSIONS", "PROPERTY_WORDS", "has_unit_of", "properties_in"]

TABLE = """
height|length|height|high|higher|tall|taller|elevation|altitude|hauteur|hauts?|hautes?|culmine\\w*
length|length|length|long|longer|longueur|longue?s?
width|length|width|wide|wider|largeur|larges?
depth|length|depths?|deep|deeper|deepest|shallowest|profondeurs?|profonde?s?
distance|length|distance|far|farther|further|eloignee?s?|loin
area|area|area|superficie
population|count|population|inhabitants?|residents?|people|habitants?|populations?|peuplee?s?|populous
mass|mass|weight|weigh\\w*|mass|heavy|heavier|heaviest|poids|pes\\w+|lourde?s?|masse
temperature|temperature|temperatures?|warm|warmer|warmest|hot|hotter|hottest|cold|colder|coldest|chaude?s?|froide?s?
precipitation|length|precipitations?|rain|rainfall|rainy|rainiest|wetter|wettest|pluie|pluvieux|pluvieuse
wind|speed|wind|winds|windy|windiest|vent|venteux
speed|speed|speed|fast|faster|fastest|vitesse|rapides?
price|money|price|prices|priced|cost|costs|expensive|cheap|cheaper|cheapest|prix|cout\\w*|chere?s?
rate|rate|exchange rates?|taux de change
magnitude|count|magnitudes?|stronger|strongest|weakest|strength|forte?s?|faibles?
duration|time|duration|duree|last(?:s|ed)?
volume|volume|volume|capacity
pressure|pressure|pressure|pression
energy|energy|energy|energie|electricity|electricite
humidity|share|humidity|humidite
probability|share|probability|probabilite|chance
"""
ROWS = tuple(line.split("|", 2) for line in TABLE.strip().splitlines())
DIMENSIONS = MappingProxyType({name: dimension for name, dimension, _ in ROWS})
"""Property → what its unit measures; a "count" has no unit."""
PATTERNS = MappingProxyType({name: re.compile(rf"\b(?:{words})\b") for name, _, words in ROWS})
PROPERTY_WORDS = re.compile("|".join(pattern.pattern for pattern in PATTERNS.values()))


def properties_in(text: str) -> frozenset[str]:
    """Name the properties that a text speaks of."""
    folded = fold(text)
    return frozenset(name for name, pattern in PATTERNS.items() if pattern.search(folded))


def has_unit_of(dimension: str, wanted: str) -> bool:
    """Tell whether a value of one dimension ("" for a plain number) can be of a property."""
    return dimension == ("" if DIMENSIONS[wanted] == "count" else DIMENSIONS[wanted])
