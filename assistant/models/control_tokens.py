"""Take out of a text what chat templates would read as control tokens.

For servers, which trust our messages: a page that holds `<|im_end|>` would end our message and begin its own. In this
process the tokenizer sees to it (`chat_template.py`).
"""

from __future__ import annotations

import re

__all__ = ["strip_control_tokens"]

CONTROL = re.compile(
    r"""
    <\|[^|<>\s]{1,60}\|>                 # ChatML and Qwen, Llama 3, Granite, Phi, gpt-oss
    | <\uff5c[^\uff5c<>\s]{1,60}\uff5c>   # DeepSeek, with full-width bars
    | \[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|IMG)\] | <</?SYS>>   # Mistral, Llama 2
    | </?s> | <(?:bos|eos|pad|unk)>      # SentencePiece's own
    | <(?:start|end)_of_(?:turn|image|role|text)>   # Gemma
    | </?(?:think|tool_call|tool_response|tools)>   # Qwen, DeepSeek-R1, Hermes
    """,
    re.VERBOSE | re.IGNORECASE,
)


def strip_control_tokens(text: str) -> str:
    """Remove control tokens, and those that removing others puts together."""
    while (stripped := CONTROL.sub("", text)) != text:
        text = stripped
    return text
