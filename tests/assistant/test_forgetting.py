"""What is attached to a question is never written down by the engine, so that nothing is left to be forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from assistant.evidence import Answer, QuestionOptions

TOLD = "The zyxomma vault holds nine crowns and the code of its door is walrus forty."
QUESTION = "What does the zyxomma vault hold?"


@pytest.fixture
def settings(tmp_path: Path, encoder_folder: Path) -> Settings:
    library = tmp_path / "notes"
    library.mkdir()
    return Settings(
        data_dir=tmp_path / "data",
        retrievers=("folder",),
        folders=(library,),
        model="none",
        embedding_model=str(encoder_folder),
    )


def holding(folder: Path, words: str) -> list[str]:
    """Name the files below a folder that hold a text."""
    return [str(path) for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


async def asked(settings: Settings, options: QuestionOptions) -> tuple[Answer, int]:
    """Ask once, and tell how many vectors were held in memory before files were forgotten."""
    async with Assistant(settings) as assistant:
        await assistant.warm()
        answer = await assistant.answer(QUESTION, options=options)
        ranker = assistant._open_parts.ranker
        await asyncio.gather(*ranker._storing)
        assert ranker._index
        held = len(ranker._index._passing._held)
        assistant.forget_files(options.attachments)
        assert len(ranker._index._passing._held) == 0
        return answer, held


async def test_nothing_of_an_attached_file_is_on_disk_but_the_file(settings: Settings) -> None:
    place = settings.uploads_dir / "page" / "place"
    place.mkdir(parents=True)
    file = place / "plan.txt"
    file.write_text(TOLD)
    answer, held = await asked(settings, QuestionOptions(attachments=(str(file),)))
    assert "nine crowns" in answer.citations[0].quote
    assert held == 1
    assert holding(settings.data_dir, "walrus forty") == [str(file)]


async def test_a_document_of_a_folder_is_kept_as_ever(settings: Settings) -> None:
    (settings.folders[0] / "plan.txt").write_text(TOLD)
    answer, held = await asked(settings, QuestionOptions(sources=("folder",)))
    assert "nine crowns" in answer.citations[0].quote
    assert held == 0
    assert holding(settings.data_dir / "chroma", "walrus forty")
