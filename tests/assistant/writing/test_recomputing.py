"""A computed number in a model's sentence is supported where code computes the same, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.answer_json import decode_answer, encode_answer
from assistant.evidence import Answer, AnswerStatus, QuestionOptions, Verdict
from assistant.writing import ground
from tests.assistant.writing.recorded_evidence import recorded_evidence

HIGHER = "How much higher is Mount Kolbe than Mount Tarvo?"
EURO = "By how much did the euro change against the US dollar between 3 March 2025 and 31 March 2025?"
Scripted = Callable[..., BaseChatModel]


async def said(question: str, names: str, model: BaseChatModel, language: str = "en") -> Answer:
    evidence = recorded_evidence(names.split(), language)
    return await ground(question, evidence, model, QuestionOptions(), lambda _: None, language=language)


async def verdict_on(question: str, names: str, text: str, scripted: Scripted, language: str = "en") -> Verdict:
    answer = await said(question, names, scripted(text=text), language)
    return next((one.verdict for one in answer.sentences if one.text == text), Verdict.UNSUPPORTED)


@pytest.mark.parametrize(
    "text",
    [
        "Mount Kolbe is 859 m higher than Mount Tarvo.",
        "The difference in height is 859 metres.",
        "With 3,776 m against 2,917 m the difference is 859 m.",
    ],
)
async def test_a_result_that_code_computes_too_is_supported(text: str, scripted: Scripted) -> None:
    assert await verdict_on(HIGHER, "kolbe tarvo", text, scripted) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "Mount Kolbe is 869 m higher than Mount Tarvo.",
        "Mount Tarvo is 859 m higher than Mount Kolbe.",
        "Mount Kolbe is 859 feet higher than Mount Tarvo.",
        "Mount Kolbe is not 859 m higher than Mount Tarvo.",
        "Mount Kolbe is 859 m lower than Mount Tarvo.",
        "The difference is 859 m and the slope is 4,410 m long.",
        "The difference of 859 m was measured by Napoleon.",
    ],
)
async def test_another_number_order_unit_or_claim_is_not(text: str, scripted: Scripted) -> None:
    assert await verdict_on(HIGHER, "kolbe tarvo", text, scripted) is Verdict.UNSUPPORTED


async def test_a_change_is_supported_only_in_its_direction(scripted: Scripted) -> None:
    fell, rose = "The euro fell by 0.0084 dollars.", "The euro rose by 0.0084 dollars."
    assert await verdict_on(EURO, "rates_usd", fell, scripted) is Verdict.SUPPORTED
    assert await verdict_on(EURO, "rates_usd", rose, scripted) is Verdict.UNSUPPORTED


async def test_a_french_sentence_with_the_result_is_supported(scripted: Scripted) -> None:
    question = "De combien le mont Kolbe est-il plus haut que le mont Tarvo ?"
    text = "La différence est de 859 mètres."
    assert await verdict_on(question, "kolbe_fr tarvo_fr", text, scripted, "fr") is Verdict.SUPPORTED


async def test_a_recomputed_sentence_carries_the_calculation_and_its_citations(scripted: Scripted) -> None:
    answer = await said(HIGHER, "kolbe tarvo", scripted(text="The difference in height is 859 metres."))
    opening, written = answer.sentences
    assert written.calculation == opening.calculation
    assert written.citations == opening.citations == (1, 2)


async def test_a_model_that_supports_nothing_leaves_the_result_and_the_quotations(scripted: Scripted) -> None:
    answer = await said(HIGHER, "kolbe tarvo", scripted(text="Penguins hatch eggs. They swim at night. Ice is cold."))
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.sentences[0].calculation is not None
    assert all(sentence.verdict is Verdict.SUPPORTED for sentence in answer.sentences)


async def test_a_model_that_declines_does_not_take_the_result_away(scripted: Scripted) -> None:
    answer = await said(HIGHER, "kolbe tarvo", scripted(text="The sources do not say."))
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.sentences[0].calculation is not None


async def test_an_answer_with_a_calculation_survives_being_stored(scripted: Scripted) -> None:
    answer = await said(EURO, "rates_usd", scripted(text="The euro fell by 0.0084 dollars."))
    assert decode_answer(json.loads(json.dumps(encode_answer(answer)))) == answer
