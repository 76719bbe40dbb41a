"""From a candidate's URL to the text of its page, whatever is at the other end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.addresses import check_url, is_public

if TYPE_CHECKING:
    from assistant.evidence import Page

__all__ = ["check_url", "extract", "is_public"]


def extract(body: bytes, url: str, content_type: str) -> Page:
    """Return the page in a body, `content_type` being the header's value; raise `NotText` where nothing can be read."""
    from assistant.reading.extraction import extract as extract_page  # noqa: PLC0415 - loaded only when needed

    return extract_page(body, url, content_type)
