"""A private chat leaves nothing: not in the chats, traces, pages, results, embeddings, health record or log."""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from langchain_core.embeddings import Embeddings

from assistant.events import Emit
from assistant.evidence import Answer, ModelCard, QuestionOptions, Turn
from assistant.parts import Parts
from assistant.pipeline import answer_question
from assistant.ranking.index import PassageIndex
from assistant.ranking.reranking import Ranker
from assistant.reading.cache import PageCache
from assistant.reading.fetching import PageReader
from assistant.searching.desk import Desk
from assistant.searching.health import Health
from assistant.searching.result_cache import ResultCache
from assistant.settings import load_settings
from retrievers import AccessDenied, Retriever, SearchHit, SearchQuery
from tests.ui import visiting
from tests.ui.scripted import ScriptedAssistant, opened
from tests.ui.visiting import ask, chat_of, shown
from tests.web.loopback import SITE, LoopbackWeb, ThreadExtractors, client_of_loopback, threaded_web
from ui.background import Engine
from ui.history import History
from ui.private_chats import PrivateChats
from ui.resources import Resources

QUESTION = "How high is the Kestrel viaduct?"
TELLING = b"kestrel"
"""A word of the question, of the page, of its address and of its title."""
LAYERS = {"chats.sqlite3", "health.sqlite3", "pages.sqlite3", "results.sqlite3", "chroma"}
visit = partial(visiting.visit, timeout_s=30.0)


class Listing(Retriever):
    name = provider = "listing"
    focus = "web"

    def __init__(self, *urls: str) -> None:
        self._urls = urls

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        return [SearchHit(url=url, title="Kestrel viaduct", snippet="It is high.") for url in self._urls]


class Rude(Retriever):
    """Repeats the question when it refuses."""

    name = provider = "rude"
    focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> Sequence[SearchHit]:
        message = f"rude: HTTP 403 for {query.text}"
        raise AccessDenied(message)


class Torn(PageReader):
    """Meets a fault of ours at one page, whose address is then in the traceback."""

    async def read(self, candidate, **how):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN201
        if candidate.url.endswith("/torn"):
            raise ZeroDivisionError(candidate.url)
        return await super().read(candidate, **how)


class Numbers(Embeddings):
    """Embed everything alike."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, float(len(text) % 7)] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, 0.0]


class RealTurns:
    """Answer with the real stages, over pages of the loopback web and with every layer that keeps something."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def answer(
        self, question: str, *, options: QuestionOptions | None = None, history: Sequence[Turn] = (), emit: Emit
    ) -> Answer:
        return await answer_question(
            question, options=options or QuestionOptions(), history=history, parts=self.parts, emit=emit
        )

    async def warm(self) -> None:
        return

    def model_card(self, name: str | None = None) -> ModelCard | None:
        return None

    def model_problem(self, name: str | None = None) -> str:
        return ""


@asynccontextmanager
async def real_turns(web: LoopbackWeb, folder: Path) -> AsyncIterator[RealTurns]:
    async def no_model(name: str | None) -> None:
        return None

    settings = load_settings(data_dir=folder)
    desk = Desk(health=Health(folder / "health.sqlite3"), cache=ResultCache(folder / "results.sqlite3"))
    ranker = Ranker(Numbers(), PassageIndex(settings, collection="numbers"))
    async with client_of_loopback() as client:
        cache = PageCache(folder / "pages.sqlite3", most_bytes=10_000_000)
        reader = Torn(client, allow_hosts=(SITE,), extractors=ThreadExtractors(), cache=cache)
        await desk.open()
        await ranker.warm()
        yield RealTurns(
            Parts(
                settings=settings,
                retrievers=[Listing(web.url("/page"), web.url("/gone"), web.url("/torn")), Rude()],
                unusable={},
                client=client,
                reader=reader,
                ranker=ranker,
                open_model=no_model,
                desk=desk,
            )
        )
        await ranker.close()
        await reader.close()
        await desk.close()


@pytest.fixture
def web() -> Iterator[LoopbackWeb]:
    with threaded_web() as serving:
        yield serving


@pytest.fixture
def resources(web: LoopbackWeb, tmp_path: Path) -> Iterator[Resources]:
    made = Resources(
        engine=Engine(lambda: real_turns(web, tmp_path)),
        history=History(tmp_path / "chats.sqlite3"),
        uploads=tmp_path / "uploads",
    )
    yield made
    made.close()


