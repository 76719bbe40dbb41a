"""Places in questions, and where they lie."""

import re

import httpx
import pytest

from retrievers.data.places import Place, Spot, best_spot, place_in, read_spots
from tests.retrievers.shared_fixtures import FIXTURES, NEEDS_FIXTURES

TOPIC = re.compile(r"weather|météo|quel temps fait-il|il pleut", re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "name", "within"),
    [
        ("weather in Lisbon", "Lisbon", ""),
        ("Paris weather tomorrow", "Paris", ""),
        ("météo Saint-Étienne demain", "Saint-Étienne", ""),
        ("météo d\u2019Ajaccio", "Ajaccio", ""),
        ("Quel temps fait-il à La Rochelle ce soir ?", "La Rochelle", ""),
        ("weather in New York City, NY today", "New York City", "NY"),
        ("weather in the city of Lyon in France", "Lyon", "France"),
        ("In Tokyo, what is the weather?", "Tokyo", ""),
        ("weather in paris", "paris", ""),
    ],
)
def test_a_place_is_found_behind_a_preposition_or_beside_the_topic(text: str, name: str, within: str) -> None:
    assert place_in(text, TOPIC) == Place(name=name, within=within)


@pytest.mark.parametrize(
    "text",
    ["weather", "weather here", "weather in my city", "weather api", "how does weather work", "météo", "weather in 42"],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert place_in(text, TOPIC) is None


def test_the_region_in_the_question_chooses_among_places_of_one_name() -> None:
    france = Spot(name="Paris", latitude=48.9, longitude=2.3, around=("France", "FR"))
    texas = Spot(name="Paris", latitude=33.7, longitude=-95.6, around=("United States", "US", "Texas"))
    assert best_spot([france, texas], Place(name="Paris")) == france
    assert best_spot([france, texas], Place(name="Paris", within="texas")) == texas
    assert best_spot([france, texas], Place(name="Paris", within="Atlantis")) == france
    assert best_spot([], Place(name="Paris")) is None


def test_an_answer_without_a_list_of_places_found_none() -> None:
    assert read_spots(httpx.Response(200, json={"generationtime_ms": 0.4})) == ()


@NEEDS_FIXTURES
def test_a_real_answer_is_read() -> None:
    spots = read_spots(httpx.Response(200, content=(FIXTURES / "open_meteo" / "geocoding_200.json").read_bytes()))
    assert (spots[0].title, spots[0].kind) == ("Enschede, The Netherlands", "PPL")
