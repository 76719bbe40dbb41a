"""Bytes made into characters, and characters that no person sees taken out.

Knows charsets and Unicode categories. Leaves markup to `extraction.py`.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

__all__ = ["clean", "decode", "smuggled"]

MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CODECS = MappingProxyType(
    {
        **{label: label for label in ("utf-8", "koi8-r", "koi8-u", "euc-jp", "iso-2022-jp", "gb18030", "big5")},
        **{f"iso-8859-{part}": f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15)},
        **{f"windows-125{part}": f"cp125{part}" for part in range(9)},
        "utf8": "utf-8",
        "unicode-1-1-utf-8": "utf-8",
        "utf-16": "utf-16-le",
        "utf-16le": "utf-16-le",
        "utf-16be": "utf-16-be",
        "ascii": "cp1252",
        "us-ascii": "cp1252",
        "latin1": "cp1252",
        "iso8859-1": "cp1252",
        "iso-8859-1": "cp1252",
        "iso_8859-1": "cp1252",
        "iso-8859-9": "cp1254",
        "iso-8859-11": "cp874",
        "windows-874": "cp874",
        "tis-620": "cp874",
        "macintosh": "mac-roman",
        "shift_jis": "cp932",
        "shift-jis": "cp932",
        "sjis": "cp932",
        "x-sjis": "cp932",
        "euc-kr": "cp949",
        "ks_c_5601-1987": "cp949",
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "big5-hkscs": "big5hkscs",
    }
)
"""Labels of the WHATWG encoding standard and what they mean there. A name that a server sends is never looked up among
Python's codecs, which hold UTF-7 and others that turn harmless bytes into markup."""
DECLARED = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
META_BYTES = 4096
"""Browsers look at 1,024; some pages hide the element behind long comments."""
META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
SAMPLE_BYTES = 30_000
ASCII = bytes(range(128))
MOST_DAMAGED_SHARE = 0.3
"""Of the bytes beyond ASCII, what the declared charset cannot read: more, and the declaration is wrong; fewer, and
the page has a few broken characters, as cut or joined texts do."""
FEWEST_TO_GUESS_FROM = 30
"""Bytes beyond ASCII. Fewer tell nothing, and Windows-1252 is what browsers take for unknown."""

UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Controls; format characters (bidirectional marks, tags, zero-width, soft hyphens); private use; surrogates."""
TAGS = re.compile("[\U000e0020-\U000e007e]{8,2000}")
TAG_OFFSET = 0xE0000
MOST_RUNS = 50
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def decode(body: bytes, content_type: str) -> str:
    """Decode by byte order mark, header, markup, and at last by looking; only charsets of the allow list count."""
    for mark, codec in MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    text = body.decode(declared_codec(body, content_type) or "utf-8", "replace")
    beyond_ascii = len(body.translate(None, ASCII))
    if text.count("\ufffd") > MOST_DAMAGED_SHARE * beyond_ascii:
        return body.decode(guessed_codec(body, beyond_ascii), "replace")
    return text


def declared_codec(body: bytes, content_type: str) -> str | None:
    """Return the codec that the header or else the markup names, None for an unknown one."""
    in_header = DECLARED.search(content_type)
    named = CODECS.get(in_header.group(1).lower()) if in_header else None
    in_markup = META.search(body[:META_BYTES])
    if named or not in_markup:
        return named
    label = (in_markup.group(1) or in_markup.group(2)).decode("ascii", "replace").lower()
    # Markup that could be read at all is not in UTF-16, whatever it says: the standard takes it for UTF-8.
    return "utf-8" if label.startswith("utf-16") else CODECS.get(label)


def guessed_codec(body: bytes, beyond_ascii: int) -> str:
    """Guess the codec of bytes that are not what they are said to be, or say nothing and are not UTF-8."""
    if beyond_ascii < FEWEST_TO_GUESS_FROM:
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - loaded only when needed

    best = from_bytes(
        body[:SAMPLE_BYTES], cp_isolation=sorted(set(CODECS.values()) - {"utf-16-le", "utf-16-be"})
    ).best()
    return best.encoding if best else "cp1252"


def clean(text: str) -> str:
    """Drop every character that no person sees, blanks at line ends, and all but one of several blank lines."""
    lines = (visible(line).rstrip() for line in LINE_ENDS.sub("\n", text).replace("\t", "    ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def visible(line: str) -> str:
    """Return a line without unseen characters; most lines hold none and are not looked at one by one."""
    if line.isprintable():
        return line
    return "".join(character for character in line if unicodedata.category(character) not in UNSEEN)


def smuggled(text: str) -> list[str]:
    """Return what is written in tag characters, which show nothing and spell ASCII; flags use a few of them."""
    runs = TAGS.findall(text)
    return ["".join(chr(ord(character) - TAG_OFFSET) for character in run) for run in runs[:MOST_RUNS]]
