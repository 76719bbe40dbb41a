from __future__ import annotations

from collections.abc import Sequence

import pytest
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

from assistant.models.detokenising import PieceWriter


@pytest.fixture(scope="module")
def bytewise() -> PreTrainedTokenizerFast:
    """One token for each byte: a character may take several."""
    vocabulary = {character: number for number, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")  # noqa: S106 - a token of text


def pieces(tokenizer: PreTrainedTokenizerFast, text: str, stops: Sequence[str] = ()) -> list[str]:
    writer = PieceWriter(tokenizer, stops=stops)
    given = []
    for token in tokenizer.encode(text):
        given.append(writer.add(token))
        if writer.complete:
            break
    return [*given, writer.end()]


@pytest.mark.parametrize("text", ["plain", "été à Zürich", "日本語。", "a 😀 b", " lead and trail ", "line\n\nline"])
def test_pieces_add_up_to_the_text(bytewise: PreTrainedTokenizerFast, text: str) -> None:
    assert "".join(pieces(bytewise, text)) == text


def test_a_character_is_given_only_when_whole(bytewise: PreTrainedTokenizerFast) -> None:
    assert pieces(bytewise, "é😀") == ["", "é", "", "", "", "😀", ""]


def test_text_ends_before_a_stop_string_and_its_beginning_is_never_shown(bytewise: PreTrainedTokenizerFast) -> None:
    given = pieces(bytewise, "yes\nUser: no", stops=["\nUser:"])
    assert "".join(given) == "yes"
    assert not any("\n" in piece for piece in given)


def test_what_only_looked_like_a_stop_string_is_shown_in_the_end(bytewise: PreTrainedTokenizerFast) -> None:
    assert "".join(pieces(bytewise, "a\nUse this\nUs", stops=["\nUser:"])) == "a\nUse this\nUs"


def test_control_tokens_make_no_text(bytewise: PreTrainedTokenizerFast) -> None:
    writer = PieceWriter(bytewise)
    assert bytewise.eos_token_id is not None
    assert writer.add(bytewise.eos_token_id) == ""
    assert writer.ended
