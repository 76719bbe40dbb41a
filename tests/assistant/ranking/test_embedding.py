"""Texts become vectors, by an encoder folder on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.errors import ModelUnavailable
from assistant.ranking.embedding import PassageEmbedder


@pytest.fixture(scope="module")
def embedder(encoder_folder: Path) -> PassageEmbedder:
    return PassageEmbedder(encoder_folder)


def test_it_is_an_embedder_for_langchain(embedder: PassageEmbedder) -> None:
    assert isinstance(embedder, Embeddings)
    (row,) = embedder.embed_documents(["the cat sleeps"])
    assert isinstance(row, list)
    assert isinstance(row[0], float)
    assert embedder.embed_query("the cat sleeps") == row


def test_vectors_have_length_one(embedder: PassageEmbedder) -> None:
    assert np.linalg.norm(embedder.encode(["cat", "the dog barks"]), axis=1) == pytest.approx([1, 1], abs=1e-4)


def test_rows_follow_the_order_of_the_texts_whatever_the_batches(embedder: PassageEmbedder) -> None:
    texts = ["the dog barks the moon", "cat", "vacuum rows a mat"] * 7
    together = embedder.encode(texts)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    assert np.sum(together * alone, axis=1) == pytest.approx(np.ones(len(texts)), abs=0.02)


def test_padding_does_not_count_in_the_mean(embedder: PassageEmbedder) -> None:
    beside_a_long_one = embedder.encode(["cat", "the cat sleeps a dog barks the moon"])[0]
    assert float(beside_a_long_one @ embedder.encode(["cat"])[0]) == pytest.approx(1, abs=0.02)


def test_only_as_much_is_read_as_the_folder_says(embedder: PassageEmbedder) -> None:
    long, longer = embedder.encode(["cat " * 14, "cat " * 14 + "dog " * 30])
    assert float(long @ longer) == pytest.approx(1, abs=0.02)


def test_no_texts_are_no_rows(embedder: PassageEmbedder) -> None:
    assert embedder.encode([]).shape == (0, 32)
    assert embedder.embed_documents([]) == []


def test_weights_are_loaded_when_first_used(encoder_folder: Path) -> None:
    embedder = PassageEmbedder(encoder_folder)
    assert not embedder.is_loaded
    embedder.embed_query("cat")
    assert embedder.is_loaded


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_refused_by_name(encoder_folder: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(encoder_folder, folder)
    (folder / name).unlink()
    with pytest.raises(ModelUnavailable, match=f"{folder}.*{name}.*pull"):
        PassageEmbedder(folder)


def test_broken_weights_are_told_with_the_remedy(encoder_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(encoder_folder, folder)
    (folder / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelUnavailable, match="pull it again"):
        PassageEmbedder(folder).embed_query("cat")


def test_another_pooling_than_the_mean_is_refused(encoder_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(encoder_folder, folder)
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": false}', encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="mean"):
        PassageEmbedder(folder)


def test_a_cheap_likeness_prefers_the_text_that_shares_pieces(embedder: PassageEmbedder) -> None:
    near, far, empty = embedder.likenesses("the cat sleeps", ["a cat sleeps", "vacuum rows", ""])
    assert near > far >= empty == 0
    assert embedder.likenesses("cat", []) == []


def test_comparing_by_pieces_again_gives_the_same(encoder_folder: Path) -> None:
    embedder = PassageEmbedder(encoder_folder)
    texts = ["a cat sleeps", "vacuum rows", "a cat sleeps"]
    assert embedder.likenesses("the cat sleeps", texts) == embedder.likenesses("the cat sleeps", texts)


def test_prefixes_and_languages_come_from_the_folder(encoder_folder: Path, tmp_path: Path) -> None:
    assert PassageEmbedder(encoder_folder).languages == ("en",)
    folder = tmp_path / "copy"
    shutil.copytree(encoder_folder, folder)
    (folder / "footnote.json").write_text('{"languages": []}', encoding="utf-8")
    prompts = '{"prompts": {"query": "cat ", "passage": "dog "}}'
    (folder / "config_sentence_transformers.json").write_text(prompts, encoding="utf-8")
    prefixed = PassageEmbedder(folder)
    assert prefixed.languages == ()
    assert prefixed.embed_query("moon") == pytest.approx(prefixed.encode(["cat moon"])[0].tolist(), abs=1e-3)
    assert prefixed.embed_documents(["moon"])[0] == pytest.approx(prefixed.encode(["dog moon"])[0].tolist(), abs=1e-3)
