"""An encoder small enough to be made for a test, and passages to rank."""

from __future__ import annotations

from pathlib import Path

import pytest

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
