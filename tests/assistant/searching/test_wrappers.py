import base64

import pytest

from assistant.searching.addresses import canonical
from assistant.searching.wrappers import unwrapped

TARGET = "https://example.org/a?b=1"
CODED = base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip("=")
QUOTED = "https%3A%2F%2Fexample.org%2Fa%3Fb%3D1"


@pytest.mark.parametrize(
    "wrapped",
    [
        f"https://www.bing.com/ck/a?!&&p=x&u=a1{CODED}&ntb=1",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url={QUOTED}&c=1",
        f"https://duckduckgo.com/l/?uddg={QUOTED}&rut=x",
        f"https://www.google.com/url?q={QUOTED}&sa=U",
        f"https://www.google.co.uk/url?sa=t&url={QUOTED}",
        f"https://r.search.yahoo.com/_ylt=x/RV=2/RE=1/RO=10/RU={QUOTED}/RK=2/RS=y",
        f"https://duckduckgo.com/l/?uddg=https%3A%2F%2Fwww.bing.com%2Fck%2Fa%3Fu%3Da1{CODED}",
    ],
)
def test_a_redirect_of_a_search_engine_gives_the_page(wrapped: str) -> None:
    assert unwrapped(wrapped) == TARGET
    assert canonical(wrapped) == TARGET


@pytest.mark.parametrize(
    ("cached", "page"),
    [
        ("https://example-org.cdn.ampproject.org/c/s/example.org/story", "https://example.org/story"),
        ("https://example-org.cdn.ampproject.org/v/example.org/story", "http://example.org/story"),
        ("https://www.google.com/amp/s/example.org/story/amp", "https://example.org/story/amp"),
    ],
)
def test_an_amp_cache_gives_the_publisher(cached: str, page: str) -> None:
    assert unwrapped(cached) == page


@pytest.mark.parametrize(
    "url",
    [
        "https://www.bing.com/ck/a?u=a1%%%",
        "https://www.bing.com/search?q=url",
        "https://www.google.com/url?q=/relative",
        "https://duckduckgo.com/l/?uddg=javascript%3Aalert(1)",
        "https://example.org/url?q=https%3A%2F%2Fother.example%2F",
        "https://notgoogle.com/url?q=https%3A%2F%2Fother.example%2F",
        "https://www.google.com/search?q=x",
    ],
)
def test_what_wraps_no_web_address_stays(url: str) -> None:
    assert unwrapped(url) == url
