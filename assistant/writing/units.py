"""Units of measurement and of money as English and French write them, and turning one into another.

Knows spellings; the factors are Pint's. Leaves finding numbers to `written_values.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from retrievers.data.currency_names import CURRENCIES, SYMBOLS

if TYPE_CHECKING:
    from pint import UnitRegistry

__all__ = [
    "UNITS",
    "Unit",
    "convert",
    "dimension_of",
    "is_money",
    "money_called",
    "monies",
    "unit_after",
    "unit_before",
    "units_named",
]

TABLE = """
length|km|kilometer|kilomet(?:er|re)s? kilomètres?
length|cm|centimeter|centimet(?:er|re)s? centimètres?
length|mm|millimeter|millimet(?:er|re)s? millimètres?
length|nmi|nautical_mile|nautical\\smiles? milles?\\smarins?
length|mi|mile|miles?
length|yd|yard|yards?
length|ft|foot|feet foot pieds?
length|″|inch|inch(?:es)? pouces?
length|m|meter|met(?:er|re)s? mètres?
mass|kg|kilogram|kilogram(?:me)?s? kilos?
mass|mg|milligram|milligram(?:me)?s?
mass|g|gram|gram(?:me)?s?
mass|t|metric_ton|tonnes? metric\\stons?
mass|lb|pound|lbs pounds? livres?
mass|oz|ounce|ounces? onces?
volume|m³|meter**3|cubic\\smet(?:er|re)s? mètres?\\scubes? m3
volume|mL|milliliter|millilit(?:er|re)s? ml
volume|L|liter|lit(?:er|re)s? l
volume|US gal|gallon|us\\sgallons? gallons?\\saméricains?
temperature|°C|degC|degrees?\\scelsius degrés?\\scelsius celsius
temperature|°F|degF|degrees?\\sfahrenheit degrés?\\sfahrenheit fahrenheit
temperature|K|kelvin|kelvins?
speed|km/h|kilometer/hour|kilomet(?:er|re)s?\\s(?:per|an)\\shour kilomètres?(?:\\s|-)(?:par|à\\sl')\\s?heure kmh
speed|m/s|meter/second|met(?:er|re)s?\\sper\\ssecond mètres?\\spar\\sseconde
speed|mph|mile/hour|miles?\\s(?:per|an)\\shour mi/h
speed|kn|knot|knots? nœuds? noeuds?
area|km²|kilometer**2|square\\skilomet(?:er|re)s? kilomètres?\\scarrés? km2 sq\\.?\\skm
area|mi²|mile**2|square\\smiles? milles?\\scarrés? sq\\.?\\smi
area|m²|meter**2|square\\smet(?:er|re)s? mètres?\\scarrés? m2
area|ft²|foot**2|square\\sfeet sq\\.?\\sft
area|ha|hectare|hectares?
area|acre|acre|acres?
data|TB|terabyte|terabytes? téraoctets? To
data|GB|gigabyte|gigabytes? gigaoctets? Go
data|MB|megabyte|megabytes? mégaoctets? Mo
data|kB|kilobyte|kilobytes? kilooctets? KB ko
data|TiB|tebibyte|tebibytes? Tio
data|GiB|gibibyte|gibibytes? Gio
data|MiB|mebibyte|mebibytes? Mio
data|KiB|kibibyte|kibibytes? kio
time|year|year|years? ans? années?
time|week|week|weeks? semaines?
time|day|day|days? jours?
time|h|hour|hours? heures?
time|min|minute|minutes?
time|s|second|seconds? secondes?
energy|TWh|terawatt_hour|terawatt(?:-|\\s)?hours? térawattheures?
energy|GWh|gigawatt_hour|gigawatt(?:-|\\s)?hours? gigawattheures?
energy|MWh|megawatt_hour|megawatt(?:-|\\s)?hours? mégawattheures?
energy|kWh|kilowatt_hour|kilowatt(?:-|\\s)?hours? kilowattheures?
energy|MJ|megajoule|megajoules? mégajoules?
energy|kJ|kilojoule|kilojoules?
energy|J|joule|joules?
energy|kcal|kilocalorie|kilocalories? kcals?
power|GW|gigawatt|gigawatts?
power|MW|megawatt|megawatts? mégawatts?
power|kW|kilowatt|kilowatts?
power|W|watt|watts?
pressure|hPa|hectopascal|hectopascals?
pressure|kPa|kilopascal|kilopascals?
pressure|mbar|millibar|millibars?
pressure|bar|bar|bars?
pressure|psi|psi|psi
pressure|atm|atmosphere|atmospheres? atmosphères?
pressure|Pa|pascal|pascals?
share|%|percent|percent per\\scent pour\\scent pour-cent
"""
"""Dimension, how it is shown, Pint's name, other spellings. Left out on purpose: "in" for inches is a word, "tons" and
bare "gallons" are of two sizes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit: what it measures, how it is shown, and what Pint calls it."""

    symbol: str
    dimension: str
    pint_name: str
    spelt: tuple[str, ...]
    """Patterns, each of one spelling."""


def unit_of(line: str) -> Unit:
    """Read one line of the table; symbols are told by their case, words are not."""
    dimension, symbol, pint_name, words = line.split("|", 3)
    spelt = [f"(?i:{word})" if len(word) > 3 else word for word in words.split()]  # noqa: PLR2004 - Mo is no mo
    return Unit(symbol=symbol, dimension=dimension, pint_name=pint_name, spelt=(*spelt, re.escape(symbol)))


UNITS = MappingProxyType({unit.symbol: unit for unit in map(unit_of, TABLE.strip().splitlines())})
MONEY = MappingProxyType({code: f"{code}|(?i:{found.pattern})" for code, found in CURRENCIES.items()})
GAP = r"[ \u00a0\u202f-]?"
END = r"(?![\w²³])"
SIGN = "|".join(re.escape(sign) for sign in sorted(SYMBOLS, key=len, reverse=True))


@lru_cache(maxsize=1)
def measures() -> re.Pattern[str]:
    """Compile what may stand behind a number for a unit, the longest spelling first."""
    spelt = sorted((one for unit in UNITS.values() for one in unit.spelt), key=len, reverse=True)
    return re.compile("|".join(f"(?:{one})" for one in spelt))


@lru_cache(maxsize=512)
def measure_called(text: str) -> str | None:
    """Name the unit that is spelt so."""
    return next((unit.symbol for unit in UNITS.values() if re.fullmatch("|".join(unit.spelt), text)), None)


@lru_cache(maxsize=1)
def monies() -> re.Pattern[str]:
    """Compile the names, codes and signs of currencies."""
    named = "|".join(f"(?P<{code}>{pattern})" for code, pattern in MONEY.items())
    return re.compile(rf"(?P<sign>{SIGN})|(?<![^\W\d_])(?:{named})(?![^\W\d_])")


def unit_after(text: str, place: int) -> tuple[str, int]:
    """Read the unit or currency that stands right behind a number: its symbol ("" for none) and where it ends."""
    gap = re.compile(rf"{GAP}(?:of\s|de\s|d['\u2019])?").match(text, place)
    begin = gap.end() if gap else place
    for pattern in (measures(), monies()):
        found = pattern.match(text, begin)
        while found and not re.compile(END).match(text, found.end()) and found.end() - begin > 1:
            found = pattern.match(text, begin, found.end() - 1)
        if found and (re.compile(END).match(text, found.end()) or not found[0][-1].isalnum()):
            name = money_called(found) if pattern is monies() else measure_called(found[0])
            if name:
                return name, found.end()
    return "", place


def unit_before(text: str, place: int) -> str:
    """Read the sign or code of a currency that stands right before a number: "€250", "USD 40"; "" for none."""
    found = re.compile(rf"({SIGN}|\b(?:{'|'.join(MONEY)})\b)[ \u00a0\u202f]?$").search(text[:place])
    return SYMBOLS.get(found[1], found[1]) if found else ""


def money_called(found: re.Match[str]) -> str | None:
    """Give the code of a currency that was found."""
    return SYMBOLS[found[0]] if found.lastgroup == "sign" else found.lastgroup


def units_named(text: str) -> tuple[str, ...]:
    """List what a phrase may name that is nothing but a unit: "feet", "pounds" (of weight, of money)."""
    bare = re.sub(r"^(?:the|a|an|les?|la|des?)\s+", "", text.strip(), flags=re.IGNORECASE)
    money = monies().fullmatch(bare)
    found = (measure_called(bare), measure_called(bare.lower()), money_called(money) if money else None)
    return tuple(dict.fromkeys(one for one in found if one))


def dimension_of(symbol: str) -> str:
    """Tell what a unit measures: "length", "money", "rate" (of one currency in another), "" for a plain number."""
    if is_money(symbol):
        return "money"
    first, _, second = symbol.partition("/")
    if is_money(first) and is_money(second):
        return "rate"
    return UNITS[symbol].dimension if symbol in UNITS else ""


def is_money(symbol: str) -> bool:
    """Tell whether it is the code of a currency."""
    return symbol in CURRENCIES


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """Turn an amount into another unit of the same dimension; currencies need a rate, not this."""
    quantity = registry().Quantity(value, UNITS[source].pint_name)
    return Decimal(quantity.to(UNITS[target].pint_name).magnitude)


@lru_cache(maxsize=1)
def registry() -> UnitRegistry[Decimal]:
    """Load Pint when a unit is first converted: that takes half a second, which no other question should wait for."""
    from pint import UnitRegistry  # noqa: PLC0415 - see above

    return UnitRegistry(non_int_type=Decimal)
