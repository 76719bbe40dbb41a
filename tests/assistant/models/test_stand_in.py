"""The stand-in as downloaded: run by `make test-model`, skipped where it is not there."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage
from platformdirs import user_data_path

from assistant.models.opening import OpenModel, open_model
from assistant.settings import Settings

DATA = user_data_path("footnote")
"""Looked up before any test gives itself another home."""

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not (DATA / "models" / "stand-in").is_dir(), reason="run `footnote models pull stand-in`"),
]


@pytest.fixture(scope="module")
def opened() -> OpenModel:
    return open_model("stand-in", Settings(data_dir=Path(DATA)))


def test_it_answers_a_plain_question_and_is_labelled(opened: OpenModel) -> None:
    assert "Paris" in opened.chat.invoke([HumanMessage("What is the capital of France? One word.")], max_tokens=8).text
    assert opened.card.label == "dense stand-in, not verified against Qwen"
    assert opened.card.total_parameters == 1_543_714_304


async def test_stopping_frees_it_within_a_second_while_it_reads(opened: OpenModel) -> None:
    task = asyncio.create_task(opened.chat.ainvoke([HumanMessage("word " * 900)], max_tokens=50))
    await asyncio.sleep(0.3)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 1.0
