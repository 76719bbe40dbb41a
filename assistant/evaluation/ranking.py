"""The suite `ranking`: does the product's ranking put the passages that hold the answer among its first ten.

Ranks with the product's own code and settings: words over the whole corpus, at most `FIRST_ROUND + SECOND_ROUND`
passages compared by meaning for each question, as if none had been met before. A corpus stands for what a search finds;
it is some ten to thirty times larger than the passages of one question, so choosing what to compare is harder here than
in a turn. Items with passages of their own (`items.jsonl`) are left to `evidence.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bm25s  # type: ignore[import-untyped]
import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.errors import SettingsInvalid
from assistant.evaluation.data_sets import is_fitted_on, read_lines
from assistant.evaluation.evidence import evaluate_evidence
from assistant.evaluation.report import EvaluationRequest, Figure, Report, mean, paired_difference, sample
from assistant.evaluation.vectors import remembering_embedder
from assistant.evidence import Passage
from assistant.language import content_stems, detect_language
from assistant.ranking.comparing import embed_passages, embed_query, scores_by_meaning, scores_by_words
from assistant.ranking.fusing import FIRST_ROUND, SECOND_ROUND, best_first, reciprocal
from assistant.ranking.pool import PassagePool

__all__ = ["evaluate", "ndcg"]

CUT = 10
"""All metrics look at the first ten."""
SAMPLED = 40
"""Questions from which the language of a set is told."""
PRODUCT = "product"
ABLATIONS = ("bm25", "rrf", "words", "words+links")


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A question and the positions of the passages that answer it."""

    text: str
    gold: frozenset[int]
    is_fitted_on: bool = False
    """Whether constants may be fitted on it: half of all questions, by a hash of their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """What every ranker under comparison works with."""

    pool: PassagePool
    language: str | None
    embedder: Embeddings
    plain: bm25s.BM25


def evaluate(request: EvaluationRequest) -> Report:
    """Rank the corpus for every question with the product and with what it is compared to."""
    if (request.data / "items.jsonl").is_file():
        return evaluate_evidence(request)
    passages, queries = read_set(request)
    chosen = sample(queries, request.limit, request.seed)
    language = request.queries or most_common_language([query.text for query in chosen[:SAMPLED]])
    embedder = remembering_embedder(request)
    try:
        bench = Bench(
            pool=PassagePool(passages, language),
            language=language,
            embedder=embedder,
            plain=plain_bm25(passages, language),
        )
        orders: dict[str, list[list[int]]] = {name: [] for name in (PRODUCT, *ABLATIONS)}
        for done, query in enumerate(chosen, start=1):
            for name, order in orders_of(query.text, bench).items():
                orders[name].append(order)
            request.progress(done, len(chosen))
    finally:
        embedder.close()
    return Report(suite="ranking", data=str(request.data), n=len(chosen), metrics=metrics(orders, chosen, request.seed))


def read_set(request: EvaluationRequest) -> tuple[list[Passage], list[Query]]:
    """Read a corpus, each page named by its title, and the questions over it."""
    corpus = request.data / (f"{request.corpus}.corpus.jsonl" if request.corpus else "corpus.jsonl")
    asked = request.data / (f"{request.queries}.queries.jsonl" if request.queries else "queries.jsonl")
    for file in (corpus, asked):
        if not file.is_file():
            message = f"{file}: no such file; name a ranking set, with --queries and --corpus if parallel"
            raise SettingsInvalid(message)
    rows = read_lines(corpus)
    places = {row["id"]: place for place, row in enumerate(rows)}
    queries = [
        Query(
            text=row["query"],
            gold=frozenset(places[id_] for id_ in row["gold"]),
            is_fitted_on=is_fitted_on(row["id"]),
        )
        for row in read_lines(asked)
    ]
    return [as_passage(row) for row in rows], queries


def as_passage(row: Mapping[str, Any]) -> Passage:
    """Take a row of a corpus for a passage; passages of one title are of one page."""
    title = row.get("title") or ""
    return Passage(id=row["id"], url=f"set:{title or row['id']}", title=title, text=row["text"], start=0)


def most_common_language(texts: Sequence[str]) -> str | None:
    """Tell the language of a set of questions."""
    found = [language for text in texts if (language := detect_language(text))]
    return max(set(found), key=found.count) if found else None


def plain_bm25(passages: Sequence[Passage], language: str | None) -> bm25s.BM25:
    """Count stems of title and text: the anchor that is called BM25 in the figures."""
    index = bm25s.BM25(method="lucene")
    index.index([content_stems(f"{one.title} {one.text}", language) for one in passages], show_progress=False)
    return index


def orders_of(question: str, bench: Bench) -> dict[str, list[int]]:
    """Rank for one question in every way."""
    plain = best_first(np.asarray(bench.plain.get_scores(content_stems(question, bench.language)), dtype=np.float32))
    compared = plain[: FIRST_ROUND + SECOND_ROUND]
    vectors = embed_passages(bench.embedder, [bench.pool.passages[place] for place in compared])
    nearest = best_first(vectors @ embed_query(bench.embedder, question))
    return {
        PRODUCT: best_first(scores_by_meaning(bench.pool, question, bench.embedder))[:CUT],
        "bm25": plain[:CUT],
        "rrf": reciprocal([plain, [compared[place] for place in nearest]], len(plain))[:CUT],
        "words": best_first(bench.pool.lexical_scores(question))[:CUT],
        "words+links": best_first(scores_by_words(bench.pool, question))[:CUT],
    }


def metrics(orders: Mapping[str, Sequence[Sequence[int]]], queries: Sequence[Query], seed: int) -> dict[str, Figure]:
    """Score the product, its distance from what it is compared to, and what its parts add."""
    golds = [query.gold for query in queries]
    gain = {
        name: [ndcg(order, gold) for order, gold in zip(found, golds, strict=True)] for name, found in orders.items()
    }
    whole = {
        name: [float(gold <= set(order)) for order, gold in zip(found, golds, strict=True)]
        for name, found in orders.items()
    }
    recall = [len(gold & set(order)) / len(gold) for order, gold in zip(orders[PRODUCT], golds, strict=True)]
    found = {
        "ndcg@10": mean(gain[PRODUCT], seed),
        "recall@10": mean(recall, seed),
        "all-gold@10": mean(whole[PRODUCT], seed),
    }
    for name in ("bm25", "rrf"):
        found[f"ndcg@10 minus {name}"] = paired_difference(gain[PRODUCT], gain[name], seed)
        found[f"all-gold@10 minus {name}"] = paired_difference(whole[PRODUCT], whole[name], seed)
    for name in ABLATIONS:
        found[f"ndcg@10 {name}"] = mean(gain[name], seed)
        found[f"all-gold@10 {name}"] = mean(whole[name], seed)
    reported = [place for place, query in enumerate(queries) if not query.is_fitted_on]
    if reported:
        found["ndcg@10 half not fitted on"] = mean([gain[PRODUCT][place] for place in reported], seed)
        found["all-gold@10 half not fitted on"] = mean([whole[PRODUCT][place] for place in reported], seed)
    found["passages compared at most"] = Figure(value=float(FIRST_ROUND + SECOND_ROUND))
    return found


def ndcg(order: Sequence[int], gold: frozenset[int]) -> float:
    """Discounted gain of the first ten, 1 where every passage that can be on top is (Järvelin and Kekäläinen 2002)."""
    gain = sum(1 / np.log2(rank + 2) for rank, place in enumerate(order[:CUT]) if place in gold)
    best = sum(1 / np.log2(rank + 2) for rank in range(min(CUT, len(gold))))
    return float(gain / best)
