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
    Calculation,
    Citation,
    Disagreement,
    DisputedValue,
    ModelCard,
    ModelInsight,
    Operand,
    PageReport,
    PageStatus,
    Point,
    SearchReport,
    Sentence,
    Series,
    Timings,
    TokenCount,
    Verdict,
)

__all__ = ["dated", "decode_answer", "encode_answer", "encode_search", "moment"]

Record: TypeAlias = Mapping[str, Any]


def encode_answer(answer: Answer) -> dict[str, object]:
    """Turn an answer into what `json.dumps` takes."""
    return {
        "question": answer.question,
        "status": answer.status.value,
        "reason": answer.reason,
        "sentences": [dated(asdict(said)) | {"verdict": said.verdict.value} for said in answer.sentences],
        "citations": [dated(asdict(citation)) for citation in answer.citations],
        "disagreements": [dated(asdict(found)) for found in answer.disagreements],
        "searches": [encode_search(report) for report in answer.searches],
        "pages": [asdict(report) | {"status": report.status.value} for report in answer.pages],
        "gaps": answer.gaps,
        "timings": asdict(answer.timings),
        "memory_peak_mib": answer.memory_peak_mib,
        "tokens": asdict(answer.tokens),
        "model": asdict(answer.model) if answer.model else None,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "warnings": answer.warnings,
        "series": [dated(asdict(found)) for found in answer.series],
        "suggestions": answer.suggestions,
        "insight": asdict(answer.insight) if answer.insight else None,
        "dropped": [dated(asdict(said)) | {"verdict": said.verdict.value} for said in answer.dropped],
    }


def dated(value: Any) -> Any:  # noqa: ANN401 - JSON data of any shape
    """Write the dates in plain data as ISO 8601, at whatever depth."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: dated(part) for name, part in value.items()}
    return [dated(part) for part in value] if isinstance(value, list | tuple) else value


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
        as_of=moment(record.get("as_of")),
        warnings=tuple(record.get("warnings", ())),
        series=tuple(decode_series(found) for found in record.get("series", ())),
        suggestions=tuple(record.get("suggestions", ())),
        insight=decode_insight(record.get("insight")),
        dropped=tuple(decode_sentence(said) for said in record.get("dropped", ())),
    )


def moment(text: str | None) -> datetime | None:
    """Read a date."""
    return datetime.fromisoformat(text) if text else None


def decode_sentence(record: Record) -> Sentence:
    """Read one sentence; answers kept by earlier versions know no calculation."""
    return Sentence(
        text=record["text"],
        citations=tuple(record["citations"]),
        verdict=Verdict(record["verdict"]),
        calculation=decode_calculation(record.get("calculation")),
    )


def decode_calculation(record: Record | None) -> Calculation | None:
    """Read a calculation with its operands."""
    if record is None:
        return None
    operands = (Operand(**{**operand, "at": moment(operand["at"])}) for operand in record["operands"])
    return Calculation(**{**record, "operands": tuple(operands)})


def decode_series(record: Record) -> Series:
    """Read a series with its points."""
    points = (Point(at=datetime.fromisoformat(point["at"]), value=point["value"]) for point in record["points"])
    return Series(**{**record, "points": tuple(points)})


def decode_insight(record: Record | None) -> ModelInsight | None:
    """Read how the model worked."""
    if record is None:
        return None
    return ModelInsight(**{**record, "expert_loads": tuple(tuple(layer) for layer in record["expert_loads"])})


def decode_citation(record: Record) -> Citation:
    """Read one citation."""
    return Citation(**{**record, "published": moment(record["published"])})


def decode_disagreement(record: Record) -> Disagreement:
    """Read one disagreement with its sides."""
    return Disagreement(about=record["about"], values=tuple(decode_side(side) for side in record["values"]))


def decode_side(record: Record) -> DisputedValue:
    """Read one side; answers kept by earlier versions do not date it."""
    dated_at = moment(record.get("published"))
    return DisputedValue(**{**record, "citations": tuple(record["citations"]), "published": dated_at})


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
    """Read what became of a page; answers kept by earlier versions know less of it."""
    lists = {name: tuple(record.get(name, ())) for name in ("removed", "found_by")}
    return PageReport(**{**record, "status": PageStatus(record["status"]), **lists})
