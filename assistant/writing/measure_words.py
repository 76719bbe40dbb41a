"""The words of four languages for scales and units, and what each comes to.

A table: `measures.py` reads with it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from assistant.language.folding import fold

__all__ = ["COUNTS", "SCALES", "SYMBOLS", "UNITS", "Unit"]


class Unit(NamedTuple):
    """What a unit measures and how much of its base unit it is."""

    name: str
    factor: str = "1"


COUNTS = MappingProxyType(
    {
        "en": "two three four five six seven eight nine ten eleven twelve",
        "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
        "de": "zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    }
)
"""From two on: "one" is more often a pronoun than a count. Folded."""

SCALE_WORDS = (
    ("1000", "thousand mille tausend mil"),
    ("1000000", "million millions millionen mio millón millones mn"),
    ("1000000000", "billion billions milliard milliards milliarde milliarden mrd bn"),
    ("1000000000000", "trillion trillions"),
)
"""English short scale; "billion" of French, German and Spanish (10^12) is rare and left alone."""
SCALES = MappingProxyType(
    {fold(word): factor for factor, spelt in SCALE_WORDS for word in spelt.split() if word != "m"}
)

UNIT_WORDS = (
    ("metre", "1000", "km kilometre kilometres kilometer kilometers kilomètre kilomètres kilómetro kilómetros"),
    ("metre", "1", "m metre metres meter meters mètre mètres metro metros metern"),
    ("metre", "0.01", "cm centimetre centimetres centimeter centimeters centimètre centimètres centímetros"),
    ("metre", "0.001", "mm millimetre millimetres millimeter millimeters millimètre millimètres milímetros"),
    ("mile", "1", "mi mile miles meile meilen milla millas mille mile-long"),
    ("foot", "1", "ft foot feet pied pieds fuß pies"),
    ("inch", "1", "inch inches pouce pouces zoll pulgadas"),
    ("yard", "1", "yard yards"),
    ("gram", "1000", "kg kilogram kilograms kilogramme kilogrammes kilogramm kilo kilos kilogramos"),
    ("gram", "1", "g gram grams gramme grammes gramm gramos"),
    ("gram", "0.001", "mg milligram milligrams milligramme milligrammes milligramm miligramos"),
    ("gram", "0.000001", "µg microgram micrograms"),
    ("gram", "1000000", "t tonne tonnes metric-tons tonnen toneladas"),
    ("ton", "1", "ton tons"),
    ("pound", "1", "lb lbs"),
    ("ounce", "1", "oz ounce ounces once onces unze unzen onzas"),
    ("litre", "1", "l litre litres liter liters litro litros litern"),
    ("litre", "0.001", "ml millilitre millilitres milliliter milliliters"),
    ("gallon", "1", "gallon gallons"),
    ("hectare", "1", "ha hectare hectares hektar hectáreas"),
    ("acre", "1", "acre acres"),
    ("km2", "1", "km2 km²"),
    ("km/h", "1", "km/h kph kmh"),
    ("mph", "1", "mph"),
    ("celsius", "1", "°c celsius"),
    ("fahrenheit", "1", "°f fahrenheit"),
    ("percent", "1", "% percent pct prozent"),
    ("point", "1", "points point pp prozentpunkte prozentpunkten puntos"),
    ("second", "1", "s second seconds sec secs seconde secondes sekunde sekunden segundo segundos"),
    ("second", "0.001", "ms millisecond milliseconds milliseconde millisecondes millisekunden milisegundos"),
    ("second", "60", "min minute minutes minuten minuto minutos mins"),
    ("second", "3600", "h hour hours heure heures stunde stunden hora horas hrs"),
    ("day", "1", "day days jour jours tag tage tagen día días"),
    ("day", "7", "week weeks semaine semaines woche wochen semana semanas"),
    ("month", "1", "month months mois monat monate monaten mes meses"),
    ("month", "12", "year years an ans année années jahr jahre jahren año años"),
    ("byte", "1", "byte bytes octets"),
    ("byte", "1000", "kb ko"),
    ("byte", "1000000", "mb mo"),
    ("byte", "1000000000", "gb go"),
    ("byte", "1000000000000", "tb to"),
    ("byte", "1024", "kib"),
    ("byte", "1048576", "mib"),
    ("byte", "1073741824", "gib"),
    ("watt", "1", "w watt watts"),
    ("watt", "1000", "kw kilowatt kilowatts"),
    ("watt", "1000000", "mw megawatt megawatts"),
    ("watt", "1000000000", "gw gigawatt gigawatts"),
    ("watt hour", "1000", "kwh"),
    ("watt hour", "1000000", "mwh"),
    ("hertz", "1", "hz"),
    ("hertz", "1000", "khz"),
    ("hertz", "1000000", "mhz"),
    ("hertz", "1000000000", "ghz"),
    ("usd", "1", "dollar dollars usd dólares $"),
    ("eur", "1", "euro euros eur €"),
    ("gbp", "1", "gbp sterling £"),
    ("jpy", "1", "yen jpy"),
    ("chf", "1", "chf"),
    ("cny", "1", "yuan cny"),
    ("inr", "1", "rupee rupees inr"),
)
PHRASES = (
    ("percent", "per cent"),
    ("percent", "pour cent"),
    ("percent", "por ciento"),
    ("point", "percentage points"),
    ("point", "percentage point"),
    ("point", "points de pourcentage"),
    ("point", "puntos porcentuales"),
    ("basis point", "basis points"),
    ("km2", "square kilometres"),
    ("km2", "square kilometers"),
    ("mile2", "square miles"),
    ("celsius", "degrees celsius"),
    ("fahrenheit", "degrees fahrenheit"),
    ("km/h", "kilometres per hour"),
    ("km/h", "kilometers per hour"),
    ("mph", "miles per hour"),
)
LEFT_OUT = frozenset({"to", "go", "mo", "mille", "once", "an", "s"})
"""Words that are more often something else. "Pound" is left out above: it is money as often as weight."""
UNITS = MappingProxyType(
    {
        fold(word): Unit(name, factor)
        for name, factor, spelt in UNIT_WORDS
        for word in spelt.split()
        if word not in LEFT_OUT
    }
    | {fold(phrase): Unit(name) for name, phrase in PHRASES}
)
SYMBOLS = MappingProxyType(
    {"us$": Unit("usd"), "$": Unit("usd"), "€": Unit("eur"), "£": Unit("gbp"), "¥": Unit("jpy"), "₹": Unit("inr")}
)
