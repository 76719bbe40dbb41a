import pytest

from assistant.searching.addresses import canonical, identity, is_on_site, is_twin, site_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org:8443/a", "https://example.org:8443/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://user:pass@example.org/a", "https://example.org/a"),
        ("https://example.org/A?b=%C3%A9&a=1+2", "https://example.org/A?b=%C3%A9&a=1+2"),
        ("https://example.org/?utm_source=x&id=1&UTM_Medium=y&gclid=z&fbclid=q", "https://example.org/?id=1"),
        ("https://example.org/?utm=1&ref=a&source=b", "https://example.org/?utm=1&ref=a&source=b"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        (" https://example.org/ ", "https://example.org/"),
    ],
)
def test_one_page_has_one_spelling(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url", ["", "example.org", "https://", "javascript:alert(1)", "data:text/html,x", "http://a:b/", "https://[x"]
)
def test_what_cannot_be_fetched_has_none(url: str) -> None:
    assert canonical(url) is None


def test_a_site_holds_its_subdomains_only() -> None:
    assert is_on_site("https://docs.python.org/3/", ["python.org"])
    assert is_on_site("https://python.org/", ["WWW.Python.org/"])
    assert not is_on_site("https://notpython.org/", ["python.org"])
    assert not is_on_site("file:///python.org", ["python.org"])
    assert not is_on_site("https://python.org/", [])


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.org/story",
        "https://www.example.org/story/",
        "https://m.example.org/story",
        "https://amp.example.org/story",
        "https://example.org/story/amp",
        "https://example.org/story.amp",
        "https://example.org/amp/story",
        "https://example.org/story?amp=1",
    ],
)
def test_twins_of_a_page_share_its_identity(twin: str) -> None:
    assert identity(twin) == identity("https://example.org/story")


def test_a_wikis_mobile_edition_is_its_twin() -> None:
    assert identity("https://en.m.wikipedia.org/wiki/Owl") == identity("https://en.wikipedia.org/wiki/Owl")
    assert is_twin("https://en.m.wikipedia.org/wiki/Owl")
    assert not is_twin("https://en.wikipedia.org/wiki/Owl")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://en.wikipedia.org/wiki/Owl", "https://fr.wikipedia.org/wiki/Owl"),
        ("https://m.org/", "https://org/"),
        ("https://example.org/amplifier", "https://example.org/lifier"),
        ("https://docs.example.org/", "https://example.org/"),
        ("https://example.org/champ", "https://example.org/ch"),
    ],
)
def test_different_pages_differ(one: str, other: str) -> None:
    assert identity(one) != identity(other)


def test_a_site_is_what_somebody_registered() -> None:
    assert site_of("https://news.bbc.co.uk/x") == "bbc.co.uk"
    assert site_of("https://someone.github.io/") != site_of("https://another.github.io/")
    assert site_of("https://127.0.0.1:80/") == "127.0.0.1"
    assert site_of("file:///home/a.md") == ""
