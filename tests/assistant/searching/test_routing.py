import pytest

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from assistant.searching.routing import choose, inquiries_for
from retrievers import Focus, Retriever, SearchQuery

QUERY = SearchQuery(text="x", language="fr")


def source(name: str, focus: Focus = "web", languages: tuple[str, ...] = (), **attributes: object) -> Retriever:
    async def search(*_: object) -> tuple[()]:
        return ()

    said = {"name": name, "provider": name, "focus": focus, "languages": languages, "search": search}
    return type(name, (Retriever,), said | attributes)()


SOURCES = [source("web"), source("wiki", "reference"), source("papers", "science"), source("german", languages=("de",))]


def names(options: QuestionOptions, limit: int | None = None) -> list[str]:
    return [chosen.name for chosen in choose(QUERY, SOURCES, options, limit)]


def chosen(
    sources: list[Retriever], *, limit: int | None = 6, intents: tuple[Focus, ...] = (), text: str = "x"
) -> list[str]:
    query = SearchQuery(text=text, language="en")
    return [one.name for one in choose(query, sources, QuestionOptions(), limit, intents=intents)]


def test_without_a_limit_every_source_of_the_language_is_chosen() -> None:
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


def test_what_a_question_does_not_call_for_is_not_asked_while_there_is_the_web() -> None:
    assert chosen(SOURCES[:3]) == ["web", "wiki"]
    assert chosen(SOURCES[:3], intents=("science",)) == ["web", "wiki", "papers"]
    assert chosen(SOURCES[1:3]) == ["wiki", "papers"], "without the general web anything may help"


def test_a_third_searches_the_web_and_the_rest_what_is_called_for_in_turn() -> None:
    many = [source(f"web{number}") for number in range(6)]
    many += [source(f"{focus}{number}", focus) for focus in ("news", "code", "reference") for number in range(3)]
    many.append(source("folder", "local"))
    assert chosen(many, limit=9, intents=("code", "news")) == [
        *("web0", "web1", "web2", "folder", "reference0"),
        *("code0", "news0", "code1", "news1"),
    ]


def test_makeshifts_come_after_what_can_be_relied_on_and_the_usual_one_before_the_unusual() -> None:
    odd = source("mojeek", best_effort=True)
    usual = source("ddgs", best_effort=True, on_by_default=True)
    assert chosen([odd, usual, source("searxng")]) == ["searxng", "ddgs", "mojeek"]


def test_figures_are_asked_for_only_where_a_source_knows_the_question_as_its_own() -> None:
    weather = source("weather", "data", suits=lambda self, query: "rain" in query.text)
    plain = source("plain", "data")
    sources = [source("web"), weather, plain]
    assert chosen(sources, text="will it rain?") == ["web", "weather"]
    assert chosen(sources, text="why?") == ["web"]
    assert chosen(sources, text="why?", intents=("data",)) == ["web", "plain"]


def test_a_spare_source_is_asked_by_name_only() -> None:
    spare = [source("mojeek")]
    assert [one.name for one in choose(QUERY, SOURCES, QuestionOptions(), None, spare=spare)] == [
        "web",
        "wiki",
        "papers",
    ]
    by_name = QuestionOptions(sources=("mojeek",))
    assert [one.name for one in choose(QUERY, SOURCES, by_name, None, spare=spare)] == ["mojeek"]


def test_a_french_question_is_asked_in_french_first_and_of_english_editions_too() -> None:
    query = SearchQuery(text="Quelle est la hauteur du viaduc de Kestrel ?", language="fr", freshness="year", limit=7)
    wiki = source("wiki", "reference", has_editions=True)
    english = source("hn", "discussion", languages=("en",))
    asked = inquiries_for(query, [wiki, english, source("web")])
    assert [(one.label, one.query.language, one.query.text) for one in asked] == [
        ("wiki", "fr", query.text),
        ("wiki:en", "en", "hauteur viaduc Kestrel"),
        ("hn", "en", "hauteur viaduc Kestrel"),
        ("web", "fr", query.text),
    ]
    assert {(one.query.freshness, one.query.limit) for one in asked} == {("year", 7)}
    assert asked[1].weight < asked[0].weight


def test_an_english_question_is_asked_once() -> None:
    wiki = source("wiki", "reference", has_editions=True)
    assert [one.label for one in inquiries_for(SearchQuery(text="x"), [wiki])] == ["wiki"]


def test_a_source_counts_more_where_it_is_called_for_and_less_where_it_is_a_makeshift() -> None:
    sources = [source("web"), source("ddgs", best_effort=True), source("papers", "science"), source("hn", "discussion")]
    weights = {one.label: one.weight for one in inquiries_for(SearchQuery(text="x"), sources, ("science",))}
    assert weights["papers"] > weights["web"] > weights["ddgs"] > weights["hn"]
