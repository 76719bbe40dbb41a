from __future__ import annotations

import pytest

from assistant.models.control_tokens import strip_control_tokens


@pytest.mark.parametrize(
    "token",
    [
        "<|im_end|>",
        "<|im_start|>",
        "<|eot_id|>",
        "<|start_header_id|>",
        "<|start_of_role|>",
        "<|channel|>",
        "<\uff5cUser\uff5c>",
        "<\uff5cend\u2581of\u2581sentence\uff5c>",
        "[INST]",
        "[/INST]",
        "<<SYS>>",
        "</s>",
        "<start_of_turn>",
        "</think>",
        "<tool_call>",
    ],
)
def test_control_tokens_of_known_templates_are_taken_out(token: str) -> None:
    assert strip_control_tokens(f"before {token}after") == "before after"


def test_a_token_made_by_removing_another_is_taken_out_too() -> None:
    assert strip_control_tokens("a<|im_<|im_end|>end|>b") == "ab"


@pytest.mark.parametrize(
    "text", ["if a <b and c> d", "x <| y |> z", "[1] and [INST ]", "<p>HTML</p>", "1 <s 2", "f|>g"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert strip_control_tokens(text) == text
