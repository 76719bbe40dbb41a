"""The two forms in which the European Central Bank publishes its reference rates: XML and CSV.

Knows their shapes only. Leaves what to ask for to `ecb.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from io import StringIO

import httpx

from retrievers.xml_tree import xml_root

__all__ = ["crossed", "read_rates"]

ENVELOPE = "{http://www.gesmes.org/xml/2002-08-01}Envelope"
CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
Rates = dict[date, dict[str, float]]


def read_rates(response: httpx.Response) -> Rates:
    """Read what one euro was worth in each currency, by day."""
    return rates_in_xml(response.content) if response.text.lstrip().startswith("<") else rates_in_csv(response.text)


def rates_in_xml(body: bytes) -> Rates:
    """Read `eurofxref-daily.xml` and its like."""
    cubes = xml_root(body, ENVELOPE).find(CUBE)
    if cubes is None:
        message = "no Cube"
        raise ValueError(message)
    return {
        date.fromisoformat(of_day.attrib["time"]): {
            each.attrib["currency"]: float(each.attrib["rate"]) for each in of_day
        }
        for of_day in cubes
    }


def rates_in_csv(text: str) -> Rates:
    """Read `format=csvdata` of the data API; what does not end with a line's end is cut short."""
    if not text.endswith("\n"):
        message = "the table is cut short"
        raise ValueError(message)
    rates: Rates = {}
    for row in csv.DictReader(StringIO(text)):
        if row["OBS_VALUE"]:
            rates.setdefault(date.fromisoformat(row["TIME_PERIOD"]), {})[row["CURRENCY"]] = float(row["OBS_VALUE"])
    return rates


def crossed(rates: Mapping[date, Mapping[str, float]], base: str, quote: str) -> dict[date, float]:
    """Compute what one unit of `base` was worth in `quote`, on the days that have a rate of both."""
    with_euro = {when: {**known, "EUR": 1.0} for when, known in rates.items()}
    return {when: known[quote] / known[base] for when, known in with_euro.items() if base in known and quote in known}
