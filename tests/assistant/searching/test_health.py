"""Who is left alone, why and until when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from assistant.searching.health import BreakerState, Health, Suspended, stored_health
from assistant.searching.suspension import FAILURES_TO_OPEN, FIRST_S, suspension_s
from retrievers import (
    AccessDenied,
    ProviderUnavailable,
    RateLimited,
    Reason,
    Retriever,
    RetrieverError,
    SearchHit,
    SearchQuery,
)


class Source(Retriever):
    focus = "web"

    def __init__(self, name: str = "mojeek", *, private: bool = False) -> None:
        self.name = self.provider = name
        self.is_private = private

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []


class Clock:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


CAPTCHA = AccessDenied("mojeek: a check for humans", reason="captcha")


def unreached(name: str = "mojeek") -> ProviderUnavailable:
    return ProviderUnavailable(f"{name}: cannot reach it", reason="network")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health(clock=clock)


def is_asked(health: Health, source: Retriever) -> bool:
    try:
        health.admit(source)
    except Suspended:
        return False
    return True


def test_a_source_that_never_failed_is_asked_and_not_listed(health: Health) -> None:
    health.admit(Source())
    assert health.snapshot() == ()


def test_a_captcha_suspends_for_an_hour_and_says_so(health: Health, clock: Clock) -> None:
    health.failed(Source(), CAPTCHA)
    clock.pass_(120)
    with pytest.raises(Suspended, match=r"^mojeek: suspended for 58 min \(captcha\)$") as raised:
        health.admit(Source())
    assert raised.value.reason == "captcha"


@pytest.mark.parametrize("reason", FIRST_S)
def test_each_reason_has_its_own_wait_and_number_of_failures(health: Health, clock: Clock, reason: Reason) -> None:
    health.succeeded(Source("other"))
    for _ in range(FAILURES_TO_OPEN.get(reason, 1)):
        assert is_asked(health, Source())
        health.failed(Source(), RetrieverError("x", reason=reason))
    assert not is_asked(health, Source())
    clock.pass_(FIRST_S[reason] - 1)
    assert not is_asked(health, Source())
    clock.pass_(1)
    assert is_asked(health, Source())


def test_after_the_wait_one_question_tries_and_the_others_are_told(health: Health, clock: Clock) -> None:
    health.failed(Source(), CAPTCHA)
    clock.pass_(3600)
    assert health.snapshot()[0].state is BreakerState.HALF_OPEN
    health.admit(Source())
    with pytest.raises(Suspended, match="mojeek: being tried again"):
        health.admit(Source())


def test_a_try_that_succeeds_closes_it(health: Health, clock: Clock) -> None:
    health.failed(Source(), CAPTCHA)
    clock.pass_(3600)
    health.admit(Source())
    health.succeeded(Source())
    assert health.snapshot() == ()
    health.admit(Source())


def test_a_try_that_is_stopped_leaves_the_next_one_free(health: Health, clock: Clock) -> None:
    health.failed(Source(), CAPTCHA)
    clock.pass_(3600)
    health.admit(Source())
    health.release(Source())
    health.admit(Source())


def test_each_try_that_fails_doubles_the_wait_up_to_a_day(health: Health, clock: Clock) -> None:
    waits = []
    for _ in range(7):
        health.admit(Source())
        health.failed(Source(), CAPTCHA)
        until = health.snapshot()[0].until
        assert until is not None
        waits.append((until - clock.now).total_seconds() / 3600)
        clock.now = until
    assert waits == [1, 2, 4, 8, 16, 24, 24]


def test_the_providers_own_wait_is_kept(health: Health, clock: Clock) -> None:
    health.failed(Source(), RateLimited("mojeek: HTTP 429", retry_after_s=7))
    clock.pass_(6)
    assert not is_asked(health, Source())
    clock.pass_(1)
    assert is_asked(health, Source())


@pytest.mark.parametrize("asked_s", [float("inf"), 1e300, 10**9, -5.0])
def test_an_absurd_wait_is_bounded(health: Health, asked_s: float) -> None:
    health.failed(Source(), RateLimited("mojeek: HTTP 429", retry_after_s=asked_s))
    assert not is_asked(health, Source())


def test_a_wait_is_never_shorter_than_what_the_provider_asks() -> None:
    assert suspension_s("rate_limited", 1, 500_000) == 500_000
    assert suspension_s("rate_limited", 40, 60) == 86_400


def test_one_timeout_suspends_nobody_and_a_success_forgets_it(health: Health) -> None:
    late = ProviderUnavailable("mojeek: no answer", reason="timeout")
    health.succeeded(Source("other"))
    for _ in range(5):
        health.failed(Source(), late)
        health.failed(Source(), late)
        assert is_asked(health, Source())
        health.succeeded(Source())


def test_when_nobody_is_reached_nobody_is_blamed(health: Health, clock: Clock) -> None:
    for _ in range(20):
        for name in "abc":
            health.failed(Source(name), unreached(name))
        clock.pass_(70)
    assert health.snapshot() == ()


def test_who_is_not_reached_while_another_is_has_failed_whichever_came_first(health: Health) -> None:
    for _ in range(3):
        health.failed(Source("dead"), unreached("dead"))
        health.failed(Source("alive"), CAPTCHA)
    assert not is_asked(health, Source("dead"))


def test_a_server_of_ones_own_says_nothing_of_the_line(health: Health) -> None:
    for _ in range(5):
        health.succeeded(Source("searxng", private=True))
        health.failed(Source(), unreached())
    assert health.snapshot() == ()


async def test_suspensions_outlive_the_process(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "health.sqlite3"
    first = Health(path, clock)
    await first.load()
    first.failed(Source(), CAPTCHA)
    first.failed(Source("gone"), CAPTCHA)
    first.succeeded(Source("gone"))
    before = first.snapshot()
    await first.close()
    assert await stored_health(path) != ()
    second = Health(path, clock)
    await second.load()
    assert second.snapshot() == before
    assert not is_asked(second, Source())
    await second.close()


async def test_a_key_that_was_not_accepted_is_tried_by_the_next_process(tmp_path: Path, clock: Clock) -> None:
    first = Health(tmp_path / "health.sqlite3", clock)
    first.failed(Source(), AccessDenied("mojeek: the key is not accepted", reason="credentials"))
    assert not is_asked(first, Source())
    await first.close()
    second = Health(tmp_path / "health.sqlite3", clock)
    await second.load()
    assert is_asked(second, Source())
    await second.close()


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("health.sqlite3.broken-*"))


async def test_a_broken_file_is_set_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "health.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    health = Health(path)
    await health.load()
    health.failed(Source(), CAPTCHA)
    await health.close()
    assert "begun anew" in health.notice
    assert len(set_aside(tmp_path)) == 1
    assert [one.name for one in await stored_health(path)] == ["mojeek"]


async def test_without_a_file_nothing_is_known_of_anybody(tmp_path: Path) -> None:
    assert await stored_health(tmp_path / "health.sqlite3") == ()
