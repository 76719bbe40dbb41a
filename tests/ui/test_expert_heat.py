"""What is drawn of experts: loads added up over answers, compared to an even share."""

from __future__ import annotations

from assistant.evidence import Answer, AnswerStatus, ModelCard, ModelInsight
from ui.expert_heat import FRAME_HEIGHT, chart, heat_table, loads_of
from ui.wording import wording_for

WORDS = wording_for("en")


def answer(*loads: tuple[int, ...], name: str = "granite-1b") -> Answer:
    insight = ModelInsight(expert_loads=loads)
    return Answer(question="q", status=AnswerStatus.ANSWERED, model=ModelCard(name=name, experts=2), insight=insight)


def test_loads_of_one_model_are_added_up() -> None:
    found = loads_of([answer((1, 3), (2, 2)), answer((4, 0), (1, 3))])
    assert found
    assert found.layers == ((5, 3), (3, 5))
    assert found.answers == 2


def test_the_latest_model_is_shown_and_other_shapes_and_names_are_left_out() -> None:
    found = loads_of([answer((1, 3)), answer((9, 9), name="olmoe-7b"), answer((9, 9, 9))])
    assert found
    assert (found.model.name, found.layers, found.answers) == ("granite-1b", ((1, 3),), 1)


def test_without_any_count_there_is_nothing_to_show() -> None:
    assert loads_of([answer(), answer((0, 0)), Answer(question="q", status=AnswerStatus.ANSWERED)]) is None


def test_a_field_is_compared_to_an_even_share() -> None:
    found = loads_of([answer((1, 3), (0, 0))])
    assert found
    (values,) = chart(found, WORDS).to_dict()["datasets"].values()
    assert values[0] == {"layer": 1, "expert": 1, "tokens": 1, "share": 0.5}
    assert values[1] == {"layer": 1, "expert": 2, "tokens": 3, "share": 1.5}
    assert values[2]["share"] == 0.0


def test_the_map_holds_its_data_and_fetches_nothing() -> None:
    found = loads_of([answer((1, 3))])
    assert found
    drawn = chart(found, WORDS).to_dict()
    assert set(drawn["data"]) == {"name"}
    assert drawn["data"]["name"] in drawn["datasets"]


def test_the_table_names_the_busiest_expert_and_those_that_nothing_reached() -> None:
    found = loads_of([answer((0, 30, 10, 0))])
    assert found
    assert "<td>1</td><td>40</td><td>2</td><td>3</td><td>2</td>" in heat_table(found, WORDS)


def test_a_model_of_few_layers_still_has_room_beside_the_legend() -> None:
    found = loads_of([answer((1, 3))])
    assert found
    assert chart(found, WORDS).to_dict()["height"] > FRAME_HEIGHT
