"""An answer as plain JSON data and back: what `footnote ask --json` prints and what past chats keep.

Knows the names and the shape, which are promised to users. Of a search only the number of its hits is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from assistant.evidence import (
    Answer,
    AnswerStatus,
    Citation,
    Disagreement,
    DisputedValue,
    ModelCard,
    PageReport,
    PageStatus,
    SearchReport,
    Sentence,
    Timings,
    TokenCount,
    Verdict,
)

__all__ = ["decode_answer", "encode_answer"]

Record: TypeAlias = Mapping[str, Any]


def encode_answer(answer: Answer) -> dict[str, object]:
    """Turn an answer into what `json.dumps` takes."""
    return {
        "question": answer.question,
        "status": answer.status.value,
        "reason": answer.reason,
        "sentences": [
            {"text": said.text, "verdict": said.verdict.value, "citations": said.citations} for said in answer.sentences
        ],
        "citations": [encode_citation(citation) for citation in answer.citations],
        "disagreements": [asdict(found) for found in answer.disagreements],
        "searches": [encode_search(report) for report in answer.searches],
        "pages": [asdict(report) | {"status": report.status.value} for report in answer.pages],
        "gaps": answer.gaps,
        "timings": asdict(answer.timings),
        "memory_peak_mib": answer.memory_peak_mib,
        "tokens": asdict(answer.tokens),
        "model": asdict(answer.model) if answer.model else None,
    }


def encode_citation(citation: Citation) -> dict[str, object]:
    """Write a citation with its date in ISO 8601."""
    return asdict(citation) | {"published": citation.published.isoformat() if citation.published else None}


def encode_search(report: SearchReport) -> dict[str, object]:
    """Write what a source gave as a count."""
    return {
        "retriever": report.retriever,
        "provider": report.provider,
        "hits": report.hit_count,
        "elapsed_s": report.elapsed_s,
        "error": report.error,
    }


def decode_answer(record: Record) -> Answer:
    """Read an answer back; raises ValueError, KeyError or TypeError for anything that `encode_answer` did not write."""
    return Answer(
        question=record["question"],
        status=AnswerStatus(record["status"]),
        reason=record["reason"],
        sentences=tuple(decode_sentence(said) for said in record["sentences"]),
        citations=tuple(decode_citation(citation) for citation in record["citations"]),
        disagreements=tuple(decode_disagreement(found) for found in record["disagreements"]),
        searches=tuple(decode_search(report) for report in record["searches"]),
        pages=tuple(decode_page(report) for report in record["pages"]),
        gaps=tuple(record["gaps"]),
        timings=Timings(**record["timings"]),
        memory_peak_mib=record["memory_peak_mib"],
        tokens=TokenCount(**record["tokens"]),
        model=ModelCard(**record["model"]) if record["model"] else None,
    )


def decode_sentence(record: Record) -> Sentence:
    """Read one sentence."""
    return Sentence(text=record["text"], citations=tuple(record["citations"]), verdict=Verdict(record["verdict"]))


def decode_citation(record: Record) -> Citation:
    """Read one citation."""
    published = record["published"]
    return Citation(**{**record, "published": datetime.fromisoformat(published) if published else None})


def decode_disagreement(record: Record) -> Disagreement:
    """Read one disagreement with its sides."""
    sides = (DisputedValue(value=side["value"], citations=tuple(side["citations"])) for side in record["values"])
    return Disagreement(about=record["about"], values=tuple(sides))


def decode_search(record: Record) -> SearchReport:
    """Read what a source gave, without its hits."""
    return SearchReport(
        retriever=record["retriever"],
        provider=record["provider"],
        elapsed_s=record["elapsed_s"],
        error=record["error"],
        hits_not_kept=record["hits"],
    )


def decode_page(record: Record) -> PageReport:
    """Read what became of a page; answers kept by earlier versions do not say what was taken out of it."""
    removed = tuple(record.get("removed", ()))
    return PageReport(**{**record, "status": PageStatus(record["status"]), "removed": removed})
