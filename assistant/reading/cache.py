"""What was read before: pages, robots.txt files, and what could not be read, each with its age.

Knows how long each is worth keeping and what it looks like as JSON; a row that is not exactly that is dropped. Leaves
the file to `shelf.py`. Nothing here raises or waits for a disk: without a cache, pages are read from the web.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from assistant.ages import ago
from assistant.errors import (
    AskedToWait,
    BuiltByScripts,
    DisallowedByRobots,
    NotText,
    PageTooLarge,
    ReadingError,
    Unreachable,
)
from assistant.evidence import Page
from assistant.reading.exchange import AnsweredWith, Document, Validators
from assistant.reading.shelf import Shelf
from retrievers import Freshness

__all__ = ["LIFE_S", "PageCache", "StoredFailure", "StoredPage", "StoredRobots", "life_s"]

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
LIFE_S: MappingProxyType[Freshness | None, float] = MappingProxyType(
    {
        "day": 5 * MINUTE_S,  # today's news: front pages and tickers change within minutes
        "week": HOUR_S,  # an article of this week is corrected within hours
        "month": 6 * HOUR_S,
        "year": DAY_S,
        None: DAY_S,  # nobody asked for news: manuals and encyclopedias change within months
    }
)
"""How old a stored page may be for a question, by how recent its user wants the sources."""
KEPT_S = 30 * DAY_S
"""A page too old to be used is still worth asking about: its sender may say that it has not changed."""
ROBOTS_LIFE_S = DAY_S
"""RFC 9309, section 2.4: not used for longer than 24 hours."""
NO_ROBOTS_LIFE_S = 5 * MINUTE_S
"""A server that cannot give its robots.txt is asked again soon: mostly it is being restarted."""
GONE_LIFE_S = HOUR_S
"""A page that is missing, forbidden, too large or no text will be so for a while."""
FAILURE_LIFE_S = 5 * MINUTE_S
SLOW_LIFE_S = MINUTE_S
"""A page that gave no answer in time may well the next time; the same question asked again at once need not wait."""
DECODED_AT_ONCE = 100_000
"""Characters of JSON that take a millisecond; more are decoded in a thread."""
KINDS = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (BuiltByScripts, DisallowedByRobots, NotText, PageTooLarge, ReadingError, Unreachable)
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPage:
    """A page as it was read, and how to ask whether it has changed."""

    page: Page
    validators: Validators


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredRobots:
    """A robots.txt as it was found: its text, empty where there is none; or why it could not be had."""

    text: str = ""
    failure: str = ""
    read_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFailure:
    """Why a page was not read; `patience_s` is how long it was waited for, where time ran out."""

    kind: str
    message: str
    failed_at: datetime
    wait_s: float | None = None
    patience_s: float | None = None

    def error(self) -> ReadingError:
        """Make the error anew, with its age."""
        age_s = (datetime.now(UTC) - self.failed_at).total_seconds()
        message = f"{self.message} (asked {ago(age_s)})"
        if self.wait_s is not None:
            return AskedToWait(message, wait_s=max(0.0, self.wait_s - age_s))
        return KINDS.get(self.kind, Unreachable)(message)


Record = TypeVar("Record", StoredPage, StoredRobots, StoredFailure)
PAGES, ROBOTS, FAILURES = TypeAdapter(StoredPage), TypeAdapter(StoredRobots), TypeAdapter(StoredFailure)
KEYS = MappingProxyType(
    {
        "page": frozenset(field.name for field in fields(StoredPage)),
        "robots": frozenset(field.name for field in fields(StoredRobots)),
        "failure": frozenset(field.name for field in fields(StoredFailure)),
    }
)
PAGE_KEYS = frozenset(field.name for field in fields(Page))


def life_s(freshness: Freshness | None, *, refresh: bool = False) -> float:
    """Tell how old a stored page may be for a question; with `refresh`, none is new enough."""
    return 0.0 if refresh else LIFE_S[freshness]


class PageCache:
    """Remember pages across questions; without a path, or with no room, remember nothing."""

    def __init__(self, path: Path | None = None, *, most_bytes: int = 0) -> None:
        """Take the place of the file and how much may be in it."""
        self._shelf = Shelf(path, most_bytes) if path and most_bytes > 0 else None

    async def page(self, url: str) -> StoredPage | None:
        """Return the page last read from a URL, however old."""
        found = await self._get("page", url, PAGES)
        return replace(found, page=replace(found.page, from_cache=True)) if found else None

    def keep_page(self, page: Page, document: Document) -> None:
        """Keep a page that was just read, unless its sender wants no copies kept."""
        if document.keep:
            validators = Validators(url=document.url, etag=document.etag, last_modified=document.last_modified)
            self.keep_stored(StoredPage(page=page, validators=validators))

    def keep_stored(self, stored: StoredPage) -> None:
        """Keep a page with how to ask whether it has changed, and forget that it could once not be read."""
        self._put("page", stored.page.url, stored, PAGES, KEPT_S)
        if self._shelf:
            self._shelf.drop("failure", stored.page.url)

    async def robots(self, origin: str) -> StoredRobots | None:
        """Return the robots.txt of an origin, while it may be used."""
        return await self._get("robots", origin, ROBOTS)

    def keep_robots(self, origin: str, found: StoredRobots) -> None:
        """Keep a robots.txt."""
        self._put("robots", origin, found, ROBOTS, NO_ROBOTS_LIFE_S if found.failure else ROBOTS_LIFE_S)

    async def failure(self, key: str) -> StoredFailure | None:
        """Return why a page, or any of a host, could last not be read, while that is likely to be so still."""
        return await self._get("failure", key, FAILURES)

    def keep_failure(self, key: str, error: ReadingError, *, patience_s: float | None = None) -> None:
        """Keep why a page, or any of a host, could not be read."""
        kind = next((name for name in KINDS if type(error) is KINDS[name]), Unreachable.__name__)
        wait_s = error.wait_s if isinstance(error, AskedToWait) else None
        failure = StoredFailure(
            kind=kind, message=str(error), failed_at=datetime.now(UTC), wait_s=wait_s, patience_s=patience_s
        )
        self._put("failure", key, failure, FAILURES, failure_life_s(error, patience_s))

    def take_notices(self) -> tuple[str, ...]:
        """Tell what went wrong with the file since this was last asked."""
        return self._shelf.take_notices() if self._shelf else ()

    async def close(self) -> None:
        """Write what is still to be written."""
        if self._shelf:
            await self._shelf.close()

    async def _get(self, kind: str, key: str, shape: TypeAdapter[Record]) -> Record | None:
        """Read a row; drop it if it is not what this version writes."""
        body = await self._shelf.get(kind, key) if self._shelf else None
        if self._shelf is None or body is None:
            return None
        try:
            if len(body) < DECODED_AT_ONCE:
                return decoded(kind, body, shape)
            return await asyncio.to_thread(decoded, kind, body, shape)
        except (ValidationError, ValueError, TypeError, RecursionError):
            self._shelf.drop(kind, key)
            return None

    def _put(self, kind: str, key: str, record: Record, shape: TypeAdapter[Record], life: float) -> None:
        """Write a row."""
        if self._shelf:
            self._shelf.put(kind, key, lambda: shape.dump_json(record).decode(), life_s=life)


def decoded(kind: str, body: str, shape: TypeAdapter[Record]) -> Record:
    """Read JSON of exactly the keys and types that are written; raises ValueError for anything else."""
    raw = json.loads(body)
    if not has_keys(raw, KEYS[kind]) or (kind == "page" and not has_keys(raw["page"], PAGE_KEYS)):
        message = "unexpected keys"
        raise ValueError(message)
    return shape.validate_json(body, strict=True)


def has_keys(record: object, keys: frozenset[str]) -> bool:
    """Tell whether a piece of JSON is an object of exactly these keys."""
    return isinstance(record, dict) and record.keys() == keys


def failure_life_s(error: ReadingError, patience_s: float | None) -> float:
    """Tell for how long a failure is likely to stay as it is."""
    if isinstance(error, AskedToWait):
        return error.wait_s
    if patience_s is not None:
        return SLOW_LIFE_S
    is_lasting = isinstance(error, NotText | PageTooLarge | AnsweredWith | DisallowedByRobots)
    return GONE_LIFE_S if is_lasting else FAILURE_LIFE_S
