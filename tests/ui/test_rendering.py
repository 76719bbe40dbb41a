"""Nothing that a page, a model or a user writes becomes markup."""

from __future__ import annotations

import pytest

from tests.ui.markup import Listing, seen
from ui.rendering import element, is_web, label, link, plain, prose, quote_link, site_of, text

HOSTILE = [
    "![tracker](http://evil.test/p.png)",
    "![a][1]\n\n[1]: http://evil.test/p.png",
    "<img src=x onerror=alert(1)>",
    "<script>fetch('//evil.test')</script>",
    "<style>body{background:url(//evil.test)}</style>",
    "<svg/onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "<a href='vbscript:x'>x</a>",
    '"><iframe src=//evil.test>',
    "' onmouseover='alert(1)",
    ":red[urgent] :material/warning: $x^2$ ~~gone~~",
    "<form action=//evil.test><input name=q></form>",
    "`</code><img src=//evil.test>`",
    "**<b onclick=alert(1)>**",
    "`a` **b `c** d`",
    "&lt;img src=x&gt; &amp;#60;img&amp;#62;",
    "\u202egnp.live\u202c \u2066hidden\u2069 \U000e0041\U000e0042",
    "http://evil.test/auto www.evil.test",
    "\x00\x1b[31mred",
]
WRITERS = (text, prose, lambda value: link("https://safe.test/", text(value), title=value))


@pytest.mark.parametrize("write", WRITERS, ids=["text", "prose", "link"])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_stays_text(value: str, write: object) -> None:
    assert callable(write)
    listing = seen(write(value))
    assert listing.tags <= {"code", "strong", "br", "a"}
    assert listing.names <= {"href", "target", "rel", "title"}
    assert set(listing.addresses) <= {"https://safe.test/"}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_text_loses_nothing_that_can_be_read(value: str) -> None:
    visible = "".join(character for character in plain(value) if not character.isspace())
    shown = seen_text(text(value))
    assert "".join(character for character in shown if not character.isspace()) == visible


def seen_text(markup: str) -> str:
    pieces: list[str] = []
    listing = Listing()
    listing.handle_data = pieces.append  # type: ignore[method-assign]
    listing.feed(markup)
    listing.close()
    return "".join(pieces)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_label_has_no_markdown_left_unescaped(value: str) -> None:
    written = label(value)
    bare = written.replace("\\\\", "")
    for position, character in enumerate(bare):
        if character in "![]()<>:$*_`~#|{}":
            assert bare[position - 1] == "\\", (character, written)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.test/x",
        "/relative",
        "https:evil",
        "http://",
        "http://user:pass@evil.test/",
        "http://127.0.0.1:80\\@evil.test/",
        "https://evil.test/ space",
        "https://evil.test/\u202egnp",
        "http://[::1",
        "https://evil.test/" + "a" * 3000,
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert not is_web(url)
    assert not seen(link(url, "words")).addresses
    assert seen(link(url, "words")).tags == {"span"}


def test_a_link_leaves_the_page_without_a_trace() -> None:
    listing = link("https://safe.test/?a=1&b=%22", "words")
    assert 'rel="noopener noreferrer"' in listing
    assert seen(listing).addresses == ["https://safe.test/?a=1&b=%22"]


def test_an_attribute_cannot_end_early() -> None:
    assert seen(element("span", "x", title='" onclick="alert(1)')).names == {"title"}


def test_code_and_strong_are_the_only_marks_of_a_sentence() -> None:
    assert prose("Use `a<b>` and **bold** or _not_.") == (
        "Use <code>a&lt;b&gt;</code> and <strong>bold</strong> or _not_."
    )


def test_a_short_quotation_is_found_by_all_its_words() -> None:
    assert quote_link("https://a.test/p", "A well-known, short quote") == (
        "https://a.test/p#:~:text=A%20well%2Dknown%2C%20short%20quote"
    )


def test_a_long_quotation_is_found_by_its_ends() -> None:
    words = " ".join(f"w{n}" for n in range(30))
    assert quote_link("https://a.test/p", words).endswith("#:~:text=w0%20w1%20w2%20w3%20w4,w25%20w26%20w27%20w28%20w29")


def test_an_anchor_of_the_page_is_kept_before_the_text_fragment() -> None:
    assert quote_link("https://a.test/p#part", "words") == "https://a.test/p#part:~:text=words"


def test_a_file_has_no_text_fragment() -> None:
    assert quote_link("file:///docs/a.md", "words") == "file:///docs/a.md"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.postgresql.test/docs/vacuum.html", "postgresql.test"),
        ("file:///opt/docs/add%20a%20retriever.md", "add a retriever.md"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_a_page_is_named_by_its_host_or_file(url: str, site: str) -> None:
    assert site_of(url) == site


def test_joiners_of_scripts_are_kept() -> None:
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert plain(persian) == persian


def test_a_space_that_holds_words_together_stays_one() -> None:
    assert text("Utile\u00a0?  13\u202f250\n\t\u00a0x\u00a0") == "Utile\u00a0? 13\u202f250 \u00a0x"
