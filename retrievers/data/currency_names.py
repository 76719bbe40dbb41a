"""What currencies are called: their codes, their names in English and French, their symbols.

Knows the currencies of the ECB's reference rates and others that people ask for. Leaves questions to `currencies.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["CURRENCIES", "ECB_CODES", "SYMBOLS", "Currency"]

ECB_CODES = frozenset(
    {"AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY"}
    | {"KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "USD", "ZAR"}
)
"""The euro and the currencies of the ECB's list since Bulgaria joined the euro in January 2026."""
# A longer name of one currency stands before a shorter one of another ("roupie indonésienne" before "roupie").
TABLE = """
AUD|Australian dollar|Australian dollars|dollar australien|dollars australiens|aussie dollars?
CAD|Canadian dollar|Canadian dollars|dollar canadien|dollars canadiens|
HKD|Hong Kong dollar|Hong Kong dollars|dollar de Hong Kong|dollars de Hong Kong|
NZD|New Zealand dollar|New Zealand dollars|dollar néo-zélandais|dollars néo-zélandais|
SGD|Singapore dollar|Singapore dollars|dollar de Singapour|dollars de Singapour|
TWD|Taiwan dollar|Taiwan dollars|dollar taïwanais|dollars taïwanais|
USD|US dollar|US dollars|dollar américain|dollars américains|(?:american )?dollars?|greenback
EGP|Egyptian pound|Egyptian pounds|livre égyptienne|livres égyptiennes|
GBP|pound sterling|pounds sterling|livre sterling|livres sterling|(?:british )?pounds?|livres? anglaises?|sterling
EUR|euro|euros|euro|euros|
XOF|CFA franc|CFA francs|franc CFA|francs CFA|
CHF|Swiss franc|Swiss francs|franc suisse|francs suisses|francs?
JPY|Japanese yen|Japanese yen|yen japonais|yens japonais|yens?
CNY|Chinese yuan|Chinese yuan|yuan chinois|yuans chinois|yuans?|renminbi|rmb
KRW|South Korean won|South Korean won|won sud-coréen|wons sud-coréens|korean won|wons? coréens?
IDR|Indonesian rupiah|Indonesian rupiah|roupie indonésienne|roupies indonésiennes|rupiahs?
INR|Indian rupee|Indian rupees|roupie indienne|roupies indiennes|rupees?|roupies?
BRL|Brazilian real|Brazilian reais|réal brésilien|réals brésiliens|reais|reals? brésiliens?
MXN|Mexican peso|Mexican pesos|peso mexicain|pesos mexicains|
PHP|Philippine peso|Philippine pesos|peso philippin|pesos philippins|
ARS|Argentine peso|Argentine pesos|peso argentin|pesos argentins|
CLP|Chilean peso|Chilean pesos|peso chilien|pesos chiliens|
COP|Colombian peso|Colombian pesos|peso colombien|pesos colombiens|
ZAR|South African rand|South African rand|rand sud-africain|rands sud-africains|rands?
SEK|Swedish krona|Swedish kronor|couronne suédoise|couronnes suédoises|kronor|krona
NOK|Norwegian krone|Norwegian kroner|couronne norvégienne|couronnes norvégiennes|
DKK|Danish krone|Danish kroner|couronne danoise|couronnes danoises|
ISK|Icelandic króna|Icelandic krónur|couronne islandaise|couronnes islandaises|icelandic krona
CZK|Czech koruna|Czech koruna|couronne tchèque|couronnes tchèques|korunas?
PLN|Polish zloty|Polish zlotys|zloty polonais|zlotys polonais|zlotys?|złoty
HUF|Hungarian forint|Hungarian forints|forint hongrois|forints hongrois|forints?
RON|Romanian leu|Romanian lei|leu roumain|lei roumains|
TRY|Turkish lira|Turkish lira|livre turque|livres turques|
ILS|Israeli shekel|Israeli shekels|shekel israélien|shekels israéliens|shekels?
THB|Thai baht|Thai baht|baht thaïlandais|bahts thaïlandais|bahts?
MYR|Malaysian ringgit|Malaysian ringgit|ringgit malaisien|ringgits malaisiens|ringgits?
VND|Vietnamese dong|Vietnamese dong|dong vietnamien|dongs vietnamiens|
RUB|Russian rouble|Russian roubles|rouble russe|roubles russes|roubles?|rubles?
UAH|Ukrainian hryvnia|Ukrainian hryvnias|hryvnia ukrainienne|hryvnias ukrainiennes|hryvnias?
AED|UAE dirham|UAE dirhams|dirham des Émirats|dirhams des Émirats|emirati dirhams?
MAD|Moroccan dirham|Moroccan dirhams|dirham marocain|dirhams marocains|
TND|Tunisian dinar|Tunisian dinars|dinar tunisien|dinars tunisiens|
DZD|Algerian dinar|Algerian dinars|dinar algérien|dinars algériens|
SAR|Saudi riyal|Saudi riyals|riyal saoudien|riyals saoudiens|
NGN|Nigerian naira|Nigerian naira|naira nigérian|nairas nigérians|nairas?
"""
SYMBOLS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD",
    "R$": "BRL", "MX$": "MXN", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "₺": "TRY", "₪": "ILS", "₴": "UAH", "฿": "THB", "zł": "PLN",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Currency:
    """Name one currency in both languages, in the singular and the plural, and say how it is recognised."""

    code: str
    english: str
    english_plural: str
    french: str
    french_plural: str
    pattern: str


def currency_of(line: str) -> Currency:
    """Read one line of the table; what stands behind the names are other words for the same currency."""
    code, english, english_plural, french, french_plural, *others = line.split("|", 5)
    names = [re.escape(name) for name in (english, english_plural, french, french_plural)]
    return Currency(
        code=code,
        english=english,
        english_plural=english_plural,
        french=french,
        french_plural=french_plural,
        pattern="|".join([*sorted(names, key=len, reverse=True), *filter(None, others)]),
    )


CURRENCIES = {found.code: found for found in map(currency_of, TABLE.strip().splitlines())}
