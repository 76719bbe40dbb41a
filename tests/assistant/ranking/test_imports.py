"""What must stay cheap to import."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import assistant.ranking, assistant.ranking.passages, assistant.ranking.selection, assistant.language
heavy = {"torch", "transformers", "chromadb", "langchain_core", "bm25s", "numpy"} & set(sys.modules)
assert not heavy, heavy
import assistant.ranking.reranking, assistant.ranking.embedding, assistant.ranking.index
heavy = {"torch", "transformers", "chromadb"} & set(sys.modules)
assert not heavy, heavy
"""


def test_heavy_libraries_wait_until_they_are_used() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)
