"""A trace as a bundle, one JSON object that an analyst can keep, check and replay, and back.

Knows the shape, which is promised to users, and that nothing in a bundle may be trusted: every text has its SHA-256,
and each passage must stand on its page. A bundle says what was answered from what; it is not signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias

from assistant.answer_json import dated, decode_answer, encode_answer, encode_search, moment
from assistant.chats.rows import Feedback
from assistant.errors import BundleInvalid
from assistant.evidence import (
    Candidate,
    Page,
    Passage,
    Profile,
    QuestionOptions,
    ScorePart,
    SearchReport,
    Sighting,
    Turn,
)
from assistant.traces import Step, Trace
from retrievers import Measurement, SearchHit, SearchQuery

__all__ = ["FORMAT", "decode_bundle", "encode_bundle", "with_feedback"]

FORMAT = "footnote-bundle/1"
LISTS = ("focus", "sources", "include_sites", "exclude_sites", "attachments")

Record: TypeAlias = Mapping[str, Any]


def encode_bundle(trace: Trace) -> str:
    """Write a trace as JSON text; ASCII, since a page may smuggle in half a character that no file takes."""
    answer = trace.answer
    bundle = {
        "format": FORMAT,
        "footnote": trace.footnote,
        "question": trace.question,
        "language": trace.query.language,
        "asked_at": trace.options.asked_at.isoformat(),
        "options": dated(asdict(trace.options)),
        "history": [asdict(turn) for turn in trace.history],
        "query": asdict(trace.query),
        "model": asdict(answer.model) if answer.model else None,
        "pages": [hashed(asdict(page)) for page in trace.pages],
        "evidence": [{"number": n} | hashed(asdict(passage)) for n, passage in enumerate(trace.evidence, 1)],
        "searches": [encode_search(report) | {"found": found_by(report)} for report in trace.searches],
        "candidates": [encode_candidate(candidate) for candidate in trace.candidates],
        "steps": [asdict(step) for step in trace.steps],
        "answer": encode_answer(answer),
    }
    return json.dumps(bundle, indent=1)


def with_feedback(bundle: str, feedback: Feedback) -> str:
    """Add what its reader thinks of the answer to a bundle that `encode_bundle` wrote, without reading all of it."""
    given = json.dumps({"feedback": dated(asdict(feedback))}, indent=1)
    return bundle.rstrip().removesuffix("}").rstrip() + "," + given.removeprefix("{")


def hashed(record: dict[str, Any]) -> dict[str, Any]:
    """Write a page or a passage with the hash of its text."""
    return {**dated(record), "sha256": digest(record["text"])}


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def found_by(report: SearchReport) -> list[dict[str, Any]]:
    """Write what a source listed, without the full texts."""
    return [
        dated({"url": hit.url, "title": hit.title, "snippet": hit.snippet, "published": hit.published})
        for hit in report.hits
    ]


def encode_candidate(candidate: Candidate) -> dict[str, Any]:
    """Write a candidate without its text: where that was used, it is a page."""
    record: dict[str, Any] = dated(asdict(candidate))
    return {name: value for name, value in record.items() if name not in {"text", "values"}}


def decode_bundle(text: str) -> Trace:
    """Read a bundle and check every hash; raise `BundleInvalid` for anything that `encode_bundle` did not write."""
    try:
        record = json.loads(text)
        given = record.get("format")
    except (ValueError, AttributeError, RecursionError) as error:
        message = "is no bundle: it is not one JSON object; export the answer again"
        raise BundleInvalid(message) from error
    if given != FORMAT:
        message = f"is no bundle of this version: its format is {given!r}, known is {FORMAT!r}; export the answer again"
        raise BundleInvalid(message)
    try:
        trace = decode_trace(record)
        check_hashes(record)
        check_places(trace)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"is no whole bundle: {type(error).__name__} {error}; export the answer again"
        raise BundleInvalid(" ".join(message.split())) from error
    return trace


def check_hashes(record: Record) -> None:
    """Refuse a bundle in which a text is not the one that was saved."""
    for kind in ("pages", "evidence"):
        for number, item in enumerate(record[kind], 1):
            if digest(item["text"]) != item["sha256"]:
                name = f"the page {item['url']}" if kind == "pages" else f"passage [{number}] of {item['url']}"
                message = f"{name} was changed after it was saved: its SHA-256 is not {item['sha256']}; export it again"
                raise BundleInvalid(message)


def check_places(trace: Trace) -> None:
    """Refuse a passage that does not stand where it says; a page that the bundle lacks cannot be looked at."""
    pages = {page.url: page for page in trace.pages} | {page.final_url: page for page in trace.pages}
    for number, passage in enumerate(trace.evidence, 1):
        page = pages.get(passage.url)
        if page and page.text[passage.start : passage.end] != passage.text:
            message = f"passage [{number}] does not stand on its page {passage.url}; export the answer again"
            raise BundleInvalid(message)


def decode_trace(record: Record) -> Trace:
    """Read every part."""
    return Trace(
        footnote=str(record["footnote"]),
        options=decode_options(record["options"]),
        history=tuple(Turn(**turn) for turn in record["history"]),
        query=SearchQuery(**record["query"]),
        searches=tuple(decode_search(report) for report in record["searches"]),
        candidates=tuple(decode_candidate(candidate) for candidate in record["candidates"]),
        pages=tuple(decode_page(page) for page in record["pages"]),
        evidence=tuple(decode_passage(passage) for passage in record["evidence"]),
        steps=tuple(Step(name=str(step["name"]), elapsed_s=float(step["elapsed_s"])) for step in record["steps"]),
        answer=decode_answer(record["answer"]),
    )


def decode_options(record: Record) -> QuestionOptions:
    """Read what the user chose."""
    lists = {name: tuple(record[name]) for name in LISTS}
    lists["without_sources"] = tuple(record.get("without_sources", ()))  # bundles of Footnote 0.1.0 may lack it
    profile = Profile(record["profile"]) if record["profile"] else None
    asked_at = datetime.fromisoformat(record["asked_at"])
    return QuestionOptions(**{**record, **lists, "profile": profile, "asked_at": asked_at})


def decode_search(record: Record) -> SearchReport:
    """Read what a source gave."""
    hits = tuple(SearchHit(**{**hit, "published": moment(hit["published"])}) for hit in record["found"])
    return SearchReport(
        retriever=record["retriever"],
        provider=record["provider"],
        hits=hits,
        elapsed_s=record["elapsed_s"],
        error=record["error"],
    )


def decode_candidate(record: Record) -> Candidate:
    """Read a candidate with the parts of its score."""
    sightings = tuple(Sighting(**sighting) for sighting in record["sightings"])
    parts = tuple(ScorePart(**part) for part in record["explanation"])
    moments = {"published": moment(record["published"])}
    return Candidate(**{**record, **moments, "sightings": sightings, "explanation": parts})


def decode_page(record: Record) -> Page:
    """Read a page."""
    plain = {name: value for name, value in record.items() if name != "sha256"}
    moments = {name: moment(record[name]) for name in ("published", "modified")}
    lists = {name: tuple(record[name]) for name in ("removed", "page_offsets")}
    fetched_at = datetime.fromisoformat(record["fetched_at"])
    return Page(**{**plain, **moments, **lists, "fetched_at": fetched_at, "values": measured(record["values"])})


def decode_passage(record: Record) -> Passage:
    """Read a passage."""
    plain = {name: value for name, value in record.items() if name not in {"sha256", "number"}}
    lists = {"copies": tuple(record["copies"]), "values": measured(record["values"])}
    return Passage(**{**plain, **lists, "published": moment(record["published"])})


def measured(records: Sequence[Record]) -> tuple[Measurement, ...]:
    """Read measurements."""
    return tuple(Measurement(**{**value, "at": datetime.fromisoformat(value["at"])}) for value in records)
