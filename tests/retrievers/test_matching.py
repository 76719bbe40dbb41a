"""Texts matched by words: case, accents, plural endings, and languages without blanks."""

import pytest

from retrievers.matching import best, matched


@pytest.mark.parametrize(
    ("words", "text", "count"),
    [
        (["disk", "space"], "Disk SPACE", 2),
        (["élections"], "Les elections de mai", 1),
        (["index"], "Rebuilding indexes", 1),
        (["indexes"], "Rebuild an index", 1),
        (["cat"], "Cattle and cats", 0),
        (["state"], "A statement", 0),
        (["covid-19"], "Covid 19 is back", 1),
        (["東京"], "今日の東京の天気", 1),
        (["C++"], "A c program", 1),
        ([], "Anything", 0),
    ],
)
def test_words_are_counted_in_any_form(words: list[str], text: str, count: int) -> None:
    assert matched(words, text) == count


def test_texts_with_half_of_the_words_are_kept_the_best_first() -> None:
    texts = ["disk", "space on a disk", "nothing", "reclaim disk space", "space, disk"]
    assert best(["reclaim", "disk", "space"], texts) == [3, 1, 4]


def test_no_words_match_nothing() -> None:
    assert best([], ["anything"]) == []
