"""A source that the user left out is not asked, and it is said where that leaves too little."""

from __future__ import annotations

import httpx
import pytest

from assistant.errors import QuestionInvalid
from assistant.evidence import QuestionOptions
from assistant.searching.planning import SearchPlan, plan_search, with_implied
from retrievers import Focus, Retriever, SearchHit, SearchQuery


class Web(Retriever):
    name = provider = "web"
    focus: Focus = "web"

    async def search(self, query: SearchQuery, client: httpx.AsyncClient) -> list[SearchHit]:
        return []


class OtherWeb(Web):
    name = provider = "other_web"


class Papers(Web):
    name = provider = "papers"
    focus = "science"


class Folder(Web):
    name = provider = "folder"
    focus = "local"
    is_private = True


class Spare(Web):
    name = provider = "spare"


SOURCES = (Web(), OtherWeb(), Papers(), Folder())
EVERYBODY = ("web", "other_web", "papers", "folder")


def plan(
    *without: str,
    text: str = "why is water wet",
    private: bool = False,
    meant: tuple[Focus, ...] = (),
    **chosen: object,
) -> SearchPlan:
    options = QuestionOptions(without_sources=without, **chosen)
    query = with_implied(SearchQuery(text=text))
    return plan_search(query, SOURCES, options, limit=6, is_private=private, spare=(Spare(),), meant=meant)


def test_what_is_left_out_is_not_asked_and_the_rest_is() -> None:
    assert plan().labels == ("web", "other_web", "folder")
    assert plan("web").labels == ("other_web", "folder")
    assert plan("folder").labels == ("web", "other_web")


def test_meaning_still_adds_what_is_not_left_out() -> None:
    assert plan("web", meant=("science",)).labels == ("other_web", "folder", "papers")
    assert plan("web", "papers", meant=("science",)).labels == ("other_web", "folder")


def test_a_name_that_nobody_bears_any_more_changes_nothing() -> None:
    assert plan("gone").labels == plan().labels


def test_a_chosen_focus_is_asked_without_it() -> None:
    assert plan("web", focus=("web",)).labels == ("other_web",)


def test_where_everybody_is_left_out_the_question_is_refused_with_names_and_the_remedy() -> None:
    with pytest.raises(QuestionInvalid, match=r"every source is left out \(web, other_web, papers, folder\).*Sources"):
        plan(*EVERYBODY)


def test_where_everybody_of_the_focus_is_left_out_the_focus_is_named() -> None:
    with pytest.raises(QuestionInvalid, match=r"science: every source of this focus is left out \(papers\)"):
        plan("papers", focus=("science",))


def test_where_everybody_is_left_out_a_given_page_is_read_all_the_same() -> None:
    found = plan(*EVERYBODY, text="Compare https://a.example/rust-book with the viaduct")
    assert len(found.given) == 1
    assert found.labels == ()


def test_one_that_is_asked_for_and_left_out_is_refused() -> None:
    with pytest.raises(QuestionInvalid, match="papers: is asked for and left out"):
        plan("papers", sources=("papers", "web"))


def test_a_source_that_is_asked_by_name_only_may_be_named_where_all_others_are_left_out() -> None:
    assert plan(*EVERYBODY, sources=("spare",)).labels == ("spare",)


def test_private_mode_refuses_where_ones_own_sources_are_left_out() -> None:
    with pytest.raises(QuestionInvalid, match=r"every source is left out \(folder\)"):
        plan("folder", private=True)


def test_private_mode_does_not_mind_what_it_would_not_ask() -> None:
    assert plan("web", "papers", private=True).labels == ("folder",)


@pytest.mark.parametrize(
    ("without", "chosen", "is_told"),
    [
        (("web", "other_web"), {}, True),
        (("web",), {}, False),
        (("web", "other_web"), {"focus": ("science",)}, False),
        (("web", "other_web"), {"sources": ("papers",)}, False),
    ],
)
def test_it_is_told_where_nobody_is_left_who_searches_the_general_web(
    without: tuple[str, ...], chosen: dict[str, object], *, is_told: bool
) -> None:
    gaps = plan(*without, **chosen).gaps
    assert any("web, other_web" in gap and "left out" in gap for gap in gaps) is is_told
