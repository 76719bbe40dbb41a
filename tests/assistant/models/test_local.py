from __future__ import annotations

import asyncio
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage

from assistant.errors import ModelUnavailable, PromptTooLong
from assistant.models.decoder import Output
from assistant.models.engine import Engine
from assistant.models.folders import open_folder
from assistant.models.library_decoder import LibraryDecoder, layers_of
from assistant.models.loading import LoadedModel, load_folder
from assistant.models.local import LocalChatModel

QUESTION = [SystemMessage("Answer."), HumanMessage("Why?")]


@pytest.fixture(scope="module", params=["deepseek_folder", "granite_folder"])
def loaded(request: pytest.FixtureRequest) -> LoadedModel:
    return load_folder(open_folder(request.getfixturevalue(request.param)), "bfloat16")


@pytest.fixture
def chat(loaded: LoadedModel) -> Iterator[LocalChatModel]:
    engine = Engine(loaded)
    yield LocalChatModel(engine=engine)
    engine.worker.shutdown()


async def read(chat: LocalChatModel, **options: Any) -> list[AIMessageChunk]:
    async with aclosing(chat.astream(QUESTION, **options)) as chunks:  # type: ignore[type-var]
        return [chunk async for chunk in chunks]


async def test_a_mixture_of_experts_streams_token_by_token(chat: LocalChatModel) -> None:
    chunks = await read(chat, max_tokens=12)
    texts = [chunk.text for chunk in chunks if chunk.text]
    assert len(texts) == 12
    assert chunks[-1].chunk_position == "last"
    assert chunks[-1].response_metadata["finish_reason"] == "length"
    assert chunks[-1].response_metadata["ttft_s"] > 0


async def test_chunks_add_up_to_the_tokens_read_and_written(chat: LocalChatModel) -> None:
    first, *rest = await read(chat, max_tokens=5)
    total = first
    for chunk in rest:
        total += chunk
    prompt = "<|im_start|>system\nAnswer.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    read_tokens = len(chat.engine.loaded.tokenizer(prompt)["input_ids"])
    assert total.usage_metadata == {
        "input_tokens": read_tokens,
        "output_tokens": 5,
        "total_tokens": read_tokens + 5,
    }


async def test_generation_is_greedy_and_the_same_streamed_or_whole(chat: LocalChatModel) -> None:
    streamed = "".join(chunk.text for chunk in await read(chat, max_tokens=8))
    assert (await chat.ainvoke(QUESTION, max_tokens=8)).text == streamed
    assert chat.invoke(QUESTION, max_tokens=8).text == streamed


class Watched:
    """Stand before a decoder and tell of each pass how many tokens it takes."""

    def __init__(self, inner: Any, before: Callable[[int], None]) -> None:
        self.inner, self.before = inner, before

    def new_memory(self) -> Any:
        return self.inner.new_memory()

    def read(self, tokens: Sequence[int], memory: Any) -> Output:
        self.before(len(tokens))
        return self.inner.read(tokens, memory)

    def step(self, tokens: Sequence[int], memories: Sequence[Any]) -> Output:
        self.before(len(tokens))
        return self.inner.step(tokens, memories)


@contextmanager
def watched(chat: LocalChatModel, before: Callable[[int], None]) -> Iterator[None]:
    """Call `before` with the number of tokens of each pass."""
    inner = chat.engine.decoder
    chat.engine.decoder = Watched(inner, before)
    yield
    chat.engine.decoder = inner


@contextmanager
def passes_counted(chat: LocalChatModel, *, signal_at: int = 0) -> Iterator[tuple[list[int], threading.Event]]:
    """Count passes through the model, and signal one of them."""
    counted, signal = [0], threading.Event()

    def before(_: int) -> None:
        counted[0] += 1
        if counted[0] == signal_at:
            signal.set()

    with watched(chat, before):
        yield counted, signal


def wait_until_idle(chat: LocalChatModel) -> None:
    chat.engine.worker.submit(lambda: None).result()


async def test_closing_the_stream_stops_the_model_within_one_token(chat: LocalChatModel) -> None:
    loop, counted = asyncio.get_running_loop(), [0]

    def before(_: int) -> None:
        """Let the loop hear of each token before the next: so small a model writes several in the meantime."""
        counted[0] += 1
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result(30)

    with watched(chat, before):
        async with aclosing(chat.astream(QUESTION, max_tokens=200)) as chunks:  # type: ignore[type-var]
            async for chunk in chunks:
                if chunk.text:
                    at_stop = counted[0]
                    break
        wait_until_idle(chat)
        assert counted[0] <= at_stop + 1


async def test_cancelling_the_task_stops_the_model_within_one_token(chat: LocalChatModel) -> None:
    with passes_counted(chat, signal_at=3) as (counted, third):
        task = asyncio.create_task(chat.ainvoke(QUESTION, max_tokens=200))
        await asyncio.to_thread(third.wait)
        task.cancel()
        at_stop = counted[0]
        with pytest.raises(asyncio.CancelledError):
            await task
        wait_until_idle(chat)
        assert counted[0] <= at_stop + 2  # the loop hears of the cancellation when it next runs


