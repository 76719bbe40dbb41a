"""A saved turn is written again from its own passages: same model, same words; another model, told differences."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.bundle_json import decode_bundle, encode_bundle
from assistant.evidence import AnswerStatus, Disagreement, QuestionOptions, Sentence, Turn, Verdict
from assistant.pipeline import answer_question
from assistant.replaying import answer_again, differences, options_again
from assistant.settings import NO_MODEL
from assistant.traces import Trace, TraceRecord
from tests.assistant.test_pipeline import QUESTION, Encyclopedia, Scripted, Told, parts_of

EARLIER = Turn(question="What is the Kestrel viaduct?", answer="A viaduct of stone.")
SAYS = "The Kestrel viaduct is 47 metres high."


async def traced(tmp_path: Path, says: str = SAYS, question: str = QUESTION) -> tuple[Trace, Scripted]:
    """Answer a question, and give its trace as a bundle gives it back."""
    model = Scripted(says=says)
    options = QuestionOptions(asked_at=datetime(2026, 11, 25, tzinfo=UTC))
    record = TraceRecord(options=options, history=(EARLIER,))
    parts = parts_of(Encyclopedia(), model=model, tmp_path=tmp_path)
    await answer_question(question, options=options, history=(EARLIER,), parts=parts, emit=record)
    trace = record.trace()
    assert trace
    assert decode_bundle(encode_bundle(trace)).evidence == trace.evidence != ()
    assert decode_bundle(encode_bundle(trace)).pages == trace.pages != ()
    return decode_bundle(encode_bundle(trace)), model


def prompt_of(model: Scripted) -> list[str]:
    """Give the one prompt without the marks around its sources, which are drawn anew for each."""
    (messages,) = model.asked
    return [re.sub(r"\[[0-9a-f]{6}\b", "[", str(message.content)) for message in messages]


async def test_the_same_model_is_given_the_same_prompt_and_says_the_same(tmp_path: Path) -> None:
    trace, first = await traced(tmp_path)
    second = Scripted(says=SAYS)
    again = await answer_again(
        trace, options=trace.options, parts=parts_of(model=second, tmp_path=tmp_path), emit=Told()
    )
    assert again.status is AnswerStatus.ANSWERED
    assert prompt_of(second) == prompt_of(first)
    assert differences(trace.answer, again) == ()


async def test_what_another_model_says_is_told(tmp_path: Path) -> None:
    trace, _ = await traced(tmp_path)
    other = Scripted(says="The Kestrel viaduct has nineteen arches and is 47 metres high.")
    again = await answer_again(
        trace, options=trace.options, parts=parts_of(model=other, tmp_path=tmp_path), emit=Told()
    )
    assert f"no longer said: {SAYS}" in differences(trace.answer, again)
    assert any(line.startswith("said only now: ") for line in differences(trace.answer, again))


async def test_without_the_model_it_is_told_who_wrote(tmp_path: Path) -> None:
    trace, _ = await traced(tmp_path)
    again = await answer_again(trace, options=trace.options, parts=parts_of(tmp_path=tmp_path), emit=Told())
    assert "it was written by scripted, now by no model" in differences(trace.answer, again)


async def test_a_model_that_cannot_be_had_leaves_quotations_and_says_so(tmp_path: Path) -> None:
    trace, _ = await traced(tmp_path)
    parts = parts_of(problem="weights are missing; run pull", tmp_path=tmp_path)
    again = await answer_again(trace, options=trace.options, parts=parts, emit=Told())
    assert again.citations
    assert any("weights are missing" in gap for gap in again.gaps)


@pytest.mark.parametrize(
    ("saved", "asked", "used"), [("http://x.test", None, None), (NO_MODEL, None, NO_MODEL), (NO_MODEL, "mine", "mine")]
)
async def test_only_the_wish_for_no_model_comes_from_a_bundle(
    tmp_path: Path, saved: str, asked: str | None, used: str | None
) -> None:
    trace, _ = await traced(tmp_path)
    trace = replace(trace, options=replace(trace.options, model=saved))
    assert options_again(trace, asked).model == used
    assert options_again(trace, asked).asked_at == trace.options.asked_at


async def test_every_kind_of_difference_is_named(tmp_path: Path) -> None:
    trace, _ = await traced(tmp_path)
    saved = trace.answer
    said = replace(saved.sentences[0], verdict=Verdict.PARTLY, citations=())
    quote = replace(saved.citations[0], quote="other words")
    again = replace(
        saved,
        status=AnswerStatus.STOPPED,
        reason="stopped",
        sentences=(said, Sentence(text="New.", citations=(), verdict=Verdict.UNSUPPORTED)),
        citations=(quote,),
        disagreements=(Disagreement(about="height", values=()),),
    )
    assert differences(saved, again) == (
        "it was answered, now it is stopped",
        "the reason was “”, now it is “stopped”",
        "said only now: New.",
        f"the verdict was supported, now it is partly: {SAYS}",
        f"it cited 1, now it cites nothing: {SAYS}",
        "[1] quotes other words",
        "sources disagree only now about height",
    )


async def test_a_bundle_keeps_what_was_left_out_and_one_of_an_earlier_version_left_out_nothing(tmp_path: Path) -> None:
    trace, _ = await traced(tmp_path)
    trace = replace(trace, options=replace(trace.options, without_sources=("ddgs", "reddit")))
    text = encode_bundle(trace)
    assert decode_bundle(text).options == trace.options
    record = json.loads(text)
    del record["options"]["without_sources"]
    assert decode_bundle(json.dumps(record)).options.without_sources == ()
