"""Bytes made into characters, and characters that no person sees taken out.

Knows charsets and Unicode categories. A name of a charset that a server sends is never looked up unchecked.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean", "decode"]

CHARSETS = frozenset(
    {"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "koi8-r", "koi8-u", "shift_jis", "euc-jp"}
    | {"iso-2022-jp", "euc-kr", "gb2312", "gbk", "gb18030", "big5"}
    | {f"iso-8859-{part}" for part in (1, 2, 5, 7, 9, 15)}
    | {f"windows-125{page}" for page in (0, 1, 2, 3, 4, 6)}
)
"""Labels of the WHATWG encoding standard that pages use."""


def decode(body: bytes, content_type: str) -> str:
    """Decode by byte order mark, header, meta element, and at last by trying; only charsets of the allow list count."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace")
    declared = re.search(r"charset=[\"']?([\w-]+)", content_type, re.IGNORECASE)
    meta = re.search(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]+)", body[:4096], re.IGNORECASE)
    names = [declared.group(1)] if declared else []
    names += [meta.group(1).decode("ascii", "replace")] if meta else []
    for name in [*(name.lower() for name in names if name.lower() in CHARSETS), "utf-8"]:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode("windows-1252", "replace")


def clean(text: str) -> str:
    """Drop control, format and heading-mark characters; single blank lines stay, so that offsets mean paragraphs."""
    kept = "".join(
        character
        for character in text.replace("\r\n", "\n").replace("¶", "")
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs"}
    )
    lines = [line.rstrip() for line in kept.replace("\t", "    ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
