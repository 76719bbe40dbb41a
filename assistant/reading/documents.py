"""Documents on this machine, read only below the folders that the user named.

Knows paths. Leaves the meaning of bytes to `extraction.py`.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.errors import BlockedAddress, NotText, PageTooLarge, Unreachable

__all__ = ["read_document"]

MAX_BYTES = 20_000_000
TYPES = {".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain", ".rst": "text/plain"}


def read_document(url: str, roots: Sequence[Path]) -> tuple[bytes, str]:
    """Return the bytes and the content type of a `file:` URL; raise `BlockedAddress` outside the roots."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        raise BlockedAddress(f"{url}: not a document of this machine")
    path = Path(unquote(parts.path)).resolve()
    if not any(path.is_relative_to(root.resolve()) for root in roots):
        raise BlockedAddress(f"{path}: outside the folders that may be read; add its folder to FOOTNOTE_FOLDERS")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PageTooLarge(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        body = path.read_bytes()
    except OSError as error:
        raise Unreachable(f"{path}: cannot be read ({error.strerror})") from error
    kind = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    if not kind:
        raise NotText(f"{path}: a kind of file that is not read")
    return body, kind
