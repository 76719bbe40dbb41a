"""Every row of a list of hostile addresses, through gate, guard and fetcher, with made-up names and connections."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from assistant.errors import BlockedAddress, ReadingError, Unreachable
from assistant.evidence import Candidate
from assistant.reading import is_public
from assistant.reading.fetching import PageReader
from assistant.reading.network import page_client
from assistant.settings import load_settings
from tests.assistant.reading.dialling import PAGE, FakeDialler, FakeNames, redirect
from tests.web.loopback import ThreadExtractors

SSRF = Path(__file__).parents[4] / "shared" / "attacks" / "ssrf.tsv"
PUBLIC = "93.184.216.34"
NOT_PUBLIC = r": not a public address; list it"
UNUSUAL = r": not the usual way to write an address|not a URL \(Invalid IPv4"
PRIVATE_NAME = r": a private name|without a dot is not on the public internet"
ODD_CHARACTERS = r"a backslash, a space or a control character|an escape or a user name in the host"
REASONS = {
    "cloud-metadata": f"{NOT_PUBLIC}|{PRIVATE_NAME}",
    "decimal-octal-ip": UNUSUAL,
    "dns-private": rf"leads to the private address (10|127|169\.254|fd00)|{PRIVATE_NAME}",
    "hex-ip": UNUSUAL,
    "ipv6-local": f"{NOT_PUBLIC}|{ODD_CHARACTERS}",
    "loopback": f"{NOT_PUBLIC}|{PRIVATE_NAME}",
    "octal-ip": UNUSUAL,
    "parser-confusion": rf"{ODD_CHARACTERS}|no host|not a URL \(Invalid IPv6|over http and https only",
    "port": "ports 80 and 443 only",
    "scheme": "over http and https only|outside the folders that may be read",
    "short-ip": UNUSUAL,
    "unicode-host": rf"{NOT_PUBLIC}|not a URL \(Invalid IDNA",
    "userinfo": "a user name in the host",
}
"""What refuses each category; the other ones are all addresses that are not public."""


def rows(*expected: str) -> list[dict[str, str]]:
    if not SSRF.is_file():
        return []
    with SSRF.open(encoding="utf-8") as lines:
        found = list(csv.DictReader(lines, delimiter="\t"))
    if not expected:
        return [row for row in found if row["category"] == "redirect"]
    return [row for row in found if row["category"] != "redirect" and row["expected"] in expected]


def names_of(fake_dns: str) -> FakeNames:
    """Read "name=address,address THEN address" and "name=CNAME:other=address"; no name means those of example.com."""
    name, _, answers = fake_dns.partition("=")
    turns = [turn.rpartition("=")[2].split(",") for turn in answers.split(" THEN ")] if answers else [[PUBLIC]]
    known = [name] if name else ["example.com", "127.0.0.1.example.com"]
    return FakeNames(**dict.fromkeys([entry.rstrip(".") for entry in known], turns))


async def outcome(url: str, names: FakeNames, dialler: FakeDialler) -> ReadingError | None:
    """Read a URL; return the error that ended it, None if it was read."""
    async with page_client(load_settings(), names, dialler=dialler) as client:
        reader = PageReader(client, extractors=ThreadExtractors())
        try:
            await reader.read(Candidate(url=url, title=""), deadline_s=5)
        except ReadingError as error:
            return error
    return None


@pytest.mark.parametrize("row", rows("deny"), ids=lambda row: row["id"])
async def test_what_must_be_denied_is_refused_before_anything_is_dialled(row: dict[str, str]) -> None:
    for url in {row["url"], row["url"].replace("\\n", "\n").replace("\\t", "\t")}:
        dialler = FakeDialler()
        error = await outcome(url, names_of(row["fake_dns"]), dialler)
        assert isinstance(error, BlockedAddress)
        assert dialler.dialled == []
        assert re.search(REASONS.get(row["category"], NOT_PUBLIC), str(error))


@pytest.mark.parametrize("row", rows("allow"), ids=lambda row: row["id"])
async def test_what_must_be_allowed_is_read(row: dict[str, str]) -> None:
    dialler = FakeDialler()
    assert await outcome(row["url"], names_of(row["fake_dns"]), dialler) is None
    assert len(dialler.dialled) == 1
    assert is_public(dialler.dialled[0])


@pytest.mark.parametrize("row", rows("deny-or-pinned"), ids=lambda row: row["id"])
async def test_a_name_that_changes_its_address_leads_to_the_checked_one_only(row: dict[str, str]) -> None:
    dialler = FakeDialler()
    names = names_of(row["fake_dns"])
    await outcome(row["url"], names, dialler)
    assert dialler.dialled == [PUBLIC]
    assert len(names.asked) == 1


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
async def test_no_redirect_leads_to_where_it_must_not(row: dict[str, str]) -> None:
    told = re.search(r"status (\S+) Location: (\S+?);", row["reason"])
    assert told
    status, location = told.groups()
    hops = iter(range(1, 5))

    def respond(request: str) -> bytes:
        if request.startswith("GET /robots.txt "):
            return b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"
        if "+Refresh" in status:
            return PAGE.replace(b"\r\n\r\n", f"\r\nRefresh: 0; url={location}\r\n\r\n".encode(), 1)
        if "chain" in status and (hop := next(hops, None)):
            return redirect(f"/r{hop}")
        return redirect(location, int(status[:3]))

    url = row["url"].replace("http:", "https:") if "https-to-http" in status else row["url"]
    dialler = FakeDialler(respond)
    error = await outcome(url, FakeNames(**{"pub.test": [[PUBLIC]], "plain.test": [[PUBLIC]]}), dialler)
    assert set(dialler.dialled) == {PUBLIC}
    if "+Refresh" in status:
        assert error is None
    else:
        assert isinstance(error, Unreachable if location == "/loop" else BlockedAddress)
        assert re.search("redirects", str(error))
