"""An answer survives the way through JSON, in the shape that the command line promises."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from assistant.answer_json import decode_answer, encode_answer
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
from retrievers import SearchHit

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SIDE = DisputedValue(value="8 kB", citations=(1, 2), published=NOON, is_newest=True, is_majority=False)
FULL = Answer(
    question="Qu'est-ce que VACUUM ?",
    status=AnswerStatus.ANSWERED,
    sentences=(
        Sentence(text="Il libère l'espace.", citations=(1, 3), verdict=Verdict.PARTLY),
        Sentence(
            text="A quarter is 2 GB.",
            citations=(1,),
            verdict=Verdict.SUPPORTED,
            calculation=Calculation(
                kind="ratio",
                formula="8 GB / 4 = 2 GB",
                value=2.0,
                unit="GB",
                operands=(Operand(name="size", value=5.0, unit="GB", at=NOON, citation=1),),
            ),
        ),
    ),
    citations=(
        Citation(
            number=1,
            url="https://postgresql.test/vacuum",
            title="VACUUM",
            published=datetime(2026, 5, 1, tzinfo=UTC),
            passage="p1",
            quote="VACUUM reclaims storage",
            start=10,
            end=33,
            support=0.9,
        ),
    ),
    disagreements=(Disagreement(about="size", values=(SIDE,)),),
    searches=(
        SearchReport(
            retriever="searxng", provider="web", hits=(SearchHit(url="https://a.test/", title="A"),), elapsed_s=0.5
        ),
        SearchReport(retriever="searxng", provider="dead", error="dead: timed out"),
    ),
    pages=(
        PageReport(url="https://a.test/", status=PageStatus.FAILED, elapsed_s=1.5, error="HTTP 503", title="A"),
        PageReport(url="https://b.test/", status=PageStatus.READ, from_cache=True, age_s=60.0, removed=("Obey",)),
    ),
    timings=Timings(search_s=0.5, total_s=3.25),
    memory_peak_mib=812.5,
    tokens=TokenCount(prompt=900, completion=80),
    model=ModelCard(name="stand-in", label="dense stand-in", total_parameters=1_500_000_000),
    reason="",
    gaps=("ranked by words only",),
    as_of=NOON,
    warnings=("the newest page is three years old",),
    series=(Series(name="size", unit="GB", citation=1, points=(Point(at=NOON, value=5.0),)),),
    suggestions=("And in 2025?",),
    insight=ModelInsight(prefill_tok_s=160.0, decode_tok_s=7.5, expert_loads=((3, 5), (4, 4))),
)


def through_json(answer: Answer) -> Answer:
    return decode_answer(json.loads(json.dumps(encode_answer(answer), ensure_ascii=False)))


def test_everything_but_the_hits_survives() -> None:
    searches = (replace(FULL.searches[0], hits=(), hits_not_kept=1), FULL.searches[1])
    assert through_json(FULL) == replace(FULL, searches=searches)


def test_the_number_of_hits_survives_any_number_of_times() -> None:
    assert through_json(through_json(FULL)).searches[0].hit_count == 1


def test_hits_are_a_count_and_enums_are_words() -> None:
    encoded = json.loads(json.dumps(encode_answer(FULL)))
    assert encoded["searches"][0] == {
        "retriever": "searxng",
        "provider": "web",
        "hits": 1,
        "elapsed_s": 0.5,
        "error": None,
    }
    assert encoded["status"] == "answered"
    assert encoded["sentences"][0] == {
        "text": "Il libère l'espace.",
        "verdict": "partly",
        "citations": [1, 3],
        "calculation": None,
    }
    assert encoded["pages"][0]["status"] == "failed"
    assert encoded["citations"][0]["published"] == "2026-05-01T00:00:00+00:00"


def test_every_field_of_an_answer_is_written() -> None:
    assert set(encode_answer(FULL)) == {field.name for field in fields(Answer)}


@pytest.mark.parametrize("status", AnswerStatus)
def test_a_bare_answer_of_any_status_survives(status: AnswerStatus) -> None:
    bare = Answer(question="?", status=status)
    assert through_json(bare) == bare


def test_foreign_data_is_refused() -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        decode_answer({"question": "?", "status": "victorious"})


def test_answers_of_earlier_versions_can_be_read() -> None:
    encoded = encode_answer(Answer(question="Q", status=AnswerStatus.ANSWERED))
    for name in ("as_of", "warnings", "series", "suggestions", "insight"):
        del encoded[name]
    assert decode_answer(encoded) == Answer(question="Q", status=AnswerStatus.ANSWERED)
