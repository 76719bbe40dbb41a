"""XML that a provider answers with, read without its entities.

Knows well-formedness and the root element. Leaves what stands below it to the sources.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # it ships no types

from retrievers.plain_text import one_line

__all__ = ["text_of", "xml_root"]


def xml_root(body: bytes, tag: str) -> Element:
    """Parse an answer; raise `ValueError` where its root is another element, `ParseError` where it is cut short."""
    root: Element = fromstring(body)
    if root.tag != tag:
        message = f"the root element is {root.tag}, not {tag}"
        raise ValueError(message)
    return root


def text_of(element: Element | None) -> str:
    """Return all text below an element on one line, "" where there is none."""
    return "" if element is None else one_line("".join(element.itertext()))
