from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from assistant.searching.hit_json import dump_hits, load_hits
from assistant.searching.result_cache import LIFE_S, ResultCache, key_of
from retrievers import Focus, HitList, Measurement, Retriever, SearchHit, SearchQuery, UpstreamReport

QUERY = SearchQuery(text="disk space", language="en")
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VALUE = Measurement(name="USD", value=1.1, unit="EUR", at=AT, source_url="https://a.example/")
HIT = SearchHit(url="https://a.example/é", title="A", snippet="s", published=AT, text="t", values=(VALUE,))
FOUND = HitList.of([HIT], [UpstreamReport(provider="x", hits=(HIT,)), UpstreamReport(provider="y", error="y: dead")])


@dataclass
class Source(Retriever):
    address: str = "https://one.example"
    name = provider = "source"
    focus: Focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> HitList:
        return FOUND


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_hits_survive_being_written_down() -> None:
    read = load_hits(dump_hits(FOUND))
    assert read == FOUND
    assert read.upstream == FOUND.upstream


@pytest.mark.parametrize("change", [{"text": "other"}, {"language": "fr"}, {"freshness": "day"}, {"limit": 3}])
def test_a_query_that_differs_has_another_key(change: dict[str, object]) -> None:
    assert key_of(Source(), QUERY) != key_of(Source(), replace(QUERY, **change))


def test_a_source_with_other_settings_has_another_key() -> None:
    assert key_of(Source(), QUERY) != key_of(Source("https://two.example"), QUERY)
    assert key_of(Source(), QUERY) == key_of(Source(), QUERY)


@pytest.mark.parametrize("focus", [focus for focus, life in LIFE_S.items() if life])
async def test_results_are_good_for_as_long_as_their_kind(focus: Focus) -> None:
    clock = Clock()
    cache = ResultCache(clock=clock)
    cache.put("key", Source(focus=focus), FOUND)
    clock.now += LIFE_S[focus] - 1
    assert await cache.get("key") == FOUND
    clock.now += 1
    assert await cache.get("key") is None


async def test_finding_nothing_is_kept_for_half_a_minute_only() -> None:
    clock = Clock()
    cache = ResultCache(clock=clock)
    cache.put("key", Source(), HitList())
    assert await cache.get("key") == HitList()
    clock.now += 30
    assert await cache.get("key") is None


async def test_the_users_own_files_are_never_kept(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "results.sqlite3")
    cache.put("key", Source(focus="local"), FOUND)
    assert await cache.get("key") is None
    await cache.close()
    assert b"a.example" not in (tmp_path / "results.sqlite3").read_bytes()


async def test_results_outlive_the_process_until_they_are_over(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "results.sqlite3"
    first = ResultCache(path, clock)
    first.put("key", Source(), FOUND)
    await first.close()
    second = ResultCache(path, clock)
    assert await second.get("key") == FOUND
    await second.close()
    clock.now += LIFE_S["web"]
    third = ResultCache(path, clock)
    assert await third.get("key") is None
    await third.close()


async def test_the_words_of_a_query_are_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite3"
    cache = ResultCache(path)
    cache.put(key_of(Source(), QUERY), Source(), HitList())
    await cache.close()
    assert b"disk space" not in path.read_bytes()


async def test_it_stays_bounded(tmp_path: Path) -> None:
    clock = Clock()
    cache = ResultCache(tmp_path / "results.sqlite3", clock, most_entries=3)
    for number in range(6):
        clock.now += 1
        cache.put(str(number), Source(), FOUND)
    kept = [number for number in range(6) if await cache.get(str(number)) is not None]
    await cache.close()
    assert kept == [3, 4, 5]


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("results.sqlite3.broken-*"))


async def test_a_broken_file_is_set_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    cache = ResultCache(path)
    assert await cache.get("key") is None
    cache.put("key", Source(), FOUND)
    await cache.close()
    assert "begun anew" in cache.notice
    assert len(set_aside(tmp_path)) == 1
    again = ResultCache(path)
    assert await again.get("key") == FOUND
    await again.close()
