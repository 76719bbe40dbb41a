"""Input that is broken or hostile, and what must come of it: what a loopback server sends, by the name of a case."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from assistant.errors import BlockedAddress, NotText, PageTooLarge, ReadingError, Unreachable
from assistant.evidence import Page
from tests.web.loopback import Response, Route, redirect

CHUNK = 65_536


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the server has at each path, of which /bad is read; the error that must come of it, or what a page is."""

    routes: Callable[[], dict[str, Route]]
    error: type[ReadingError] | None = None
    says: str = ""
    page: Callable[[Page], bool] | None = None
    deadline_s: float = 20
    requests: int | None = field(default=None)


def sent(*pieces: bytes, kind: str = "text/html", **headers: str) -> Callable[[], dict[str, Route]]:
    named = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda: {"/bad": Response(headers=named, pieces=pieces)}


def stream(
    pieces: Callable[[], Iterable[bytes]], kind: str = "text/html", **more: bool
) -> Callable[[], dict[str, Route]]:
    return lambda: {"/bad": Response(headers={"Content-Type": kind}, pieces=pieces(), **more)}  # type: ignore[arg-type]


def repeated(piece: bytes, most_bytes: int) -> Iterable[bytes]:
    """Give a long body in small pieces, so that the server needs no memory for it."""
    many = piece * (CHUNK // len(piece))
    return itertools.repeat(many, most_bytes // len(many) + 1)


def squeezed(zeros: int) -> bytes:
    """Compress a great many zeros with gzip."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(zeros // 1_000_000)) + packer.flush()


def pdf(*objects: bytes) -> bytes:
    """Put objects, numbered from 1, into a file whose first is the catalogue."""
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def stream_object(content: bytes, keys: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(content), keys, content)


FONT = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
TEXT = stream_object(b"BT /F 12 Tf 72 700 Td (The lighthouse is 47 metres high.) Tj ET")


def pdf_of_one_page(content: bytes = TEXT, page_keys: bytes = b"", catalogue_keys: bytes = b"") -> bytes:
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue_keys,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]%b/Contents 4 0 R%b>>" % (FONT, page_keys),
        content,
    )


def pdf_of_many_pages(pages: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(4, pages + 4))
    one = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]%b/Contents 3 0 R>>" % FONT
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages)
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", tree, TEXT, *[one] * pages)


def pdf_route(make: Callable[[], bytes]) -> Callable[[], dict[str, Route]]:
    def routes() -> dict[str, Route]:
        whole = make()
        return sent(*(whole[at : at + CHUNK] for at in range(0, len(whole), CHUNK)), kind="application/pdf")()

    return routes


def bomb(make: Callable[[], bytes], encoding: str) -> Callable[[], dict[str, Route]]:
    def routes() -> dict[str, Route]:
        return sent(make(), Content_Encoding=encoding)()

    return routes


def actions() -> bytes:
    script = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://a.example/)>>>>]"
    return pdf_of_one_page(page_keys=link, catalogue_keys=b"/OpenAction%b/AA<</WC<</S/Launch/F(calc)>>>>" % script)


def flate_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()
    return pdf_of_one_page(stream_object(packed, b"/Filter/FlateDecode"))


LOL = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">' + b"".join(
    b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
LOL += b"]><rss><channel><title>&j;</title><item><title>&j;</title></item></channel></rss>"


def is_clean(page: Page) -> bool:
    """Tell a text that can be stored, shown and printed."""
    text = page.title + page.text
    return bool(text.encode("utf-8")) and all(character.isprintable() or character == "\n" for character in text)


CASES: dict[str, Case] = {
    "utf-7": Case(
        routes=sent(b"<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-", kind="text/html; charset=utf-7"),
        page=lambda page: "+ADw-script" in page.text and "<" not in page.text,
    ),
    "surrogates": Case(routes=sent(b"<p>Before \xed\xa0\x80\xc0\xaf after."), page=is_clean),
    "bidirectional title": Case(
        routes=sent("<title>abc\u202egnp.exe</title><p>Some text here.".encode(), kind="text/html; charset=utf-8"),
        page=lambda page: page.title == "abcgnp.exe",
    ),
    "wrong charset": Case(
        routes=sent("<p>A café, of course.".encode("latin-1"), kind="text/html; charset=utf-8"),
        page=lambda page: page.text.startswith("A caf") and is_clean(page),
    ),
    "cut gzip": Case(
        routes=sent(gzip.compress(bytes(range(256)) * 40)[:50], Content_Encoding="gzip"),
        error=Unreachable,
        says="cut short",
    ),
    "brotli bomb": Case(
        routes=lambda: {
            "/bad": Response(
                headers={"Content-Type": "text/html", "Content-Encoding": "br"}, pieces=repeated(b"\x1b\x00", 10**7)
            )
        },
        error=Unreachable,
        says="'br', which was not asked for",
    ),
    "gzip bomb": Case(routes=bomb(lambda: squeezed(10**8), "gzip"), error=PageTooLarge, says="3 MB|100 to 1"),
    "gzip in gzip": Case(
        routes=bomb(lambda: gzip.compress(squeezed(10**8)), "gzip, gzip"),
        error=Unreachable,
        says="'gzip, gzip', which was not asked for",
    ),
    "unknown encoding": Case(routes=sent(b"hi", Content_Encoding="xyz"), error=Unreachable, says="'xyz'"),
    "a million attributes": Case(
        routes=stream(lambda: [b"<p ", b"".join(b"a%d=1 " % number for number in range(10**6)), b">"]),
        error=PageTooLarge,
        says="3 MB",
    ),
    "unclosed elements": Case(
        routes=sent(b"<html><body><table><tr><td><p><b>text"), page=lambda page: page.text == "text"
    ),
    "controls": Case(routes=sent(b"<p>ab\x08c\x1b[31m and more text.</p>"), page=is_clean),
    "many entities": Case(routes=stream(lambda: repeated(b"&amp;", 10**7)), error=PageTooLarge, says="3 MB"),
    "billion laughs": Case(routes=sent(LOL, kind="application/rss+xml"), error=NotText),
    "pdf of 100,000 pages": Case(
        routes=pdf_route(lambda: pdf_of_many_pages(100_000)),
        page=lambda page: len(page.text) < 10_000,
        error=ReadingError,
        deadline_s=5,
    ),
    "pdf bomb": Case(routes=pdf_route(flate_bomb), error=ReadingError),
    "pdf with actions": Case(
        routes=pdf_route(actions), page=lambda page: "47 metres" in page.text and "alert" not in page.text
    ),
    "circular pdf": Case(
        routes=pdf_route(lambda: pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>")),
        error=ReadingError,
    ),
    "redirect with spaces": Case(
        routes=lambda: {"/bad": redirect("../a b?x=é"), "/a%20b": Response()},
        page=lambda page: page.final_url.endswith("/a%20b?x=%C3%A9"),
    ),
    "redirect to nowhere": Case(
        routes=lambda: {"/bad": Response(status=302, headers={}, pieces=())}, error=Unreachable, says="HTTP 302"
    ),
    "ping-pong": Case(
        routes=lambda: {"/bad": redirect("/there"), "/there": redirect("/bad")},
        error=Unreachable,
        says="more than 5 redirects",
        requests=6,
    ),
    "long redirect": Case(
        routes=lambda: {"/bad": redirect("/" + "a" * 10_000)}, error=BlockedAddress, says="longer than 2048 characters"
    ),
    "one long line": Case(routes=stream(lambda: repeated(b"a", 5 * 10**7)), error=PageTooLarge, says="3 MB"),
    "endless body": Case(routes=stream(lambda: itertools.repeat(b"x" * CHUNK)), error=PageTooLarge, says="3 MB"),
    "low content length": Case(
        routes=sent(b"x" * 10**6, kind="text/plain", Content_Length="10"), page=lambda page: page.text == "x" * 10
    ),
    "huge header": Case(routes=sent(b"hi", X_Large="x" * 10**6), error=Unreachable),
    "dribbled body": Case(
        routes=stream(lambda: [b"<"], hangs=True), error=Unreachable, says="no complete answer in", deadline_s=0.5
    ),
    "reset": Case(
        routes=lambda: {
            "/bad": Response(
                headers={"Content-Type": "text/html", "Content-Length": "99"}, pieces=(b"<p>",), resets=True
            )
        },
        error=Unreachable,
        requests=1,
    ),
    "pdf as html": Case(routes=sent(b"%PDF-1.7..."), error=NotText, says="PDF"),
    "html as image": Case(
        routes=sent(b"<html><p>A page.", kind="image/png"), error=NotText, says="image/png is not text"
    ),
}
