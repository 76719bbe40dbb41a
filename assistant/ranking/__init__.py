"""From the pages read to the few passages the answer needs: split, rank, select.

`passages.py` cuts pages at what `headings.py` tells, `lexical.py` and `pool.py` rank by words and names, `embedding.py`
by meaning, `standing.py` by place and age, `fusing.py` joins them, `index.py` keeps embeddings in Chroma,
`reranking.py` does it all within a deadline, `selection.py` takes what fits the prompt. Importing this package loads
none of the heavy libraries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.evidence import Passage
from assistant.language import detect_language
from retrievers import Freshness

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

__all__ = ["rank"]


def rank(
    question: str,
    passages: Sequence[Passage],
    *,
    language: str | None = None,
    embedder: Embeddings | None = None,
    freshness: Freshness | None = None,
) -> list[Passage]:
    """Put passages in the order of their use for a question, by words, and by meaning too if given an embedder.

    Synchronous, without deadline or cache; a turn uses `reranking.Ranker`. Detects the question's language unless told;
    `freshness` says how new the answer should be.
    """
    from assistant.ranking.comparing import rank_now  # noqa: PLC0415 - keeps the import of this package cheap

    return rank_now(
        question,
        passages,
        language=language or detect_language(question),
        embedder=embedder,
        freshness=freshness,
    )
