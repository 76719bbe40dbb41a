"""Markdown and JSON made into text that a person would read.

Knows both formats. Plain text needs nothing; HTML is `extraction.py`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from markdown_it import MarkdownIt

from assistant.errors import NotText

__all__ = ["html_of_markdown", "read_json"]

MOST_LINES = 20_000
"""Some 200,000 words: far beyond what is cut into passages."""
MOST_DEPTH = 50
TITLES = ("title", "name", "headline")


def html_of_markdown(text: str) -> str:
    """Render Markdown; what it holds of HTML stays, and is cleaned like any other."""
    return f"<html><body>{MarkdownIt('commonmark').enable('table').render(text)}</body></html>"


def read_json(text: str, url: str) -> tuple[str, str]:
    """Return JSON as lines "name: value", a blank line before each object of a list, and its title."""
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{url}: JSON that cannot be read ({error})"
        raise NotText(message) from error
    lines = []
    for line in lines_of(stated, "", 0):
        lines.append(line)
        if len(lines) == MOST_LINES:
            break
    named = stated if isinstance(stated, dict) else {}
    title = next((named[name] for name in TITLES if isinstance(named.get(name), str)), "")
    return "\n".join(lines), title


def lines_of(value: object, name: str, depth: int) -> Iterator[str]:
    """Give a line for each value, named by the way that leads to it."""
    if depth > MOST_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from lines_of(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and all(not isinstance(item, dict | list) for item in value):
        yield from [labelled(name, ", ".join(map(written, value)))] if value else []
    elif isinstance(value, list):
        for item in value:
            yield ""
            yield from lines_of(item, name, depth + 1)
    elif value is not None:
        yield labelled(name, written(value))


def labelled(name: str, value: str) -> str:
    """Write a value with its name."""
    return f"{name}: {value}" if name else value


def written(value: object) -> str:
    """Write a value as JSON does, text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value)
