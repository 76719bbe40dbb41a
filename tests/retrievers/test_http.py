"""What every HTTP source inherits beyond what `RetrieverContract` shows."""

import gzip
from collections.abc import Iterator

import httpx
import pytest

from retrievers import (
    AccessDenied,
    HttpRetriever,
    MalformedResponse,
    ProviderUnavailable,
    RetrieverError,
    SearchHit,
    SearchQuery,
    UpstreamReport,
)


class Lines(HttpRetriever):
    """Reads one address per line."""

    name = provider = "lines"
    focus = "web"
    expects = "html"

    def request(self, query: SearchQuery) -> httpx.Request:
        return httpx.Request(
            "POST", "https://user:secret@lines.example/find", data={"q": query.text}, headers={"X-Key": "k"}
        )

    def parse(self, response: httpx.Response) -> Iterator[SearchHit]:
        return (SearchHit(url=line, title=line) for line in response.text.split() if "://" in line)

    def upstream(self, response: httpx.Response) -> Iterator[UpstreamReport]:
        yield UpstreamReport(provider="engine", hits=tuple(self.parse(response)))


def page(text: str) -> httpx.Response:
    """Give a whole page that holds a text."""
    return httpx.Response(200, html=f"<html> {text} </html>")


async def search(handler: object, limit: int = 10) -> object:
    transport = httpx.MockTransport(handler if callable(handler) else lambda _: handler)
    async with httpx.AsyncClient(transport=transport, timeout=7, headers={"User-Agent": "Test/1"}) as client:
        return await Lines().search(SearchQuery(text="a b", limit=limit), client)


async def test_the_request_goes_out_with_its_body_and_the_clients_timeouts() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return page("https://a.example/")

    await search(answer)
    assert seen[0].content == b"q=a+b"
    assert seen[0].headers["X-Key"] == "k"
    assert seen[0].headers["User-Agent"] == "Test/1"
    assert seen[0].extensions["timeout"]["read"] == 7


async def test_hits_and_engine_hits_of_other_schemes_are_left_out() -> None:
    found = await search(page("file:///etc/passwd https://a.example/ https:///x"))
    assert [hit.url for hit in found] == ["https://a.example/"]
    assert [hit.url for hit in found.upstream[0].hits] == ["https://a.example/"]


async def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(page("https://a.example/").content)
    found = await search(httpx.Response(200, content=body, headers={"Content-Encoding": "gzip"}))
    assert len(found) == 1


async def test_an_answer_that_cannot_be_decompressed_is_malformed() -> None:
    with pytest.raises(MalformedResponse, match="decompressed"):
        await search(
            lambda _: httpx.Response(200, stream=httpx.ByteStream(b"no gzip"), headers={"Content-Encoding": "gzip"})
        )


async def test_an_endless_answer_is_cut_off() -> None:
    class Endless(httpx.AsyncByteStream):
        sent = 0

        async def __aiter__(self):  # noqa: ANN204 - an async generator
            while True:
                self.sent += 1
                yield b" " * 1_000_000

    stream = Endless()
    with pytest.raises(MalformedResponse, match="5,000,000 bytes"):
        await search(lambda _: httpx.Response(200, stream=stream))
    assert stream.sent == 6


async def test_marks_of_a_challenge_among_results_are_only_words() -> None:
    found = await search(page("Just a moment https://a.example/"))
    assert len(found) == 1


async def test_marks_of_a_challenge_without_results_are_a_challenge() -> None:
    with pytest.raises(AccessDenied, match="check for humans"):
        await search(page("Just a moment"))


async def test_a_challenge_that_is_cut_short_is_still_a_challenge() -> None:
    with pytest.raises(AccessDenied, match="check for humans"):
        await search(httpx.Response(200, html="<html><p>Just a moment"))


async def test_a_page_that_found_nothing_says_so() -> None:
    class Polite(Lines):
        no_results = ("found nothing",)

    transport = httpx.MockTransport(lambda _: page("We found nothing"))
    async with httpx.AsyncClient(transport=transport) as client:
        assert list(await Polite().search(SearchQuery(text="x"), client)) == []


async def test_a_page_without_hits_that_does_not_say_so_has_a_new_layout() -> None:
    with pytest.raises(MalformedResponse, match="layout"):
        await search(page("Welcome"))


async def test_half_a_page_is_malformed_though_it_has_hits() -> None:
    with pytest.raises(MalformedResponse, match="cut short"):
        await search(httpx.Response(200, html="<html> https://a.example/"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(429), "rate_limited"),
        (httpx.Response(401), "denied"),
        (httpx.Response(402), "quota"),
        (httpx.Response(500), "outage"),
        (httpx.Response(403, html="<html><title>Just a moment"), "captcha"),
        (httpx.Response(302, headers={"Location": "/captcha"}), "captcha"),
        (httpx.Response(200, html="<html>Welcome</html>"), "drift"),
    ],
)
async def test_a_failure_says_what_lies_behind_it(answer: httpx.Response, reason: str) -> None:
    with pytest.raises(RetrieverError) as caught:
        await search(answer)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("error", "reason"), [(httpx.ReadTimeout, "timeout"), (httpx.ConnectError, "network")])
async def test_a_late_answer_is_told_from_none(error: type[httpx.TransportError], reason: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        message = "no"
        raise error(message)

    with pytest.raises(ProviderUnavailable) as caught:
        await search(fail)
    assert caught.value.reason == reason


async def test_a_wrong_key_names_the_setting() -> None:
    class Keyed(Lines):
        needs = ("LINES_API_KEY",)

    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(401))) as client:
        with pytest.raises(AccessDenied, match="LINES_API_KEY") as caught:
            await Keyed().search(SearchQuery(text="x"), client)
    assert caught.value.reason == "credentials"


async def test_cloudflare_says_so_in_a_header() -> None:
    with pytest.raises(AccessDenied, match="check for humans"):
        await search(httpx.Response(403, headers={"cf-mitigated": "challenge"}))


@pytest.mark.parametrize("target", ["https://lines.example/sp/captcha", "https://consent.example/m", "/sorry/index"])
async def test_a_redirect_to_a_challenge_is_access_denied(target: str) -> None:
    with pytest.raises(AccessDenied, match="redirected"):
        await search(httpx.Response(302, headers={"Location": target}))


async def test_a_redirect_elsewhere_names_where_to() -> None:
    with pytest.raises(ProviderUnavailable, match=r"HTTP 301 to www\.lines\.example, which is not followed"):
        await search(httpx.Response(301, headers={"Location": "https://www.lines.example/find"}))


@pytest.mark.parametrize("value", ["soon", "-5", "", "Wed, 99 Foo 2026"])
async def test_an_unreadable_retry_after_is_unknown(value: str) -> None:
    with pytest.raises(ProviderUnavailable, match="HTTP 503"):
        await search(httpx.Response(503, headers={"Retry-After": value}))


async def test_messages_name_the_server_but_no_secret() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        message = "Illegal header value b'k'"
        raise httpx.LocalProtocolError(message)

    with pytest.raises(ProviderUnavailable) as caught:
        await search(fail)
    assert "https://lines.example (LocalProtocolError)" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "b'k'" not in str(caught.value)


async def test_an_address_without_scheme_is_told_so() -> None:
    class NoScheme(Lines):
        def request(self, query: SearchQuery) -> httpx.Request:
            return httpx.Request("GET", "localhost:8080/search")

    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(ProviderUnavailable, match="not an http or https address"):
            await NoScheme().search(SearchQuery(text="x"), client)
