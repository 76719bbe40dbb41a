from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant.errors import ModelUnavailable
from assistant.models.memory import Room, require_room
from assistant.models.opening import describe_model, open_model
from assistant.models.pulling import RECORD
from assistant.settings import Settings


def test_a_folder_of_a_mixture_of_experts_opens_and_answers(deepseek_folder: Path, settings: Settings) -> None:
    opened = open_model(str(deepseek_folder), settings)
    assert opened.chat.invoke([HumanMessage("Why?")], max_tokens=4).text
    assert (opened.card.name, opened.card.experts, opened.card.experts_per_token) == ("tiny-deepseek", 256, 8)
    assert opened.card.label == ""
    assert opened.card == describe_model(str(deepseek_folder), settings)


def test_a_downloaded_catalogue_model_opens_by_name_and_by_default(granite_folder: Path, settings: Settings) -> None:
    folder = Path(shutil.copytree(granite_folder, settings.models_dir / "granite-1b"))
    (folder / RECORD).write_text(json.dumps({"name": "granite-1b"}))
    for name in (None, "granite-1b", str(folder)):
        assert describe_model(name, settings).name == "granite-1b"
        assert describe_model(name, settings).experts == 32


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, r"^no language model is downloaded; run `footnote models pull`$"),
        ("granite-3b", r"^granite-3b: not downloaded; run `footnote models pull granite-3b`$"),
        ("stand-in", r"^stand-in: not downloaded; run `footnote models pull stand-in`$"),
        ("minilm", r"^minilm: is an embedding model and writes nothing"),
        ("granit", r"^granit: no such model; known are granite-1b"),
        ("./absent", r"^absent: no such folder; name a folder"),
        ("http://127.0.0.1:9/v1", r"^http://127\.0\.0\.1:9/v1: the model server does not answer"),
    ],
)
def test_a_name_that_leads_nowhere_is_answered_in_one_line(name: str | None, message: str, settings: Settings) -> None:
    for function in (open_model, describe_model):
        with pytest.raises(ModelUnavailable, match=message) as caught:
            function(name, settings)
        assert "\n" not in str(caught.value)


def test_a_server_is_described_by_what_it_lists(
    web: Callable[[Any], str], answer: type[Any], settings: Settings
) -> None:
    address = web(lambda _: answer(body=b'{"data": [{"id": "served"}]}'))
    card = describe_model(f"{address}/v1", settings)
    assert (card.name, card.label) == ("served", f"served by {address.removeprefix('http://')}")


def test_a_model_that_does_not_fit_is_refused_with_both_figures(granite_folder: Path, settings: Settings) -> None:
    small = settings.model_copy(update={"memory_limit": 0.25})
    with pytest.raises(ModelUnavailable, match=r"^tiny-granite: needs 0\.5 GiB, memory_limit allows 0\.25; raise it"):
        open_model(str(granite_folder), small)


def test_too_little_free_memory_is_told_with_both_figures() -> None:
    with pytest.raises(ModelUnavailable, match=r"^big: needs 60\.0 GiB, 8\.0 GiB of memory are free; close other"):
        require_room("big", 60, Room(free_gib=8, has_gpu=False), limit_gib=None)
    require_room("small", 4, Room(free_gib=8, has_gpu=True), limit_gib=4)
