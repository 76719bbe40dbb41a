"""What a manual writes in angle brackets for a word of the reader's: "git branch --list <pattern>".

Tells it from markup by its form: plain words, no known element, no control token, no end. Leaves what becomes of either
to `cleaning.py`; shown it is always as text.
"""

from __future__ import annotations

import re

__all__ = ["NO_PLACEHOLDER", "kept"]

ELEMENTS = (
    "a|abbr|acronym|animate|applet|article|aside|audio|b|bdi|bdo|big|blink|blockquote|body|br|button|canvas|caption"
    "|center|cite|code|col|colgroup|dd|del|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer"
    "|foreignobject|form|frame|frameset|h[1-6]|header|hr|html|i|iframe|img|ins|kbd|legend|li|marquee|math|meta|nav"
    "|nobr|noembed|noframes|noscript|ol|optgroup|p|picture|plaintext|pre|q|rp|rt|ruby|s|samp|script|select|slot|small"
    "|span|strike|strong|style|sub|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|tr|tt|u|ul|var|video|wbr"
    "|xml|xmp"
)
"""Of HTML, old and new, and of SVG what can act. Those are missing that do nothing without an attribute and that
manuals take for placeholders ("<source>", "<path>", "<dir>")."""
TOKENS = (
    r"think|thinking|tools?|tool_\w+|function_\w+|invoke|(?:start|end)[ _]of[ _]\w+|im_\w+|bos|eos|pad|unk|mask|sys"
    "|inst|system|assistant|human|admin|important|instructions?|override"
)
"""What chat templates, and those who imitate them, put into angle brackets."""
WORD = r"[a-z][a-z_-]{0,30}\d?"
"""Letters with a digit at the end at most, as in "<file2>": a code such as "<A7-3F>" stands for no word."""
AFTER_BRACKET = (
    rf"(?!(?:{ELEMENTS}|{TOKENS})(?![\w-]))(?=[a-z])(?P<name>{WORD}(?:[ .,|]{WORD}){{0,3}})(?:\.\.\.|\u2026)?>"
)
PLACEHOLDER = re.compile(f"<{AFTER_BRACKET}", re.IGNORECASE)
NO_PLACEHOLDER = f"(?!(?<=<)(?i:{AFTER_BRACKET}))"
"""For patterns of others, behind what may be a bracket."""


def kept(found: re.Match[str]) -> str:
    """Give a tag back if it is a placeholder, and nothing if it is markup, which has an end or is known."""
    named = PLACEHOLDER.fullmatch(found.group())
    is_closed = named is not None and f"</{named['name']}".casefold() in found.string.casefold()
    return found.group() if named and not is_closed else ""
