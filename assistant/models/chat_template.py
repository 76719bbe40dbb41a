"""Turn messages into the tokens that a model was trained to continue, so that no page can write a control token.

Knows chat templates. Leaves what the messages say to `writing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage

from assistant.errors import ModelUnavailable

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["PLAIN_STOPS", "encode_chat", "role_of"]

ROLES = {"human": "user", "ai": "assistant", "system": "system"}
PLAIN = (
    "{{ bos_token if bos_token is defined and bos_token else '' }}"
    "{% for message in messages %}{{ message.role | capitalize }}: {{ message.content }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""For models that bring no template: base models, which continue a dialogue written out."""
PLAIN_STOPS = ("\nUser:", "\nSystem:")
"""Where such a model begins to write the next turn itself."""


def role_of(message: BaseMessage) -> str:
    """Name the speaker as chat templates do."""
    role = ROLES.get(message.type)
    if role is None:
        known = f"a {message.type} message cannot be given to a model; known are {', '.join(ROLES)}"
        raise ModelUnavailable(known)
    return role


def encode_chat(messages: Sequence[BaseMessage], tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Encode a conversation up to where the model's answer begins; control tokens inside it become plain text."""
    turns = [{"role": role_of(message), "content": str(message.text)} for message in messages]
    try:
        return encode(turns, tokenizer)
    except Exception as error:
        merged = without_system(turns)
        if merged == turns or type(error).__module__.split(".")[0] != "jinja2":
            raise
        return encode(merged, tokenizer)  # the template refuses a system message


def encode(turns: list[dict[str, str]], tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Apply the model's template, or the plain one."""
    tokens: Any = tokenizer.apply_chat_template(
        turns,
        chat_template=tokenizer.chat_template or PLAIN,
        add_generation_prompt=True,
        tokenize=True,
        return_dict=False,
        sanitize_control_tokens=True,
    )
    return [int(token) for token in tokens]


def without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """Put a leading system message into the user's first, for templates that know no system role."""
    if len(turns) < 2 or turns[0]["role"] != "system" or turns[1]["role"] != "user":  # noqa: PLR2004 - the pair to join
        return turns
    joined = {"role": "user", "content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return [joined, *turns[2:]]
