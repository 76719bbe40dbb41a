"""Passages of earlier readings join a ranking, within what the reader chose, and their age is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.evidence import Page, Passage, QuestionOptions
from assistant.ranking.earlier import MOST_JOINING, age_note, joining, wanted_earlier
from assistant.ranking.index import PassageIndex
from assistant.ranking.records import StoredPassage, Wanted
from assistant.ranking.reranking import Ranker
from assistant.settings import Settings
from retrievers import SearchQuery

NOW = datetime.now(UTC)
QUESTION = "How long is the Ostrava tunnel?"


def passage(id_: str, text: str, url: str = "") -> Passage:
    return Passage(id=id_, url=url or f"https://a.test/{id_}", title="", text=text, start=0)


def stored(id_: str, text: str = "The Ostrava tunnel is long.", url: str = "") -> StoredPassage:
    return StoredPassage(passage=passage(id_, text, url), fetched_at=NOW - timedelta(days=3))


FRESH = [passage("fresh", "Trains run through the mountains.")]


@pytest.mark.parametrize(
    "options",
    [
        QuestionOptions(refresh=True),
        QuestionOptions(focus=("news",)),
        QuestionOptions(sources=("wikipedia",)),
        QuestionOptions(without_sources=("wikipedia",)),
        QuestionOptions(include_sites=("a.test",)),
        QuestionOptions(exclude_sites=("a.test",)),
        QuestionOptions(attachments=("report.pdf",)),
    ],
)
def test_where_the_reader_chose_what_to_read_nothing_joins(options: QuestionOptions) -> None:
    assert wanted_earlier(SearchQuery(text=QUESTION, language="en"), options) is None


def test_they_are_of_the_language_of_the_question_and_as_new_as_it_asks_for() -> None:
    options = QuestionOptions(asked_at=NOW)
    query = SearchQuery(text=QUESTION, language="en", freshness="week")
    assert wanted_earlier(query, options) == Wanted(language="en", since=NOW - timedelta(days=7))


def test_one_that_shares_too_few_words_does_not_join() -> None:
    assert joining(QUESTION, "en", FRESH, [stored("other", "The Ostrava library is open.")]) == ()


def test_a_page_that_was_read_anew_joins_no_second_time() -> None:
    assert joining(QUESTION, "en", FRESH, [stored("old", url="https://a.test/fresh")]) == ()


def test_files_of_an_earlier_question_stay_with_it() -> None:
    assert joining(QUESTION, "en", FRESH, [stored("file", url="file:///home/a/report.txt")]) == ()


def test_only_a_few_of_the_nearest_join() -> None:
    found = joining(QUESTION, "en", FRESH, [stored(str(number)) for number in range(9)])
    assert [one.passage.id for one in found] == [str(number) for number in range(MOST_JOINING)]


def test_a_question_without_content_is_joined_by_nothing() -> None:
    assert joining("?", "en", FRESH, [stored("old")]) == ()


def test_the_age_of_what_is_used_is_told_by_page() -> None:
    old = stored("old")
    assert age_note([old.passage], [old], NOW) == (
        "not read anew but kept from an earlier question: https://a.test/old (3 days ago)"
    )


def test_the_age_of_what_ranks_far_behind_is_not_told() -> None:
    old = stored("old")
    ranked = [*(passage(str(number), "text") for number in range(20)), old.passage]
    assert age_note(ranked, [old], NOW) is None


class Same(Embeddings):
    """Embed every text alike: words decide."""

    languages = ("en",)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[1.0, 0.0] for _ in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


async def asked_again(home: Path, earlier: Wanted | None, *, url: str = "https://a.test/old") -> tuple[list[str], str]:
    """Ask two questions of one ranker, the first over a page read two hours ago."""
    text = "The Ostrava tunnel is 11 km long."
    read_at = NOW - timedelta(hours=2, minutes=1)
    page = Page(url=url, final_url=url, title="", text=text, language="en", fetched_at=read_at)
    index = PassageIndex(Settings(data_dir=home), collection="same", read_deadline_s=60)
    ranker = Ranker(Same(), index)
    await ranker.warm()
    first = await ranker.rank("tunnel", "en", [passage("old", text, url)], deadline_s=60, pages=[page])
    assert first.gaps == ()
    while not await index.vectors(["old"], deadline_s=60):
        pass
    ranking = await ranker.rank(QUESTION, "en", FRESH, deadline_s=60, earlier=earlier)
    await ranker.close()
    return [found.id for found in ranking.passages], " ".join(ranking.gaps)


async def test_an_earlier_reading_joins_and_its_age_is_told(tmp_path: Path) -> None:
    ids, gaps = await asked_again(tmp_path, Wanted(language="en"))
    assert ids == ["old", "fresh"]
    assert gaps == "not read anew but kept from an earlier question: https://a.test/old (2 hours ago)"


@pytest.mark.parametrize("earlier", [None, Wanted(language="fr"), Wanted(language="en", since=NOW)])
async def test_an_earlier_reading_that_is_not_wanted_stays_out(tmp_path: Path, earlier: Wanted | None) -> None:
    assert await asked_again(tmp_path, earlier) == (["fresh"], "")


async def test_the_headings_of_a_stored_passage_are_kept(tmp_path: Path) -> None:
    index = PassageIndex(Settings(data_dir=tmp_path), collection="headings", read_deadline_s=60)
    vector = np.array([1.0, 0.0], dtype=np.float32)
    one = Passage(id="a", url="https://a.test/", title="T", text="Text.", start=4, heading="Towns")
    await index.upsert([one], {"a": vector})
    (found,) = await index.nearest(vector, 1, deadline_s=60)
    await index.close()
    assert found.passage.heading == "Towns"
