"""Answers of a run as JSON lines: scoring needs no model again, and a run that was stopped goes on where it was.

Knows the format of `evaluation.md`. Keeps one promise: an answer is on disk before the next question is asked.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.calculations import Calculation
from assistant.errors import SettingsInvalid
from assistant.evidence import Answer, AnswerStatus, Verdict

__all__ = ["AnswerFile", "Side", "StoredAnswer", "StoredCalculation", "StoredCitation", "StoredSentence", "stored"]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCalculation:
    """How code came to a number that no page states, and what it computed with."""

    formula: str
    value: float
    operands: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSentence:
    """A sentence of an answer."""

    text: str
    verdict: str
    citations: tuple[int, ...]
    calculation: StoredCalculation | None = None
    instead: bool | None = None
    """True where a model was asked and did not write it so: it was cut shorter, or a quotation took its place."""

    @property
    def is_supported(self) -> bool:
        """Whether the product vouches for it."""
        return self.verdict == Verdict.SUPPORTED.value


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCitation:
    """A quotation, with where it stands in its page."""

    number: int
    passage_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One value of a disagreement and who states it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAnswer:
    """What is kept of one answer; `dropped` are sentences of the model that no reader sees."""

    id: str
    answer: str
    sentences: tuple[StoredSentence, ...] = ()
    citations: tuple[StoredCitation, ...] = ()
    abstained: bool = False
    disagreements: tuple[tuple[Side, ...], ...] = ()
    dropped: tuple[str, ...] = ()
    timings: Mapping[str, float | None] = field(default_factory=dict)


def stored(item: str, answer: Answer, dropped: Sequence[str], instead: Collection[str] = ()) -> StoredAnswer:
    """Keep of an answer what scoring needs; `instead` are the sentences that a model did not write so."""
    return StoredAnswer(
        id=item,
        answer=answer.text,
        sentences=tuple(
            StoredSentence(
                text=said.text,
                verdict=said.verdict.value,
                citations=said.citations,
                calculation=kept(said.calculation) if said.calculation else None,
                instead=True if said.text in instead else None,
            )
            for said in answer.sentences
        ),
        citations=tuple(
            StoredCitation(number=one.number, passage_id=one.passage, start=one.start, end=one.end, quote=one.quote)
            for one in answer.citations
        ),
        abstained=answer.status is AnswerStatus.ABSTAINED,
        disagreements=tuple(
            tuple(Side(value=side.value, citations=side.citations) for side in found.values)
            for found in answer.disagreements
        ),
        dropped=tuple(dropped),
        timings=asdict(answer.timings),
    )


def kept(calculation: Calculation) -> StoredCalculation:
    """Keep of a calculation what shows it to be right."""
    operands = tuple(operand.value for operand in calculation.operands)
    return StoredCalculation(formula=calculation.formula, value=calculation.value, operands=operands)


class AnswerFile:
    """Hold the answers of a run; with a path they are on disk as well, and those already there are kept."""

    def __init__(self, path: Path | None) -> None:
        """Read what an earlier run left; a last line that was cut short is asked again."""
        self._path = path
        self._answers: dict[str, StoredAnswer] = {}
        if path and path.is_file():
            self._answers = {answer.id: answer for answer in read_answers(path)}

    def __contains__(self, item: str) -> bool:
        """Tell whether an item is answered already."""
        return item in self._answers

    def __getitem__(self, item: str) -> StoredAnswer:
        """Give the answer to an item."""
        return self._answers[item]

    def add(self, answer: StoredAnswer) -> None:
        """Keep an answer, on disk first."""
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(encode(answer), ensure_ascii=False) + "\n")
        self._answers[answer.id] = answer


def read_answers(path: Path) -> list[StoredAnswer]:
    """Read stored answers; cut off a torn last line, so that the next one begins on its own."""
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    try:
        return [decode(json.loads(line)) for line in whole.splitlines() if line.strip()]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path}: holds something else than answers of a run ({error!r}); name another file"
        raise SettingsInvalid(message) from error


def encode(answer: StoredAnswer) -> dict[str, Any]:
    """Write one answer; only a sentence that was computed names a calculation."""
    row = asdict(answer)
    row["sentences"] = [{name: part for name, part in said.items() if part is not None} for said in row["sentences"]]
    return row


def decode(row: Mapping[str, Any]) -> StoredAnswer:
    """Read one answer back."""
    return StoredAnswer(
        **{
            **row,
            "sentences": tuple(decode_sentence(said) for said in row["sentences"]),
            "citations": tuple(StoredCitation(**citation) for citation in row["citations"]),
            "disagreements": tuple(
                tuple(Side(value=side["value"], citations=tuple(side["citations"])) for side in sides)
                for sides in row["disagreements"]
            ),
            "dropped": tuple(row["dropped"]),
        }
    )


def decode_sentence(said: Mapping[str, Any]) -> StoredSentence:
    """Read one sentence back."""
    computed = said.get("calculation")
    calculation = StoredCalculation(**{**computed, "operands": tuple(computed["operands"])}) if computed else None
    return StoredSentence(**{**said, "citations": tuple(said["citations"]), "calculation": calculation})
