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


async def search(handler: object, limit: int = 10) -> object:
    transport = httpx.MockTransport(handler if callable(handler) else lambda _: handler)
    async with httpx.AsyncClient(transport=transport, timeout=7, headers={"User-Agent": "Test/1"}) as client:
        return await Lines().search(SearchQuery(text="a b", limit=limit), client)


async def test_the_request_goes_out_with_its_body_and_the_clients_timeouts() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="https://a.example/")

    await search(answer)
    assert seen[0].content == b"q=a+b"
    assert seen[0].headers["X-Key"] == "k"
    assert seen[0].headers["User-Agent"] == "Test/1"
    assert seen[0].extensions["timeout"]["read"] == 7


async def test_hits_and_engine_hits_of_other_schemes_are_left_out() -> None:
    found = await search(httpx.Response(200, text="file:///etc/passwd https://a.example/ https:///x"))
    assert [hit.url for hit in found] == ["https://a.example/"]
    assert [hit.url for hit in found.upstream[0].hits] == ["https://a.example/"]


async def test_a_compressed_answer_is_read() -> None:
    body = gzip.compress(b"https://a.example/")
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
    found = await search(httpx.Response(200, html="<p>Just a moment https://a.example/"))
    assert len(found) == 1


async def test_marks_of_a_challenge_without_results_are_a_challenge() -> None:
    with pytest.raises(AccessDenied, match="check for humans"):
        await search(httpx.Response(200, html="<p>Just a moment"))


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
