import pytest

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from assistant.searching.routing import choose
from retrievers import Focus, Retriever, SearchQuery

QUERY = SearchQuery(text="x", language="fr")


def source(name: str, focus: Focus = "web", languages: tuple[str, ...] = ()) -> Retriever:
    async def search(*_: object) -> tuple[()]:
        return ()

    attributes = {"name": name, "provider": name, "focus": focus, "languages": languages, "search": search}
    return type(name, (Retriever,), attributes)()


SOURCES = [source("web"), source("wiki", "reference"), source("papers", "science"), source("german", languages=("de",))]


def names(options: QuestionOptions, limit: int | None = None) -> list[str]:
    return [chosen.name for chosen in choose(QUERY, SOURCES, options, limit)]


def test_unasked_every_source_of_the_language_is_chosen() -> None:
    assert names(QuestionOptions()) == ["web", "wiki", "papers"]


def test_the_budget_limits_how_many_are_asked() -> None:
    assert names(QuestionOptions(), limit=2) == ["web", "wiki"]


def test_a_focus_keeps_its_sources_only() -> None:
    assert names(QuestionOptions(focus=("science", "reference"))) == ["wiki", "papers"]


def test_named_sources_are_asked_whatever_their_language_and_the_budget() -> None:
    assert names(QuestionOptions(sources=("german", "papers", "german")), limit=1) == ["german", "papers"]


def test_an_unknown_source_is_refused_with_the_ready_ones() -> None:
    with pytest.raises(QuestionInvalid, match="wikii: no such source is ready; ready are german, papers, web, wiki"):
        names(QuestionOptions(sources=("wikii",)))


def test_an_unknown_focus_is_refused_with_the_known_ones() -> None:
    with pytest.raises(QuestionInvalid, match="sport: no such focus; known are web, reference, news"):
        names(QuestionOptions(focus=("sport",)))


def test_a_focus_without_a_source_is_refused() -> None:
    with pytest.raises(
        QuestionInvalid, match="news: no source of this focus is ready; ready are reference, science, web"
    ):
        names(QuestionOptions(focus=("news",)))


def test_no_sources_at_all_are_no_fault_here() -> None:
    assert choose(QUERY, (), QuestionOptions(), 5) == ()
