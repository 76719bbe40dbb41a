"""Series that answers carry for a plot, and the way of values to writing."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.evidence import Answer, Passage, QuestionOptions
from assistant.ranking.passages import split
from assistant.ranking.selection import select
from assistant.writing import ground
from assistant.writing.stated_values import measured_values
from tests.assistant.writing.recorded_evidence import recorded_evidence, recorded_pages


async def quoted(question: str, passages: list[Passage]) -> Answer:
    return await ground(question, passages, None, QuestionOptions(), lambda _: None, language="en")


async def test_a_cited_series_is_given_whole_and_oldest_first() -> None:
    answer = await quoted("What was the highest EUR/USD rate in March 2025?", recorded_evidence(["rates_usd"], "en"))
    (series,) = answer.series
    assert (series.name, series.unit, series.citation) == ("Exchange rate EUR/USD", "USD/EUR", 1)
    assert len(series.points) == 21
    assert [point.at for point in series.points] == sorted(point.at for point in series.points)
    assert series.points[0].at == datetime(2025, 3, 3, tzinfo=UTC)
    assert series.points[0].value == 1.0465


async def test_an_answer_without_values_has_no_series() -> None:
    answer = await quoted("How high is Mount Kolbe?", recorded_evidence(["kolbe"], "en"))
    assert answer.series == ()


async def test_two_points_are_no_series() -> None:
    answer = await quoted("How deep was the earthquake near Model Cape?", recorded_evidence(["quakes"], "en"))
    assert answer.series == ()


def test_every_rate_that_a_source_gave_is_found_in_its_text() -> None:
    evidence = dict(enumerate(recorded_evidence(["rates_usd"], "en"), start=1))
    found = list(measured_values(evidence))
    assert {value.whole for value in found} == set(evidence[1].values)
    for value in found:
        assert value.passage.text[value.start : value.end] == value.sentence
        assert str(value.value.normalize()) in value.sentence


def test_the_values_of_a_page_go_with_its_passages() -> None:
    (page,) = recorded_pages(["bitcoin"], "en")
    passages = split(page)
    assert page.values
    assert all(passage.values == page.values for passage in passages)


def test_a_month_of_daily_values_stays_one_passage() -> None:
    (page,) = recorded_pages(["rates_usd"], "en")
    assert len(split(page)) == 1


async def test_selection_does_not_trim_a_page_of_figures() -> None:
    whole = recorded_evidence(["kolbe", "rates_usd"], "en")
    chosen = [passage async for passage in select(whole, token_budget=2000, question="euro dollar rate", language="en")]
    assert [passage.text for passage in chosen if passage.values] == [whole[1].text]
