"""Turn messages into the tokens of a GGUF model, so that no page can write a control token.

llama.cpp's own templating reads control tokens wherever they stand in the rendered text. Here the template is
rendered with marks in place of the messages; only what the template itself wrote is read for control tokens.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from langchain_core.messages import BaseMessage

from assistant.errors import ModelUnavailable
from assistant.models.chat_template import PLAIN, PLAIN_STOPS, role_of, without_system

__all__ = ["encode_for_gguf"]


def encode_for_gguf(messages: Sequence[BaseMessage], llama: Any) -> tuple[list[int], tuple[str, ...]]:  # noqa: ANN401 - llama_cpp.Llama
    """Encode a conversation up to where the answer begins; return it and where a model without a template must stop."""
    template = llama.metadata.get("tokenizer.chat_template") or ""
    turns = [{"role": role_of(message), "content": str(message.text)} for message in messages]
    fence = secrets.token_hex(8)
    try:
        rendered = render(template or PLAIN, turns, fence, llama)
    except TemplateError:
        merged = without_system(turns)
        if merged == turns:
            raise
        turns = merged  # the template refuses a system message
        rendered = render(template or PLAIN, turns, fence, llama)
    return tokens_of(rendered, turns, fence, llama), () if template else PLAIN_STOPS


def render(template: str, turns: Sequence[dict[str, str]], fence: str, llama: Any) -> str:  # noqa: ANN401 - llama_cpp.Llama
    """Render the template with a mark for each message; it can reach nothing but what it is given."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"], autoescape=False
    )
    environment.globals |= {
        "raise_exception": refuse,
        "strftime_now": lambda form: datetime.now().astimezone().strftime(form),
    }
    marked = [{"role": turn["role"], "content": f"{fence}{place}{fence}"} for place, turn in enumerate(turns)]
    rendered = environment.from_string(template).render(
        messages=marked,
        add_generation_prompt=True,
        bos_token=token_text(llama, llama.token_bos()),
        eos_token=token_text(llama, llama.token_eos()),
    )
    if [int(place) for place in re.findall(rf"{fence}(\d+){fence}", rendered)] != list(range(len(turns))):
        message = "the model's chat template leaves messages out or turns them round; choose another model"
        raise ModelUnavailable(message)
    return rendered


def refuse(message: str) -> None:
    """Let a template say that it cannot render a conversation."""
    raise TemplateError(message)


def token_text(llama: Any, token: int) -> str:  # noqa: ANN401 - llama_cpp.Llama
    """Spell a control token; nothing where the vocabulary has none."""
    if token < 0:
        return ""
    text: bytes = llama.detokenize([token], special=True)
    return text.decode("utf-8", errors="replace")


def tokens_of(rendered: str, turns: Sequence[dict[str, str]], fence: str, llama: Any) -> list[int]:  # noqa: ANN401 - llama_cpp.Llama
    """Encode what the template wrote with control tokens, and what stands in the messages without."""
    tokens: list[int] = []
    for place, part in enumerate(re.split(rf"{fence}(\d+){fence}", rendered)):
        from_message = place % 2 == 1
        text = turns[int(part)]["content"] if from_message else part
        if text:
            tokens += llama.tokenize(text.encode(), add_bos=False, special=not from_message)
    wants_begin = str(llama.metadata.get("tokenizer.ggml.add_bos_token", "false")).lower() == "true"
    begin = llama.token_bos()
    return [begin, *tokens] if wants_begin and begin >= 0 and tokens[:1] != [begin] else tokens
