import pytest

from assistant.searching.addresses import canonical, is_on_site


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