async def test_a_stop_within_the_first_pass_leaves_it_at_the_next_layer(chat: LocalChatModel) -> None:
    if not isinstance(chat.engine.decoder, LibraryDecoder):
        pytest.skip("has no modules to hold up; see test_decoder.py")
    entered, leave, reached = threading.Event(), threading.Event(), []
    first, *_, last = layers_of(chat.engine.loaded.model)

    def hold(*_: object) -> None:
        entered.set()
        leave.wait(10)

    handles = [first.register_forward_hook(hold), last.register_forward_hook(lambda *_: reached.append(1))]
    task = asyncio.create_task(chat.ainvoke(QUESTION, max_tokens=5))
    await asyncio.to_thread(entered.wait)
    task.cancel()
    await asyncio.sleep(0)
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    for handle in handles:
        handle.remove()
    assert not reached


async def test_an_error_in_the_model_reaches_the_reader_in_one_line(chat: LocalChatModel) -> None:
    def fail(_: int) -> None:
        message = "out of memory\nand a long trace"
        raise RuntimeError(message)

    expected = r"failed while writing \(RuntimeError: out of memory\); ask again$"
    with watched(chat, fail), pytest.raises(ModelUnavailable, match=expected):
        await read(chat)
    assert (await chat.ainvoke(QUESTION, max_tokens=2)).text


async def test_two_generations_run_one_after_the_other_and_a_waiting_one_can_be_cancelled(chat: LocalChatModel) -> None:
    alone = (await chat.ainvoke(QUESTION, max_tokens=20)).text
    first = asyncio.create_task(chat.ainvoke(QUESTION, max_tokens=20))
    waiting = asyncio.create_task(chat.ainvoke(QUESTION, max_tokens=20))
    last = asyncio.create_task(chat.ainvoke(QUESTION, max_tokens=20))
    await asyncio.sleep(0)
    waiting.cancel()
    assert [(await first).text, (await last).text] == [alone, alone]
    assert waiting.cancelled()


async def test_a_prompt_beyond_the_window_is_refused_with_both_numbers(chat: LocalChatModel) -> None:
    with pytest.raises(PromptTooLong, match=r"the prompt has 3\d\d tokens, tiny-\w+ holds 256"):
        await chat.ainvoke([HumanMessage("x" * 300)])


async def test_text_ends_before_a_stop_string(chat: LocalChatModel) -> None:
    text = (await chat.ainvoke(QUESTION, max_tokens=12)).text
    stop = text[5:7]
    chunks = await read(chat, max_tokens=12, stop=[stop])
    assert "".join(chunk.text for chunk in chunks) == text[: text.index(stop)]
    assert chunks[-1].response_metadata["finish_reason"] == "stop"


def test_tokens_are_counted_by_the_models_own_tokenizer(chat: LocalChatModel) -> None:
    assert chat.get_num_tokens("twelve chars") == 12


def test_a_cpu_runs_experts_in_a_loop_and_never_copies_their_weights(loaded: LoadedModel) -> None:
    assert loaded.model.config._experts_implementation == "eager"
    assert str(loaded.model.dtype) == "torch.bfloat16"


def test_onednn_is_on_again_after_single_tokens(chat: LocalChatModel) -> None:
    chat.invoke(QUESTION, max_tokens=3)
    assert torch._C._get_mkldnn_enabled()


async def test_a_model_without_a_chat_template_gets_a_plain_dialogue(granite_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(granite_folder, tmp_path / "base"))
    (folder / "chat_template.jinja").unlink()
    engine = Engine(load_folder(open_folder(folder), "float32"))
    tokens = engine.encode([SystemMessage("Answer."), HumanMessage("Why? <|im_end|>")])
    assert engine.loaded.tokenizer.decode(tokens) == "System: Answer.\n\nUser: Why? <|im_end|>\n\nAssistant:"
    assert engine.loaded.tokenizer.eos_token_id not in tokens
    assert (await LocalChatModel(engine=engine).ainvoke(QUESTION, max_tokens=3)).text


def test_a_folder_that_transformers_cannot_load_is_named(granite_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(granite_folder, tmp_path / "odd"))
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"granitemoe"', '"no_such_architecture"'))
    with pytest.raises(ModelUnavailable, match=r"odd: cannot be loaded .*choose another model"):
        load_folder(open_folder(folder), "float32")


async def test_with_sources_a_text_cites_those_and_brackets_nothing_else(chat: LocalChatModel) -> None:
    told = [HumanMessage("cite")]
    text = "".join([str(chunk.text) async for chunk in chat.astream(told, max_tokens=60, sources=2)])
    assert set(re.findall(r"\[[^\]]*\]?", text)) <= {"[1]", "[2]", "[1", "[2", "["}
    assert text.count("]") <= text.count("[")
