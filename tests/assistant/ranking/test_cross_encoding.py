"""A cross-encoder reorders the best passages in time, and its absence costs a line and no answer."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from assistant.errors import ModelUnavailable
from assistant.evidence import Passage
from assistant.ranking.cross_encoding import LOOKED_AT, CrossEncoder, Reranker

SOON_S = 30.0


def passage(number: int, text: str = "the cat sleeps") -> Passage:
    return Passage(id=str(number), url=f"https://a.test/{number}", title="", text=f"{text} {number}", start=0)


class Lengths(CrossEncoder):
    """Scores by length, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.asked: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        del question
        self.asked += texts
        return [float(len(text)) for text in texts]


@pytest.fixture(scope="module")
def folder(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cross") / "encoder"
    shutil.copytree(encoder_folder, made)
    for weights in made.glob("*.safetensors"):
        weights.unlink()
    torch.manual_seed(3)
    config = BertConfig.from_pretrained(encoder_folder, num_labels=1)
    BertForSequenceClassification(config).save_pretrained(made)
    return made


async def test_the_best_are_put_in_the_order_of_the_scores_and_the_rest_stay_below() -> None:
    encoder = Lengths()
    passages = [passage(number, "word " * number) for number in range(LOOKED_AT + 2)]
    reranker = Reranker(encoder)
    found, note = await reranker.reorder("why", passages, deadline_s=SOON_S)
    await reranker.close()
    assert [one.id for one in found] == [*map(str, reversed(range(LOOKED_AT))), str(LOOKED_AT), str(LOOKED_AT + 1)]
    assert len(encoder.asked) == LOOKED_AT
    assert note == ""


async def test_without_time_the_order_stays_and_a_line_says_so() -> None:
    passages = [passage(number) for number in range(3)]
    reranker = Reranker(Lengths())
    found, note = await reranker.reorder("why", passages, deadline_s=0.0)
    await reranker.close()
    assert list(found) == passages
    assert "no time was left" in note


async def test_a_model_that_is_not_there_is_named_and_the_order_stays(tmp_path: Path) -> None:
    passages = [passage(number) for number in range(3)]
    reranker = Reranker(CrossEncoder(tmp_path / "bge"))
    found, note = await reranker.reorder("why", passages, deadline_s=SOON_S)
    await reranker.close()
    assert list(found) == passages
    assert note.startswith("not reranked: ")
    assert "bge" in note
    assert "pull it again" in note


async def test_a_real_folder_scores_pairs(folder: Path) -> None:
    encoder = CrossEncoder(folder)
    alone = [encoder.scores("the cat", [text])[0] for text in ("the dog barks", "the moon")]
    assert encoder.scores("the cat", ["the dog barks", "the moon"]) == pytest.approx(alone, abs=0.02)
    passages = [passage(number, text) for number, text in enumerate(["the dog barks", "the moon", "a mat"])]
    reranker = Reranker(encoder)
    found, note = await reranker.reorder("the cat", passages, deadline_s=SOON_S)
    await reranker.close()
    assert {one.id for one in found} == {"0", "1", "2"}
    assert note == ""


def test_a_folder_without_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    for weights in broken.glob("*.safetensors"):
        weights.unlink()
    with pytest.raises(ModelUnavailable, match="broken: the reranker cannot be loaded"):
        CrossEncoder(broken).load()
