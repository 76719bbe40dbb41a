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
    return FakeNames(**dict.fromkeys([*(entry.rstrip(".") for entry in known), *known], turns))


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
        assert isinstance(await outcome(url, names_of(row["fake_dns"]), dialler), BlockedAddress)
        assert dialler.dialled == []


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
