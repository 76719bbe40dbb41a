"""Streams in the shapes of the servers that docs/operations.md has recipes for: written by hand, not recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelUnavailable
from assistant.models.reasoning import REASONING, ThinkSplitter
from assistant.models.remote import RemoteChatModel, connect
from assistant.settings import Settings

QUESTION = [HumanMessage("Why?")]
USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
STREAMS: dict[str, list[dict[str, Any]]] = {
    "vllm": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "logprobs": None}]},
        {"choices": [{"index": 0, "delta": {"reasoning": "Let me see."}, "token_ids": None}]},
        {"choices": [{"index": 0, "delta": {"content": "Because"}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"content": " so."}, "finish_reason": "stop", "stop_reason": None}]},
        {"choices": [], "usage": {**USAGE, "prompt_tokens_details": None}},
    ],
    "vllm-before-0.11": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "", "reasoning_content": None}}]},
        {"choices": [{"index": 0, "delta": {"reasoning_content": "Let me see."}}]},
        {"choices": [{"index": 0, "delta": {"content": "Because so."}, "finish_reason": "stop"}]},
        {"choices": [], "usage": USAGE},
    ],
    "sglang": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "", "reasoning_content": None}}]},
        {"choices": [{"index": 0, "delta": {"content": None, "reasoning_content": "Let me see.", "tool_calls": None}}]},
        {"choices": [{"index": 0, "delta": {"content": "Because so."}, "matched_stop": None}]},
        {"choices": [{"index": 0, "delta": {"content": None}, "finish_reason": "stop", "matched_stop": 2}]},
        {"choices": [], "usage": USAGE},
    ],
    "llama.cpp": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]},
        {"choices": [{"index": 0, "delta": {"reasoning_content": "Let me see."}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"content": "Because so."}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": USAGE, "timings": {"prompt_n": 9, "predicted_per_second": 25.0}},
    ],
    "ollama": [
        {
            "system_fingerprint": "fp_ollama",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": "", "reasoning": "Let me see."}}],
        },
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Because so."}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": "stop"}]},
        {"choices": [], "usage": USAGE},
    ],
    "tags in the text": [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "<th"}}]},
        {"choices": [{"index": 0, "delta": {"content": "ink>Let me"}}]},
        {"choices": [{"index": 0, "delta": {"content": " see.</thi"}}]},
        {"choices": [{"index": 0, "delta": {"content": "nk>\n\nBecause"}}]},
        {"choices": [{"index": 0, "delta": {"content": " so."}}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": USAGE},
    ],
}


class ModelServer:
    """Plays back one stream, after the failures it is told to begin with."""

    def __init__(self, answer: type[Any], stream: list[dict[str, Any]]) -> None:
        self.answer = answer
        self.stream = stream
        self.failures: list[Any] = []
        self.end = b"data: [DONE]\n\n"
        self.asked = 0

    def __call__(self, asked: Any) -> Any:
        if asked.method == "GET":
            return self.answer(body=b'{"object": "list", "data": [{"id": "served"}]}')
        self.asked += 1
        if self.failures:
            return self.failures.pop(0)
        about = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "served"}
        body = b"".join(b"data: " + json.dumps({**about, **event}).encode() + b"\n\n" for event in self.stream)
        return self.answer(body=body + self.end, headers={"Content-Type": "text/event-stream"})


@contextmanager
def connected(server: ModelServer, web: Callable[[Any], str], settings: Settings) -> Iterator[RemoteChatModel]:
    chat = connect(f"{web(server)}/v1", settings)
    yield chat
    chat.inner.http_client.close()  # type: ignore[attr-defined]
    asyncio.get_running_loop().create_task(chat.inner.http_async_client.aclose())  # type: ignore[attr-defined]


async def read(chat: RemoteChatModel) -> Any:
    total: Any = None
    async for chunk in chat.astream(QUESTION, max_tokens=20):
        total = chunk if total is None else total + chunk
    return total


@pytest.mark.parametrize("name", STREAMS)
async def test_the_stream_of_a_server_is_read_with_its_reasoning_kept_apart(
    name: str, web: Callable[[Any], str], answer: type[Any], settings: Settings
) -> None:
    with connected(ModelServer(answer, STREAMS[name]), web, settings) as chat:
        total = await read(chat)
    assert total.text == "Because so."
    assert total.additional_kwargs[REASONING] == "Let me see."
    assert (total.usage_metadata["input_tokens"], total.usage_metadata["output_tokens"]) == (9, 3)
    assert total.response_metadata["finish_reason"] == "stop"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_server_that_is_full_or_loading_is_asked_again_before_the_first_token(
    status: int, web: Callable[[Any], str], answer: type[Any], settings: Settings
) -> None:
    server = ModelServer(answer, STREAMS["vllm"])
    server.failures = [answer(status=status, body=b"{}", headers={"Retry-After": "0"})] * 2
    with connected(server, web, settings) as chat:
        assert (await read(chat)).text == "Because so."
    assert server.asked == 3


@pytest.mark.parametrize(("status", "headers"), [(400, {}), (401, {}), (404, {}), (429, {"Retry-After": "3600"})])
async def test_a_refusal_that_will_not_pass_is_told_at_once(
    status: int, headers: dict[str, str], web: Callable[[Any], str], answer: type[Any], settings: Settings
) -> None:
    server = ModelServer(answer, STREAMS["vllm"])
    server.failures = [answer(status=status, body=b'{"error": {"message": "no"}}', headers=headers)]
    with connected(server, web, settings) as chat, pytest.raises(ModelUnavailable, match=f"HTTP {status}") as caught:
        await read(chat)
    assert server.asked == 1
    assert "\n" not in str(caught.value)


async def test_a_stream_that_breaks_after_its_first_token_is_not_asked_again(
    web: Callable[[Any], str], answer: type[Any], settings: Settings
) -> None:
    server = ModelServer(answer, STREAMS["vllm"][:3])
    server.end = b'data: {"error": {"message": "engine died", "code": 500}}\n\n'
    with connected(server, web, settings) as chat, pytest.raises(ModelUnavailable, match="engine died"):
        await read(chat)
    assert server.asked == 1


@pytest.mark.parametrize("cut", range(1, 30))
def test_tags_are_found_wherever_the_text_is_cut(cut: int) -> None:
    text = "<think>so, so</think> Plain < text"
    splitter = ThinkSplitter()
    pieces = [splitter.add(text[:cut]), splitter.add(text[cut:]), splitter.end()]
    assert "".join(reasoning for reasoning, _ in pieces) == "so, so"
    assert "".join(answer for _, answer in pieces) == "Plain < text"


@pytest.mark.parametrize("text", ["<thin", "a <think>b</think>", "", "  <b"])
def test_text_that_does_not_begin_with_the_tag_is_answer_as_it_is(text: str) -> None:
    splitter = ThinkSplitter()
    pieces = [*(splitter.add(character) for character in text), splitter.end()]
    assert "".join(answer for _, answer in pieces) == text
    assert not any(reasoning for reasoning, _ in pieces)
