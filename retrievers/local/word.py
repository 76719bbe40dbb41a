"""Word documents (docx) made into HTML, after a look at what they would unpack to.

Knows the archive that such a file is and what mammoth reads of it. Leaves making text of the HTML to its callers.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile

__all__ = ["BrokenWord", "html_of_word", "is_word"]

MOST_UNPACKED_BYTES = 60_000_000
MOST_TIMES_LARGER = 200
"""The XML of honest documents shrinks some tenfold, long tables fiftyfold; zlib's own limit is about 1,000."""
FREE_OF_RATIO_BYTES = 1_000_000
MOST_PARTS = 5_000
DOCUMENT = "word/document.xml"
DTD = re.compile(rb"<!\s*(?:doctype|entity)", re.IGNORECASE)


class BrokenWord(ValueError):
    """Say why a Word document is not read."""


def is_word(body: bytes) -> bool:
    """Tell a Word document from other archives."""
    if not body.startswith(b"PK\x03\x04"):
        return False
    try:
        with ZipFile(BytesIO(body)) as archive:
            return DOCUMENT in archive.namelist()
    except (BadZipFile, LargeZipFile, ValueError, NotImplementedError):
        return False


def html_of_word(body: bytes) -> str:
    """Return a Word document as HTML without its images; raise `BrokenWord` for one that is broken or would explode."""
    import mammoth  # type: ignore[import-untyped]  # noqa: PLC0415 - most folders hold no Word documents

    refuse_bombs(body)
    no_image = mammoth.images.img_element(lambda _image: {})
    try:
        return str(mammoth.convert_to_html(BytesIO(body), convert_image=no_image).value)
    except Exception as error:
        # mammoth raises whatever a broken part leads it to, from KeyError to xml.parsers.expat.ExpatError.
        message = f"its parts do not fit together ({error})"
        raise BrokenWord(message) from error


def refuse_bombs(body: bytes) -> None:
    """Raise `BrokenWord` for an archive that unpacks to more than any document does, or holds a DTD."""
    try:
        with ZipFile(BytesIO(body)) as archive:
            fault = fault_of(archive, len(body))
    except (BadZipFile, LargeZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error) as error:
        message = f"not a whole archive ({error})"
        raise BrokenWord(message) from error
    if fault:
        raise BrokenWord(fault)


def fault_of(archive: ZipFile, size_bytes: int) -> str:
    """Say what is wrong with an archive of a certain size; empty where nothing is."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    limit = min(MOST_UNPACKED_BYTES, max(FREE_OF_RATIO_BYTES, MOST_TIMES_LARGER * size_bytes))
    if len(parts) > MOST_PARTS or unpacked > limit:
        return f"it would unpack to {unpacked // 1_000_000} MB in {len(parts)} parts"
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and DTD.search(archive.open(part).read(4096)):
            return f"{part.filename} has a DTD, which no Word document has"
    return ""
