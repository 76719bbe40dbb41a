"""A source that is tried answers or says why not, in time, whatever it does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from assistant.cli import OK, main
from assistant.settings import Settings, load_settings
from assistant.trying import ask_once, try_source
from retrievers import HitList, ProviderUnavailable, Retriever, RetrieverError, SearchHit, SearchQuery, UpstreamReport


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    library = tmp_path / "papers"
    library.mkdir()
    (library / "kestrel.md").write_text("# Open source software\n\nIt has nineteen arches.\n", encoding="utf-8")
    return load_settings(data_dir=tmp_path / "data", folders=(library,))


class Library(Retriever):
    name = provider = "library"
    focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return [SearchHit(url=f"https://library.example/{n}", title=str(n)) for n in range(30)]


class Meta(Library):
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return HitList.of([], [UpstreamReport(provider="engine", error="engine: HTTP 429")])


class Hanging(Library):
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        await asyncio.Event().wait()
        return []


class Broken(Library):
    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return [{}["rows"]]


def test_a_source_that_answers_shows_what_it_was_asked_and_what_came(settings: Settings) -> None:
    trial = try_source("folder", settings)
    assert not trial.error
    assert trial.query == "open source software"
    assert any(hit.url.endswith("/kestrel.md") for hit in trial.hits)
    assert 0 < trial.elapsed_s < 12


def test_a_source_that_is_not_reached_says_so_in_one_line_with_the_reason(settings: Settings) -> None:
    nobody = settings.model_copy(update={"searxng_url": "http://127.0.0.1:1"})
    trial = try_source("searxng", nobody)
    assert trial.hits == ()
    assert trial.reason == "network"
    assert "FOOTNOTE_SEARXNG_URL" in trial.error
    assert "\n" not in trial.error


@pytest.mark.parametrize(("name", "said"), [("searxng", "set FOOTNOTE_SEARXNG_URL"), ("nobody", "no such source")])
def test_a_source_that_cannot_be_built_says_what_is_missing(name: str, said: str, settings: Settings) -> None:
    trial = try_source(name, settings)
    assert said in trial.error
    assert trial.hits == ()


def test_in_private_mode_nobody_else_is_tried(settings: Settings) -> None:
    private = settings.model_copy(update={"private": True})
    assert try_source("wikipedia", private).error == "wikipedia: is not asked in private mode"
    assert not try_source("folder", private).error


def test_authorities_that_cannot_be_read_are_told_as_a_setting(settings: Settings, tmp_path: Path) -> None:
    wrong = settings.model_copy(update={"ca_bundle": tmp_path / "none.pem"})
    trial = try_source("folder", wrong)
    assert "FOOTNOTE_CA_BUNDLE" in trial.error
    assert trial.reason is None


async def test_no_more_hits_come_than_were_asked_for(settings: Settings) -> None:
    assert len(await ask_once(Library(), SearchQuery(text="x", limit=7), settings)) == 7


async def test_what_the_engines_behind_a_source_say_comes_along(settings: Settings) -> None:
    assert (await ask_once(Meta(), SearchQuery(text="x"), settings)).upstream[0].error == "engine: HTTP 429"


async def test_a_source_that_never_answers_is_given_up(settings: Settings) -> None:
    with pytest.raises(ProviderUnavailable, match=r"library: no answer within 0\.01 s") as raised:
        await ask_once(Hanging(), SearchQuery(text="x"), settings, within_s=0.01)
    assert raised.value.reason == "timeout"


async def test_a_fault_of_the_source_itself_is_a_failure_like_any_other(settings: Settings) -> None:
    with pytest.raises(RetrieverError, match="library: unexpected KeyError"):
        await ask_once(Broken(), SearchQuery(text="x"), settings)


def test_the_command_line_tries_in_the_same_way(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FOOTNOTE_FOLDERS", str(settings.folders[0]))
    assert main(["retrievers", "check", "folder"]) == OK
    assert "query: open source software" in capsys.readouterr().out
