"""What the engine says is said in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

import assistant
import retrievers
from assistant.evidence import Passage, SearchReport
from assistant.models.choice import consider
from assistant.models.memory import Room
from assistant.searching.directory import describe_sources
from assistant.searching.inquiry import Inquiry
from assistant.searching.shortfalls import shortfalls
from assistant.settings import Settings
from assistant.writing.sufficiency import judge
from retrievers import Retriever, SearchHit, SearchQuery
from ui.engine_lines import LINES, retold, told
from ui.wording import catalogue_of, languages, wording_for

ENGLISH, FRENCH = wording_for("en"), wording_for("fr")
SHORTEST = 10
"""Letters of a part of a line by which it is known in the engine's source."""


class Web(Retriever):
    name = provider = "ddgs"
    focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("the sources give no date for it", "les sources n\u2019en donnent pas la date"),
        (
            "quotations only: there is no model to write with",
            "citations seulement\u00a0: il n\u2019y a pas de modèle pour rédiger",
        ),
        (
            "left out 2 sentences of the model: beside the question",
            "sans 2 phrases du modèle\u00a0: à côté de la question",
        ),
        ("no page that was read says anything about “Zorblax”", "aucune page lue ne parle de «\u00a0Zorblax\u00a0»"),
        (
            "the question is about now, and the newest cited page is 3 years old (2023-05-01)",
            "la question porte sur le présent, et la page citée la plus récente a 3 ans (2023-05-01)",
        ),
        (
            "the general web was not searched: its sources are left out as you chose (Brave, Mojeek)",
            "le web général n\u2019a pas été interrogé\u00a0: vous avez écarté ses sources (Brave, Mojeek)",
        ),
        ("stopped before the answer was complete", "arrêtée avant que la réponse soit complète"),
        (
            (
                "the question has 6,000 characters and at most 4,000 can be asked; "
                "shorten it, or save the text in a searched folder and ask about that"
            ),
            (
                "la question a 6\u202f000 caractères, et 4\u202f000 au plus peuvent être posés\u00a0; "
                "raccourcissez-la, ou enregistrez le texte dans un dossier consulté et interrogez-le"
            ),
        ),
        ("no answer within 4.0 s", "pas de réponse en 4 s"),
        ("suspended for 58 min (captcha)", "suspendue pour 58 min (captcha)"),
    ],
)
def test_a_line_of_the_engine_is_said_in_french(line: str, said: str) -> None:
    assert retold(line, FRENCH) == said


@pytest.mark.parametrize("line", ["brave: HTTP 429", "", "les sources"])
def test_a_line_that_no_catalogue_knows_stays_as_it_is(line: str) -> None:
    assert retold(line, FRENCH) == line


def test_what_a_server_says_stays_as_it_is_inside_a_line_that_is_known() -> None:
    line = "quotations only: stand-in: HTTP 500 {why} of 3 years"
    assert retold(line, FRENCH) == "citations seulement\u00a0: stand-in: HTTP 500 {why} of 3 years"


@pytest.mark.parametrize("name", LINES)
def test_in_english_a_line_stays_word_for_word(name: str) -> None:
    line = re.sub(r"\{\w+\}", "14", str(ENGLISH.catalogue[f"told.{name}"]))
    assert retold(line, ENGLISH) == line


def test_every_source_says_what_it_receives_in_french_too() -> None:
    said = {source.receives for source in describe_sources(Settings())}
    assert said
    assert [line for line in said if retold(line, FRENCH) == line] == []


def test_the_choice_of_a_model_is_said_in_french() -> None:
    lines = [one.why for one in consider(Room(free_gib=20.0, has_gpu=False)) if one.why]
    assert any(retold(line, FRENCH).startswith("le plus grand mélange") for line in lines)
    assert "7,6 Gio sur 20 libres" in "".join(retold(line, FRENCH) for line in lines)


def test_what_stays_english_says_so_to_screen_readers() -> None:
    assert told("HTTP 429", FRENCH) == '<span lang="en">HTTP 429</span>'
    assert told("best effort", FRENCH) == "<span>sans garantie</span>"


def test_every_line_of_the_catalogues_is_looked_for() -> None:
    keys = {f"told.{name}" for name in LINES}
    assert all(keys == {key for key in catalogue_of(name) if key.startswith("told.")} for name in languages())


@pytest.mark.parametrize("name", [name for name in LINES if not name.startswith("chosen-")])  # made of parts; see above
def test_each_line_is_one_that_the_engine_says(name: str) -> None:
    packages = (Path(package.__file__).parent for package in (assistant, retrievers))
    source = "\n".join(
        path.read_text() for package in packages for path in (*package.rglob("*.py"), *package.rglob("*.toml"))
    )
    for part in re.split(r"\{\w+\}", str(ENGLISH.catalogue[f"told.{name}"])):
        assert len(part) < SHORTEST or part in source


def test_a_search_of_the_web_that_failed_is_told_in_french_with_its_remedy() -> None:
    source = Web()
    report = SearchReport(retriever="ddgs", provider="ddgs", error="ddgs: HTTP 429 (slow down); captcha")
    inquiry = Inquiry(source=source, query=SearchQuery(text="x"), label="ddgs")
    (line,) = shortfalls([inquiry], [report])
    told = retold(line, FRENCH)
    assert told.startswith("le web général n\u2019a pas été interrogé\u00a0: ses sources ont échoué (ddgs: HTTP 429")
    assert "raccordez votre propre SearXNG" in told


def test_the_reason_of_an_abstention_is_known() -> None:
    page = Passage(id="1", url="https://a.test/", title="", text="The mill grinds oats and wheat.", start=0)
    reason = judge("How tall is the tower of Zorblax?", [page], "en").reason
    assert retold(reason, FRENCH) == "aucune page lue ne parle de «\u00a0Zorblax\u00a0»"
