"""The Model page: which model and why, what answers took, which experts worked, and what else there is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from assistant.evidence import Answer, AnswerStatus, ModelCard, ModelInsight, Timings, TokenCount
from assistant.models.directory import describe_models
from assistant.models.memory import Room
from assistant.models.pulling import RECORD
from assistant.settings import Settings
from tests.ui.scripted import CARD, ScriptedAssistant, finished, opened
from tests.ui.visiting import TIMEOUT_S, shown
from ui.background import Engine
from ui.history import History
from ui.resources import Resources

ROOM = Room(free_gib=20, has_gpu=False)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
MIXTURE = ModelCard(
    name="granite-1b",
    architecture="GraniteMoeForCausalLM",
    experts=4,
    experts_per_token=2,
    active_parameters=428_658_688,
    total_parameters=1_334_628_352,
)
INSIGHT = ModelInsight(
    prefill_tok_s=184.26,
    decode_tok_s=8.25,
    tokens_from_cache=612,
    peak_mib=3584.0,
    watt_hours=0.0417,
    expert_loads=((10, 30, 0, 0), (10, 10, 10, 10)),
)
Visiting = Callable[..., str]


def script(resources: object, locale: str) -> None:
    from ui.pages.model import draw  # noqa: PLC0415 - AppTest runs this function's source alone
    from ui.wording import wording_for  # noqa: PLC0415 - as above

    draw(resources, wording_for(locale))


def measured(question: str = "How do I add a retriever?", total_s: float = 12.0) -> Answer:
    """Make an answer of a mixture of experts with every figure."""
    return replace(
        finished(question, NOW),
        model=MIXTURE,
        timings=Timings(ttft_s=2.5, total_s=total_s, cpu_s=20.5),
        tokens=TokenCount(prompt=1_400, completion=96),
        insight=INSIGHT,
        memory_peak_mib=4096.0,
    )


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visiting]:
    """Draw the page with these answers in past chats, models on disk, a setting, and a loaded model."""
    with ExitStack() as stack:

        def draw(
            *answers: Answer,
            there: Sequence[str] = (),
            named: str | None = None,
            card: ModelCard | None = None,
            problem: str = "",
            locale: str = "en",
        ) -> str:
            settings = Settings(data_dir=tmp_path, model=named)
            for name in there:
                folder = settings.models_dir / name
                folder.mkdir(parents=True)
                (folder / RECORD).write_text(json.dumps({"name": name}), encoding="utf-8")
            played = ScriptedAssistant(card=card, problem=problem)
            resources = Resources(
                engine=Engine(lambda: opened(played)),
                history=History(tmp_path / "chats.sqlite3"),
                models=lambda: describe_models(settings, ROOM),
            )
            stack.callback(resources.close)
            for answer in answers:
                resources.history.close_turn(resources.history.open_turn(answer.question, None), answer)
            kwargs = {"resources": resources, "locale": locale}
            at = AppTest.from_function(script, kwargs=kwargs, default_timeout=TIMEOUT_S).run()
            assert not at.exception
            charts = (*at.get("arrow_vega_lite_chart"), *at.get("vega_lite_chart"))
            return shown(at) + "".join(str(chart.proto) for chart in charts)

        yield draw


def test_without_a_model_the_page_says_what_to_type_for_the_one_that_fits(visit: Visiting) -> None:
    said = visit()
    assert "No language model is downloaded" in said
    assert "<code>footnote models pull granite-3b</code>" in said
    assert "20 GiB of memory are free now" in said


def test_the_model_in_use_comes_with_the_reason(visit: Visiting) -> None:
    said = visit(there=["granite-1b"], card=MIXTURE)
    assert "takes the largest mixture of experts that is downloaded" in said
    assert ">loaded<" in said
    assert "4 in each layer, 2 used by each token" in said
    assert "1.3 billion, 0.4 billion used by each token" in said


def test_a_dense_stand_in_is_called_one(visit: Visiting) -> None:
    said = visit(there=["stand-in"], card=CARD)
    assert "no mixture of experts is downloaded" in said
    assert "dense stand-in, not verified against Qwen" in said


def test_a_named_model_is_named_but_the_address_of_a_server_is_not_shown(visit: Visiting) -> None:
    said = visit(named="http://secret.internal:8000/v1")
    assert "The model server of the configuration" in said
    assert "The configuration names it" in said
    assert "secret.internal" not in said


def test_why_there_is_no_model_is_told(visit: Visiting) -> None:
    assert "granite-1b: needs 3 GiB" in visit(problem="granite-1b: needs 3 GiB")


def test_every_model_of_the_catalogue_stands_in_the_table_with_its_choice_explained(visit: Visiting) -> None:
    said = visit(there=["granite-1b"])
    for expected in (
        "Granite 3.1 3B-A800M Instruct",
        "bfloat16 7.6 GiB",
        "footnote models pull olmoe-7b",
        "fits, but reads 1.3 B parameters for every token: slower on this CPU than granite-3b",
        "needs 68.6 GiB, 20.0 GiB of memory are free",
        "DeepSeek Model License",
        "en, de, es, fr",
        "only on a model server",
        "compares meanings, writes nothing",
        ">downloaded</span>",
        "choice:</strong>",
    ):
        assert expected in said, expected


def test_figures_have_their_units_and_say_what_they_mean(visit: Visiting) -> None:
    said = visit(measured(), card=MIXTURE)
    for expected in (
        "<strong>2.5 s</strong>",
        "<strong>12 s</strong>",
        "<strong>184 tokens/s</strong>",
        "<strong>8.25 tokens/s</strong>",
        "<strong>4 GiB</strong>",
        "<strong>20.5 CPU s</strong>",
        "<strong>0.0417 Wh</strong>",
        "at 5 W for each busy core",
        "1,400 read, 612 of them known from before; 96 written",
    ):
        assert expected in said, expected


def test_the_figure_is_the_middle_one_of_the_last_answers(visit: Visiting) -> None:
    said = visit(*(measured(total_s=total_s) for total_s in (5.0, 11.0, 80.0)))
    assert "middle figures of the last 3 answers" in said
    assert "<strong>11 s</strong>" in said


def test_what_was_not_measured_is_not_invented(visit: Visiting) -> None:
    said = visit(replace(measured(), insight=None, timings=Timings(total_s=3.0)))
    assert "<strong>not measured</strong>" in said
    assert "None" not in said


def test_an_answer_that_never_ended_does_not_count(visit: Visiting) -> None:
    assert "No answer yet" in visit(Answer(question="q", status=AnswerStatus.STOPPED))


def test_questions_are_escaped(visit: Visiting) -> None:
    said = visit(measured('<img src="http://x.test/a">'))
    assert "&lt;img" in said
    assert "<img" not in said


def test_the_experts_of_all_answers_by_one_model_are_added_up_and_drawn(visit: Visiting) -> None:
    said = visit(measured(), measured(), card=MIXTURE)
    assert "The last 2 answers of granite-1b" in said
    assert "Experts of granite-1b by layer" in said
    assert "<td>1</td><td>80</td><td>2</td><td>3</td><td>2</td>" in said


@pytest.mark.parametrize(
    ("there", "card", "expected"),
    [
        ((), None, "no expert is at work"),
        (("granite-1b",), MIXTURE, "No answer of a mixture of experts yet"),
        (("granite-1b",), ModelCard(name="x", label="served by y"), "servers do not say which experts"),
        (("stand-in",), replace(CARD, total_parameters=5), "stand-in is dense: it has no experts"),
    ],
)
def test_where_no_experts_can_be_drawn_the_page_says_why(
    visit: Visiting, there: Sequence[str], card: ModelCard | None, expected: str
) -> None:
    assert expected in visit(there=there, card=card)


def test_a_french_reader_reads_french(visit: Visiting) -> None:
    said = visit(measured(), locale="fr", card=MIXTURE)
    assert "coûté les dernières réponses" in said
    assert "8,25 jetons/s" in said
    assert "1,3 milliard, dont 0,4 milliard utilisés" in said
