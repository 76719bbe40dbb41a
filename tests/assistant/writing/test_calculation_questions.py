"""Questions of calculation over recordings of our own, answered from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.events import SentenceChecked
from assistant.evidence import Answer, AnswerStatus, Passage, QuestionOptions, Verdict
from assistant.ranking.reranking import Ranker
from assistant.ranking.selection import select
from assistant.writing import ground
from assistant.writing.written_values import values_in
from tests.assistant.writing.recorded_evidence import SOURCES, pages, recorded_evidence

HERE = Path(__file__).parent
ASKED = json.loads((HERE / "calculation_questions.json").read_text(encoding="utf-8"))
NOT_ASKED = json.loads((HERE / "no_calculation_questions.json").read_text(encoding="utf-8"))
OPTIONS = QuestionOptions(asked_at=datetime(2026, 11, 25, tzinfo=UTC))
TWICE, OTHER = ("kolbe", "tarvo", "arden"), {"en": ("_fr",), "fr": ("",)}
"""Pages in both languages, and how those of the other language end."""
INVENTED = "The result is 987654.3 by my own reckoning. Penguins hatch 77 eggs."
Scripted = Callable[..., BaseChatModel]


def named(item: dict[str, Any]) -> str:
    return str(item["question"])


async def answered(item: dict[str, Any], model: BaseChatModel | None = None) -> tuple[Answer, list[Passage], list[Any]]:
    evidence = recorded_evidence(item["evidence"], item["language"])
    told: list[Any] = []
    answer = await ground(item["question"], evidence, model, OPTIONS, told.append, language=item["language"])
    return answer, evidence, told


def check_operands(answer: Answer, evidence: list[Passage], item: dict[str, Any]) -> None:
    """Every operand has a citation whose verbatim quotation states it."""
    calculation = answer.sentences[0].calculation
    assert calculation is not None
    assert calculation.operands
    cited = {citation.number: citation for citation in answer.citations}
    for operand in calculation.operands:
        citation, passage = cited[operand.citation], evidence[operand.citation - 1]
        assert citation.quote == passage.text[citation.start - passage.start : citation.end - passage.start]
        assert operand.value in {float(value.value) for value in values_in(citation.quote, item["language"])}
    assert {operand.citation for operand in calculation.operands} == set(answer.sentences[0].citations)
    if "operands" in item:
        assert sorted(operand.value for operand in calculation.operands) == sorted(item["operands"])


def check_result(answer: Answer, item: dict[str, Any]) -> None:
    assert answer.status is AnswerStatus.ANSWERED
    sentence = answer.sentences[0]
    assert sentence.verdict is Verdict.SUPPORTED
    calculation = sentence.calculation
    assert calculation is not None
    assert (calculation.kind, calculation.unit) == (item["kind"], item["unit"])
    assert calculation.value == pytest.approx(item["value"], abs=item["tolerance"] or 1e-12, rel=0)


@pytest.mark.parametrize("item", ASKED, ids=named)
async def test_a_question_of_calculation_opens_with_the_result(item: dict[str, Any]) -> None:
    answer, evidence, told = await answered(item)
    check_result(answer, item)
    check_operands(answer, evidence, item)
    assert len(answer.sentences) > 1  # the quotations follow
    assert [event.sentence for event in told if isinstance(event, SentenceChecked)] == list(answer.sentences)


@pytest.mark.parametrize("item", ASKED[::5], ids=named)
async def test_a_model_that_invents_a_number_changes_nothing(item: dict[str, Any], scripted: Scripted) -> None:
    answer, evidence, _ = await answered(item, scripted(text=INVENTED))
    check_result(answer, item)
    check_operands(answer, evidence, item)
    carried = [sentence for sentence in answer.sentences if "987654" in sentence.text]
    assert all(sentence.verdict is Verdict.UNSUPPORTED for sentence in carried)


@pytest.mark.parametrize("item", NOT_ASKED, ids=named)
async def test_nothing_is_computed_where_it_is_not_asked_or_not_certain(
    item: dict[str, Any],
) -> None:
    answer, _, _ = await answered(item)
    assert all(sentence.calculation is None for sentence in answer.sentences)


@pytest.mark.parametrize("item", ASKED[::4], ids=named)
async def test_the_result_is_the_same_among_all_other_pages_ranked_and_selected(item: dict[str, Any]) -> None:
    spared = ("kolbe_other", "mixed", *(f"{name}{end}" for name in TWICE for end in OTHER[item["language"]]))
    pile = recorded_evidence([name for name in (*SOURCES, *pages()) if name not in spared], item["language"])
    ranking = await Ranker(None, None).rank(item["question"], item["language"], pile, deadline_s=60)
    chosen = select(ranking.passages, token_budget=900, question=item["question"], language=item["language"])
    answer = await ground(item["question"], chosen, None, OPTIONS, lambda _: None, language=item["language"])
    check_result(answer, item)


def test_there_are_enough_of_each_kind() -> None:
    kinds = {item["kind"] for item in ASKED}
    assert kinds == {"difference", "ratio", "percentage", "maximum", "minimum", "mean", "trend", "conversion"}
    assert len(ASKED) >= 40
    assert sum(item["language"] == "fr" for item in ASKED) >= 10
    assert len(NOT_ASKED) >= 15
