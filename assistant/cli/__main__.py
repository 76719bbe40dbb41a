"""Let `python -m assistant.cli` do what `footnote` does."""

from assistant.cli import entry

entry()
