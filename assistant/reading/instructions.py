"""Whether text that nobody was to see speaks to a machine.

Knows how instructions to a language model are worded, in English and French. It only decides what is worth telling
the reader: nothing is taken out of a page, or left in, because of what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["instructions_among"]

MOST_EXCERPTS = 5
MOST_EXCERPT_CHARACTERS = 160
MOST_SCANNED_CHARACTERS = 200_000
"""Of all that was hidden on one page: more than any honest page hides in words."""
PATTERN = re.compile(
    r"""
    \b(?:ignor(?:e|ing)|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:above|instructions?|directions|commands
        |prompts?|guidelines|rules|sources|(?:all|everything|anything)\s+(?:else|before|you|other))\b
    |\b(?:ignor(?:e|ez|er)|oubli(?:e|ez|er))\b[^.\n]{0,40}\b(?:instructions?|consignes?|précédent\w*|tout(?:es|ce)?)\b
    |\b(?:system|developer|hidden)\s+(?:prompt|message|instructions?)\b|\b(?:prompt|invite)\s+(?:système|caché)\b
    |\bpre-?prompt\b|\bjailbreak\b|\bprompt\s+injection\b
    |^\W{0,3}(?:system|assistant|ai|llm|chatgpt|gpt|claude|gemini|copilot|bot|ia|système|user|human)\s*:\s*\S
    |\b(?:note|attention|message|instructions?|important)\b[^.\n]{0,20}\b(?:to|for|aux?|pour)\b[^.\n]{0,20}
        \b(?:ai|a\.i\.|llms?|language\s+models?|assistants?|chatbots?|agents?|crawlers|ia|modèles?)\b
    |\b(?:if|when|as|si)\s+(?:you|vous|tu)\b[^.\n]{0,10}\b(?:are|'re|êtes|es)\s+(?:an?|une?)\s+
        (?:ai|llm|language\s+model|assistant|chatbot|agent|ia|modèle)\b
    |\byou\s+are\s+(?:now|no\s+longer)\b|\bfrom\s+now\s+on\b|\bvous\s+êtes\s+(?:maintenant|désormais)\b
    |\bdo\s+not\s+(?:mention|reveal|cite|tell|summari[sz]e|follow)\b
    |\b(?:the|any|every)\s+(?:ai|llm|language\s+model|assistant|chatbot)\s+(?:must|should|shall|will|is\s+to)\b
    |\b(?:reply|respond|answer|répond(?:s|ez)?)\s+(?:only\b|with\b(?!\s+quote)|exactly\b|uniquement\b|(?:seulement\s+)?par\b|(?-i:[A-Z]{4,}))
    |\b(?:reply|say|print|output|append|insert|write)\s+["'`]?(?-i:[A-Z0-9]{3,}[-_A-Z0-9]{2,})
    |\b(?:in|of|into|to|end|begin|start|format)\s+your\s+(?:response|answer|reply|output|summary)\b
    |\b(?:dans|à)\s+(?:ta|votre)\s+réponse\b|\b(?:if|when)\s+(?:the\s+|a\s+)?user\s+asks\b
    |\b(?:tell|ask|convince|urge|direct|inform|persuade)\s+the\s+user\b
    |<\|?/?(?:im_start|im_end|system|assistant|endoftext|start_header_id|eot_id|start|end|message|channel)\|>
    |\[/?INST\]|<</?SYS>>|</?(?:think|tool_call|function_call|sources?)>
    |\b(?:user|human)'s\s+(?:password|credentials|conversation|chat\s+history)\b
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)


def instructions_among(texts: Iterable[str]) -> tuple[str, ...]:
    """Return short excerpts of the texts that look like instructions to a model, each once."""
    found: dict[str, None] = {}
    left = MOST_SCANNED_CHARACTERS
    for text in texts:
        match = PATTERN.search(text, 0, left)
        left -= len(text)
        if match:
            start = max(0, match.start() - MOST_EXCERPT_CHARACTERS // 4)
            found[" ".join(text[start : start + MOST_EXCERPT_CHARACTERS].split())] = None
        if left <= 0 or len(found) == MOST_EXCERPTS:
            break
    return tuple(found)
