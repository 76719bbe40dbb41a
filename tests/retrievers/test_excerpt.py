"""The beginning of a post as a snippet."""

from retrievers.excerpt import MARKUP_CHARACTERS, excerpt


def test_a_long_post_is_cut_between_words() -> None:
    assert excerpt("<p>one two three</p>", 9) == "one two …"


def test_a_short_post_is_whole_and_none_is_empty() -> None:
    assert excerpt("<b>one</b> &amp; two") == "one & two"
    assert excerpt(None) == ""


def test_markup_that_is_cut_leaves_no_tag() -> None:
    long = "x " * (MARKUP_CHARACTERS // 2 - 4) + '<a href="https://example.com/">link</a>'
    assert "<" not in excerpt(long, MARKUP_CHARACTERS)
