"""Where passages are stored, an encoder small enough to be made for a test, and passages to rank."""

from __future__ import annotations

import socket
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from assistant.evidence import Passage
from assistant.ranking.index import PassageIndex
from assistant.settings import Settings

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] cat dog sleeps barks the a mat moon vacuum rows"


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a sentence-transformers style folder with a tiny random BERT."""
    import torch  # noqa: PLC0415 - loaded only when needed
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors  # noqa: PLC0415 - as above
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("encoder")
    numbered = {word: number for number, word in enumerate(VOCABULARY.split())}
    unknown = {"unk_token": "[UNK]"}
    tokenizer = Tokenizer(models.WordPiece(numbered, **unknown))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    others = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **unknown, **others).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(numbered),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 16}', encoding="utf-8")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}', encoding="utf-8")
    return folder


class Clock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()

    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Chroma server on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-c", "from chromadb.cli.cli import app; app()"]
    options = ["run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        answers = httpx.HTTPTransport(retries=8)  # waits 0.5, 1, 2 s and so on between refused connections
        with httpx.Client(transport=answers, trust_env=False, timeout=30) as client:
            client.get(f"{url}/api/v2/heartbeat").raise_for_status()
        yield url
        server.kill()


MakeIndex = Callable[..., PassageIndex]
UNHURRIED_S = 60.0
"""A machine under load is slow; tests that are about deadlines set their own."""


@pytest.fixture
async def make_index(tmp_path: Path) -> AsyncIterator[MakeIndex]:
    """Make indexes in one folder, or where told, and close them."""
    made: list[PassageIndex] = []

    def make(*, chroma_url: str | None = None, collection: str = "tiny", **options: Any) -> PassageIndex:
        settings = Settings(data_dir=tmp_path, chroma_url=chroma_url)
        options = {"read_deadline_s": UNHURRIED_S, **options}
        made.append(PassageIndex(settings, collection=collection, **options))
        return made[-1]

    yield make
    for index in made:
        await index.close()


@pytest.fixture(params=["embedded", "server"])
def make_any_index(request: pytest.FixtureRequest, make_index: MakeIndex) -> MakeIndex:
    """Make indexes in a folder, and for the same test on a server, in collections that no other test has."""
    url = request.getfixturevalue("chroma_server") if request.param == "server" else None
    own = uuid.uuid4().hex[:8]

    def make(*, collection: str = "tiny", **options: Any) -> PassageIndex:
        return make_index(chroma_url=url, collection=f"{own}-{collection}", **options)

    return make


PUBLISHED = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def stored() -> list[Passage]:
    """Give five passages of five pages."""
    return [
        Passage(
            id=f"id{n}", url=f"https://a{n}.test/", title=f"Title {n}", text=f"Text {n}", start=n, published=PUBLISHED
        )
        for n in range(5)
    ]


@pytest.fixture
def vectors(stored: list[Passage]) -> dict[str, np.ndarray]:
    """Give each of them a direction of its own."""
    return {passage.id: np.eye(5, dtype=np.float32)[n] for n, passage in enumerate(stored)}
