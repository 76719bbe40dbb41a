import httpx
import pytest

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from assistant.searching.planning import SearchPlan, is_unclear, plan_search, with_implied
from retrievers import Focus, Retriever, SearchHit, SearchQuery


class Web(Retriever):
    name = provider = "web"
    focus: Focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []


class News(Web):
    name = provider = "news"
    focus = "news"


class Folder(Web):
    name = provider = "folder"
    focus = "local"
    is_private = True


class Opinions(Web):
    name = provider = "opinions"
    focus = "discussion"


SOURCES = (Web(), News(), Folder(), Opinions())


def plan(text: str, *, options: QuestionOptions | None = None, private: bool = False, **more: object) -> SearchPlan:
    query = with_implied(SearchQuery(text=text))
    return plan_search(query, SOURCES, options or QuestionOptions(), limit=6, is_private=private, **more)


def test_the_general_web_is_always_asked_and_news_where_something_recent_is_wanted() -> None:
    assert plan("why is water wet").labels == ("web", "folder")
    assert plan("the Kestrel viaduct today").labels == ("web", "folder", "news")


def test_a_chosen_focus_and_chosen_sources_override() -> None:
    assert plan("the viaduct today", options=QuestionOptions(focus=("discussion",))).labels == ("opinions",)
    assert plan("the viaduct today", options=QuestionOptions(sources=("news",))).labels == ("news",)
    assert plan("x", options=QuestionOptions(sources=("news",))).weights["news"] > 1


def test_the_users_own_span_stands() -> None:
    assert with_implied(SearchQuery(text="the latest news", freshness="year")).freshness == "year"
    assert with_implied(SearchQuery(text="the latest news")).freshness == "week"


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("the latest stable version", QuestionOptions(), None),
        ("the latest stable version", QuestionOptions(since="month"), "month"),
        ("the viaduct today", QuestionOptions(), "day"),
    ],
)
def test_sources_are_told_of_a_longer_span_only_where_the_user_chose_it(
    text: str, options: QuestionOptions, told: str | None
) -> None:
    found = plan_search(
        with_implied(SearchQuery(text=text, freshness=options.since)), SOURCES, options, limit=6, is_private=False
    )
    assert {inquiry.query.freshness for inquiry in found.inquiries} == {told}
    assert found.query.freshness is not None, "our own order prefers what is new"


def test_an_address_in_the_question_is_read_first_and_its_letters_are_not_searched() -> None:
    found = plan("Compare https://a.example/rust-book with the viaduct")
    assert [one.url for one in found.given] == ["https://a.example/rust-book"]
    assert {one.query.text for one in found.inquiries} == {"Compare with the viaduct"}


def test_nobody_is_asked_where_only_the_named_page_is_wanted() -> None:
    found = plan("Summarise https://a.example/rust-book")
    assert found.inquiries == ()
    assert len(found.given) == 1


def test_private_mode_asks_ones_own_sources_only_and_says_so() -> None:
    found = plan("the viaduct today", private=True)
    assert found.labels == ("folder",)
    assert found.gaps == (
        "private mode: only sources of your own were asked (folder), so the rest of the web is missing",
    )


def test_private_mode_refuses_a_source_of_others_by_name() -> None:
    with pytest.raises(QuestionInvalid, match="web: is not asked in private mode"):
        plan("x", private=True, options=QuestionOptions(sources=("web",)))


def test_private_mode_without_a_source_says_what_to_do() -> None:
    found = plan_search(SearchQuery(text="x"), (Web(),), QuestionOptions(), limit=6, is_private=True)
    assert found.inquiries == ()
    assert "FOOTNOTE_FOLDERS" in found.gaps[0]
    assert "FOOTNOTE_SEARXNG_URL" in found.gaps[0]


def test_meaning_adds_what_words_leave_open() -> None:
    text = "ways to make friends in a new town"
    assert is_unclear(SearchQuery(text=text), QuestionOptions())
    assert not is_unclear(SearchQuery(text="what happened at the viaduct"), QuestionOptions())
    assert not is_unclear(SearchQuery(text=text), QuestionOptions(focus=("discussion",)))
    assert plan(text, meant=("discussion",)).labels == ("web", "folder", "opinions")
