"""Documents on this machine, read only below the folders that the user named.

Knows paths. Leaves the meaning of the bytes to `extraction.py`.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from assistant.errors import BlockedAddress, NotText, PageTooLarge, Unreachable
from assistant.reading.exchange import MOST_PDF_BYTES, Document
from assistant.reading.formats import KNOWN

__all__ = ["read_document"]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {
    ".atom": "application/atom+xml",
    ".docx": WORD,
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".rss": "application/rss+xml",
    ".rst": "text/plain",
    ".text": "text/plain",
    ".txt": "text/plain",
    ".xhtml": "application/xhtml+xml",
}
"""Named here because the table of the operating system differs from machine to machine."""


def read_document(url: str, roots: Sequence[Path]) -> Document:
    """Return the file behind a `file:` URL; raise `BlockedAddress` unless its real path lies below one of the roots."""
    path = real_path(url)
    if not any(path.is_relative_to(root.resolve()) for root in roots):
        message = f"{path}: outside the folders that may be read; add its folder to FOOTNOTE_FOLDERS"
        raise BlockedAddress(message)
    content_type = TYPES.get(path.suffix.lower())
    if content_type is None:
        kind = mimetypes.guess_type(path.name)[0] or "this kind of file"
        message = f"{path}: {kind} is not read; {KNOWN} are"
        raise NotText(message)
    return Document(url=url, content_type=content_type, body=load(path))


def real_path(url: str) -> Path:
    """Return the path of a `file:` URL with every symbolic link followed."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
            message = f"{url}: not a document of this machine"
            raise BlockedAddress(message)
        return Path(url2pathname(parts.path)).resolve()
    except (ValueError, OSError) as error:
        message = f"{url}: not the address of a file ({error})"
        raise BlockedAddress(message) from error


def load(path: Path) -> bytes:
    """Return the bytes of an ordinary file of bounded size."""
    try:
        if not path.is_file():
            message = f"{path}: there is no such file"
            raise Unreachable(message)
        if path.stat().st_size > MOST_PDF_BYTES:
            message = f"{path}: larger than {MOST_PDF_BYTES // 1_000_000} MB"
            raise PageTooLarge(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise Unreachable(message) from error
