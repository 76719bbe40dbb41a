from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import BaseMessage

from assistant import Answer, Assistant, QuestionOptions, Settings
from assistant.assistant import read_beginning
from assistant.errors import SettingsInvalid
from assistant.evidence import AnswerStatus, ModelCard
from assistant.models.opening import OpenModel
from assistant.writing.prompting import build_prompt


def offline(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, retrievers=("folder",), model="none")


async def test_footnote_answers_about_itself_from_its_own_documents(tmp_path: Path) -> None:
    async with Assistant(offline(tmp_path)) as assistant:
        answer = await assistant.answer("How do I add a retriever?")
    assert isinstance(answer, Answer)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.citations[0].url.endswith("add-a-retriever.md")
    assert "entry-point line" in answer.citations[0].quote


async def test_two_questions_share_what_was_opened(tmp_path: Path) -> None:
    async with Assistant(offline(tmp_path)) as assistant:
        first = await assistant.answer("How do I add a retriever?")
        second = await assistant.answer("Where are chats kept?", options=QuestionOptions(language="en"))
    assert first.question != second.question
    assert AnswerStatus.FAILED not in {first.status, second.status}


async def test_a_default_that_is_not_there_and_its_absence_are_told(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, retrievers=("folder",))
    async with Assistant(settings) as assistant:
        assert assistant.model_card() is None
        await assistant.warm()
        assert "footnote models pull" in assistant.model_problem()


async def test_the_model_that_is_preferred_is_warmed_and_the_default_is_not(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, retrievers=("folder",))
    async with Assistant(settings, warmed="no/such-model") as assistant:
        await assistant.warm()
        assert "no/such-model" in assistant.model_problem("no/such-model")
        assert assistant.model_problem() == ""


async def test_a_data_directory_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="FOOTNOTE_DATA_DIR"):
        async with Assistant(Settings(data_dir=tmp_path / "file" / "data")):
            pass


async def test_an_assistant_that_is_not_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Assistant(offline(tmp_path)).answer("Why?")


def test_only_public_names_are_given_away() -> None:
    import assistant  # noqa: PLC0415 - the package itself is the subject

    with pytest.raises(AttributeError, match="Secret"):
        _ = assistant.Secret
    assert all(getattr(assistant, name) for name in assistant.__all__)


class ReadingChat(FakeListChatModel):
    """A model that notes what it is to read ahead."""

    heard: list[tuple[list[BaseMessage], bool]] = []  # noqa: RUF012 - pydantic copies it for each instance

    async def read_ahead(self, messages: Sequence[BaseMessage], *, lasting: bool = False) -> None:
        self.heard.append((list(messages), lasting))


async def test_a_model_reads_what_every_prompt_begins_with_before_anybody_asks() -> None:
    chat = ReadingChat(responses=["So."])
    await read_beginning(OpenModel(chat=chat, card=ModelCard(name="tiny")))
    ((messages, lasting),) = chat.heard
    assert lasting
    assert messages == build_prompt("Pourquoi ?", (), "fr")[: len(messages)]
    assert len(messages) == len(build_prompt("Pourquoi ?", (), "fr")) - 1


async def test_a_model_that_cannot_read_ahead_is_left_alone() -> None:
    await read_beginning(OpenModel(chat=FakeListChatModel(responses=["So."]), card=ModelCard(name="tiny")))