def told_by(folder: Path) -> set[str]:
    """Name what, directly under a folder, holds the telling word: in its bytes or packed in a row."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and (TELLING in path.read_bytes().lower() or TELLING in unpacked(path).lower()):
            found.add(path.relative_to(folder).parts[0])
    return found


def unpacked(path: Path) -> bytes:
    """Read every packed value of a database."""
    if path.suffix != ".sqlite3":
        return b""
    whole = b""
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - names of our own tables
            for value in row:
                if isinstance(value, bytes) and value[:1] == b"\x78":
                    whole += zlib.decompress(value)
    connection.close()
    return whole


def traces(folder: Path) -> int:
    connection = sqlite3.connect(folder / "chats.sqlite3")
    (count,) = connection.execute("SELECT COUNT(*) FROM traces").fetchone()
    connection.close()
    return int(count)


def test_a_chat_that_is_kept_tells_of_itself_in_every_layer(
    resources: Resources, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ask(visit(resources), QUESTION)
    resources.close()
    assert told_by(tmp_path) >= LAYERS
    assert traces(tmp_path) == 1
    assert TELLING.decode() in caplog.text.lower()


def test_a_whole_private_chat_leaves_no_word_of_question_or_page_in_any_file(
    resources: Resources, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="assistant")
    at = ask(visit(resources, unkept="yes"), QUESTION)
    assert "47 metres" in shown(at)
    ask(at, "And how many arches has the Kestrel viaduct?")
    assert shown(at).count('class="fn-question"') == 2
    assert at.query_params["chat"]
    resources.close()
    assert told_by(tmp_path) == set()
    assert traces(tmp_path) == 0
    assert "met ZeroDivisionError" in caplog.text
    assert TELLING.decode() not in caplog.text.lower()


def test_after_a_private_chat_another_is_kept_again(resources: Resources, tmp_path: Path) -> None:
    at = ask(visit(resources, unkept="yes"), QUESTION)
    at.button(key="new").click().run()
    assert "unkept" not in at.query_params
    assert not at.toggle(key="unkept").value
    ask(at)
    resources.close()
    assert "chats.sqlite3" in told_by(tmp_path)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Callable[[], Resources]]:
    with ExitStack() as stack:

        def make() -> Resources:
            made = Resources(
                engine=Engine(lambda: opened(ScriptedAssistant())),
                history=History(tmp_path / "chats.sqlite3"),
                uploads=tmp_path / "uploads",
            )
            stack.callback(made.close)
            return made

        yield make


def test_the_switch_makes_a_chat_private_and_says_what_that_means(played: Callable[[], Resources]) -> None:
    at = visit(played())
    assert "Private chat:" not in shown(at)
    at.toggle(key="unkept").set_value(True).run()
    assert at.query_params["unkept"] == "yes"
    assert "gone when this page is closed or reloaded" in shown(at)
    ask(at)
    assert "gone when this page is closed or reloaded" in shown(at)


def test_a_private_chat_can_be_read_copied_and_exported_while_it_is_open(played: Callable[[], Resources]) -> None:
    resources = played()
    at = ask(visit(resources, unkept="yes"), QUESTION)
    assert "Write one file" in shown(at)
    assert any("Write one file" in code.value for code in at.code)
    assert {button.proto.label for button in at.get("download_button")} >= {
        "This answer as Markdown",
        "This answer as a JSON bundle to replay",
    }
    assert resources.history.chats() == []
    assert resources.history.turns(chat_of(at)) == ()


def test_another_page_does_not_find_a_private_chat(tmp_path: Path) -> None:
    history = History(tmp_path / "chats.sqlite3")
    mine = history.seen_by("local", PrivateChats(lambda turn_id: None))
    turn = mine.open_turn("How?", None, unkept=True)
    assert mine.turns(turn.chat_id) == (turn,)
    for other in (history, history.seen_by("local", PrivateChats(lambda turn_id: None))):
        assert other.turns(turn.chat_id) == ()
        assert not other.is_private(turn.chat_id)
        assert other.chats() == []
    history.close()


def test_a_private_chat_that_is_gone_leaves_the_next_one_private(played: Callable[[], Resources]) -> None:
    at = visit(played(), chat="gone", unkept="yes")
    assert "This chat is not here" in shown(at)
    assert at.toggle(key="unkept").value


def test_a_refused_private_question_stays_private_and_comes_back_into_the_box(played: Callable[[], Resources]) -> None:
    at = ask(visit(played(), unkept="yes"), "   ")
    assert "the question is empty" in shown(at)
    assert at.toggle(key="unkept").value


def test_a_closed_page_takes_its_private_chats_and_what_was_at_work_with_it(tmp_path: Path) -> None:
    assistant = ScriptedAssistant()
    engine = Engine(lambda: opened(assistant))
    private = PrivateChats(engine.forget)
    history = History(tmp_path / "chats.sqlite3").seen_by("local", private)
    done = history.open_turn("How?", None, unkept=True)
    job = engine.start(done, (), history, QuestionOptions(unkept=True))
    assert list(job.batches(poll_s=0.05))
    assert history.turns(done.chat_id)[0].answer
    assert engine.job(done.id) is None
    running = history.open_turn("an endless question", done.chat_id)
    at_work = engine.start(running, (), history, QuestionOptions(unkept=True))
    private.close()
    assert list(at_work.batches(poll_s=0.05))
    assert engine.job(running.id) is None
    assert assistant.cancelled == ["an endless question"]
    assert history.turns(done.chat_id) == ()
    assert history.notice == ""
    engine.close()
    history.close()
