"""A turn asks a model that was trained on the compact prompt with it, and any other as ever."""

from __future__ import annotations

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage

from assistant.assistant import read_beginning
from assistant.evidence import ModelCard
from assistant.models.opening import OpenModel
from assistant.writing.prompting import beginning


class ReadingChat(GenericFakeChatModel):
    """Remember what was read ahead."""

    compact_prompt: bool = False
    read: list[list[BaseMessage]]

    async def read_ahead(self, messages: list[BaseMessage], *, lasting: bool = False) -> None:
        self.read.append(messages)


@pytest.mark.parametrize("compact", [True, False], ids=["grown", "any other"])
async def test_rules_and_examples_are_read_ahead_only_by_a_model_that_will_be_asked_with_them(*, compact: bool) -> None:
    chat = ReadingChat(messages=iter([AIMessage("So.")]), compact_prompt=compact, read=[])
    await read_beginning(OpenModel(chat=chat, card=ModelCard(name="tiny")))
    assert chat.read == ([] if compact else [beginning()])
