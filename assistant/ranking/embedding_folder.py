"""What a sentence-transformers folder says of its model: pooling, prefixes, languages, length.

Knows the folder's small files; weights and tokenizer are `encoder.py`'s.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.errors import ModelUnavailable

__all__ = ["broken", "check_folder", "max_tokens", "prefixes", "read_json", "served_languages"]

RECORD = "footnote.json"
"""What pulling leaves beside a model: among other things the languages that it serves."""
ENGLISH = ("en",)
"""all-MiniLM-L6-v2 ranks French far below BM25 (FQuAD nDCG@10 0.33 against 0.82)."""
NEEDED = ("config.json", "model.safetensors", "tokenizer.json")
MOST_TOKENS = 256
"""What the encoder was trained on, where its folder does not say (all-MiniLM-L6-v2's sentence_bert_config.json)."""


def check_folder(folder: Path) -> None:
    """Raise `ModelUnavailable` if files are missing or the pooling is none that we do."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        message = f"{folder}: no embedding model ({', '.join(missing)} missing); run: footnote models pull e5-small"
        raise ModelUnavailable(message)
    if not read_json(folder / "1_Pooling" / "config.json").get("pooling_mode_mean_tokens", True):
        message = f"{folder}: this embedding model does not pool by the mean; use one that does"
        raise ModelUnavailable(message)


def served_languages(folder: Path) -> tuple[str, ...]:
    """Tell which languages an embedder knows, none for all; a folder that does not say is taken for an English one."""
    languages = read_json(folder / RECORD).get("languages", ENGLISH)
    return tuple(str(language) for language in languages) if isinstance(languages, list | tuple) else ENGLISH


def prefixes(folder: Path) -> tuple[str, str]:
    """Give what stands before a question and before a passage, as sentence-transformers writes it down."""
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts")
    named: dict[str, str] = prompts if isinstance(prompts, dict) else {}
    return named.get("query", ""), named.get("passage", named.get("document", ""))


def max_tokens(folder: Path) -> int:
    """Tell how much of a text the encoder reads."""
    return int(str(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or MOST_TOKENS))


def read_json(path: Path) -> dict[str, object]:
    """Read a small file of settings; a missing one is empty."""
    if not path.is_file():
        return {}
    try:
        content: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        message = f"{path}: not JSON; remove the folder and pull the model again"
        raise ModelUnavailable(message) from error
    return content


def broken(folder: Path, error: Exception) -> ModelUnavailable:
    """Say of files that cannot be loaded what to do; whatever a library makes of them, the remedy is the same."""
    return ModelUnavailable(
        f"{folder}: the embedding model cannot be loaded ({error}); remove the folder and pull it again"
    )
