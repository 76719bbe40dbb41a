"""Open-Meteo: a place, then its weather as figures and as sentences."""

from datetime import date
from pathlib import Path

import httpx
import pytest

from retrievers import HitList, MalformedResponse, SearchQuery
from retrievers.data.open_meteo import OpenMeteo
from retrievers.data.periods import Period
from retrievers.data.places import Place, Spot
from retrievers.data.weather_question import WeatherQuestion
from retrievers.data.weather_report import forecast_request, weather_hit
from retrievers.testing import Recording, RetrieverContract

RECORDINGS = Path(__file__).parents[1] / "recordings"
WEATHER = Recording.of(RECORDINGS / "open_meteo_hits.json")
NOW = (
    "Weather in Lisbon, Portugal on 30 May 2026 at 09:15 local time: partly cloudy, 17.2 °C (feels like 16.1 °C), "
    "relative humidity 72 %, precipitation 0 mm, wind 18.5 km/h."
)
TOMORROW = (
    "Lisbon, Portugal on 31 May 2026: thunderstorm, between 11.2 °C and 18.4 °C, precipitation 12.6 mm "
    "(probability 80 %), wind up to 41.3 km/h."
)


def told(text_language: str = "en", **period: date) -> str:
    response = WEATHER.response()
    response.request = httpx.Request("GET", "https://api.open-meteo.com/v1/forecast")
    asked = Period(**period) if period else None
    return (
        weather_hit(
            WeatherQuestion(place=Place(name="Lisbon"), period=asked), "Lisbon, Portugal", response, text_language
        ).text
        or ""
    )


class TestOpenMeteo(RetrieverContract):
    retriever = OpenMeteo()
    hits_recording = WEATHER
    empty_recording = WEATHER
    steps = {"geocoding-api": Recording.of(RECORDINGS / "open_meteo_places.json")}  # noqa: RUF012 - the contract's form
    question = "weather in Lisbon"
    awkward_question = 'weather in "naïve" C# & R=1 100% +x?y/z;w {a}\\b'

    async def find_nothing(self) -> HitList:
        """A forecast is never empty: what may not be there is the place."""
        return await self.ask(lambda _: httpx.Response(200, json={"generationtime_ms": 0.4}))

    def test_the_weather_is_said_with_place_time_and_units(self) -> None:
        (hit,) = self.hits()
        assert (hit.title, hit.snippet) == ("Weather in Lisbon, Portugal", NOW)
        assert TOMORROW in (hit.text or "")
        assert "Lisbon, Portugal on 30 May 2026 at 12:00: 20.5 °C, probability of precipitation 15 %." in (
            hit.text or ""
        )

    def test_every_figure_has_its_unit_and_local_time(self) -> None:
        (hit,) = self.hits()
        first = hit.values[0]
        assert (first.name, first.value, first.unit) == ("temperature", 17.2, "°C")
        assert first.at.isoformat() == "2026-05-30T09:15:00+01:00"
        assert len(hit.values) == 5 + 4 + 3 + 3 * 5

    def test_the_address_shows_the_same_figures(self) -> None:
        (hit,) = self.hits()
        assert hit.url.startswith("https://api.open-meteo.com/v1/forecast?latitude=38.72&longitude=-9.13&current=")
        assert {value.source_url for value in hit.values} == {hit.url}

    def test_the_region_in_the_question_chooses_the_place(self) -> None:
        (hit,) = self.search(WEATHER.response(), text="weather in Lisbon, Maine")
        assert "latitude=44.03" in hit.url

    def test_the_days_asked_for_come_first(self) -> None:
        assert told(first=date(2026, 5, 31), last=date(2026, 5, 31)).startswith(TOMORROW)
        assert told().startswith(NOW)

    def test_a_day_that_is_over_is_told_only_where_it_is_asked_for(self) -> None:
        assert "29 May" not in told()
        assert "29 May" in told(first=date(2026, 5, 29), last=date(2026, 5, 29))

    def test_french_is_told_in_french(self) -> None:
        assert told("fr").startswith(
            "Météo à Lisbon, Portugal le 30 mai 2026 à 09:15 (heure locale) : partiellement nuageux, 17,2 °C (ressenti "
            "16,1 °C), humidité relative 72 %, précipitations 0 mm, vent 18,5 km/h."
        )

    def test_a_missing_column_is_malformed(self) -> None:
        self.failing(
            self.after_steps(httpx.Response(200, json={"current": {"time": "2026-05-30T09:15"}})), MalformedResponse
        )

    def test_as_many_days_are_asked_for_as_the_question_reaches(self) -> None:
        spot, place, today = Spot(name="L", latitude=1, longitude=2), Place(name="L"), date(2026, 11, 24)
        past = WeatherQuestion(place=place, period=Period(first=date(2026, 11, 20), last=date(2026, 11, 21)))
        far = WeatherQuestion(place=place, period=Period(first=date(2026, 12, 5), last=date(2026, 12, 5)))

        def days(question: WeatherQuestion) -> tuple[str, str]:
            params = forecast_request(question, spot, today).url.params
            return params["forecast_days"], params["past_days"]

        assert [days(question) for question in (WeatherQuestion(place=place), past, far)] == [
            ("7", "0"),
            ("7", "4"),
            ("12", "0"),
        ]

    @pytest.mark.parametrize("text", ["reclaim disk space", "weather", "Climate change in Spain"])
    def test_a_question_without_a_place_or_about_something_else_asks_nobody(self, text: str) -> None:
        def refuse(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        assert not self.retriever.suits(SearchQuery(text=text))
        assert list(self.search(refuse, text=text)) == []
