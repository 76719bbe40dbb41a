"""The suite `latency` takes whole turns over a web whose delays are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.latency import PAGE_DELAY_S, SEARCH_DELAY_S, evaluate, quantile
from assistant.evaluation.report import EvaluationRequest
from assistant.settings import Settings

SLICE = Path(__file__).parent / "slice"


def test_the_moments_of_a_turn_come_in_order_and_no_sooner_than_the_web_allows(tmp_path: Path) -> None:
    request = EvaluationRequest(data=SLICE, settings=Settings(data_dir=tmp_path), model="none", limit=2)
    metrics = evaluate(request).metrics
    moments = [metrics[f"{name} s, median"].value for name in ("sources", "first useful content", "end")]
    assert moments == sorted(moments)
    assert moments[0] >= SEARCH_DELAY_S
    assert moments[1] >= SEARCH_DELAY_S + PAGE_DELAY_S
    assert "first token s, median" not in metrics
    assert metrics["end, share of turns"].value == 1


def test_a_percentile_lies_in_its_interval() -> None:
    figure = quantile([1.0, 2.0, 3.0, 4.0], 50, seed=0)
    assert figure.value == 2.5
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= 2.5 <= figure.high
    assert quantile([1.0], 95, seed=0).value == pytest.approx(1.0)
