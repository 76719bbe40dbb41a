"""What the page says of the sources and of what leaves the machine."""

from dataclasses import replace

from assistant.searching.directory import SourceDescription
from retrievers import RateLimit
from tests.ui.markup import seen
from ui.source_list import source_list
from ui.wording import wording_for


def source(name: str, receives: str, state: str = "", *, is_asked: bool = True) -> SourceDescription:
    return SourceDescription(
        name=name,
        focus="web",
        provider=name,
        languages=(),
        needs=(),
        best_effort=False,
        is_asked=is_asked,
        state=state,
        receives=receives,
        limit=RateLimit(requests=1, seconds=1),
    )


SOURCES = (
    source("alpha", "the words"),
    source("beta", "the words"),
    source("folder", "nothing"),
    source("gamma", "the words", "set GAMMA_KEY", is_asked=False),
)


def test_sources_that_receive_the_same_stand_together() -> None:
    markup = source_list(SOURCES, wording_for("en"))
    assert '<strong>alpha</strong>, <strong>beta</strong>: <span lang="en">the words</span>' in markup
    assert '<strong>folder</strong>: <span lang="en">nothing</span>' in markup


def test_one_that_is_not_asked_says_what_to_do() -> None:
    markup = source_list(SOURCES, wording_for("en"))
    assert '<strong>gamma</strong>: <span lang="en">set GAMMA_KEY</span>' in markup
    assert "1 source is not asked" in markup


def test_the_line_that_is_seen_first_counts_them() -> None:
    assert "<summary>3 sources are asked</summary>" in source_list(SOURCES, wording_for("en"))
    assert "<summary>3 sources interrogées</summary>" in source_list(SOURCES, wording_for("fr"))


def test_what_another_package_says_of_itself_is_text() -> None:
    listing = seen(source_list([source("x", "<img src=https://evil.example/>")], wording_for("en")))
    assert "img" not in listing.tags
    assert listing.addresses == []


def test_a_source_that_is_left_alone_says_why_and_for_how_long() -> None:
    suspended = replace(SOURCES[0], health="suspended for 58 min (captcha)")
    assert "suspended for 58 min (captcha)" in source_list([suspended], wording_for("en"))


def test_one_that_the_user_switched_off_is_not_counted_and_stands_apart() -> None:
    markup = source_list(SOURCES, wording_for("en"), without=("beta", "gamma"))
    assert "<summary>2 sources are asked</summary>" in markup
    assert "1 source is switched off by you" in markup
    assert markup.index("switched off") < markup.index("<strong>beta</strong>") < markup.index("not asked")
