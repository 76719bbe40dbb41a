"""Extract mutated pages and PDFs and count what becomes of them: no crash, no hang beyond the kill timer.

Run `python benchmarks/mutations.py [--count 2000] [--data DIR]`. Mutations are drawn by hypothesis from our own pages
and, where DIR exists, from its real ones; each is read in a worker process as in the product. Exit status 1 after
any fault.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import sys
import time
from collections import Counter
from io import BytesIO
from pathlib import Path

from assistant.errors import NotText, ReadingError
from assistant.reading.exchange import Document
from assistant.reading.extractors import Extractors

ROOT = Path(__file__).parents[1]

KILL_S = 10.0
SLOW_S = 5.0
MOST_REAL_PAGES = 40
SNIPPETS = (
    b"<table><tr><td rowspan=999999 colspan=999999>",
    b"<div>" * 300,
    b"<a href='#'>" * 300,
    b"\xff\xfe\x00",
    b"<!--",
    b"<style>{{{{{{.a{display:none",
    b"<script type='application/ld+json'>[[[[{",
    b"&#x110000;&#xd800;",
    b"<svg><foreignObject><p>",
    b"<p " + b"a=1 " * 500 + b">",
    b"\xf3\xa0\x80\xa0" * 50,
    b"stream\r\n",
    b"/Kids[3 0 R]/Parent 3 0 R",
    b"endobj",
)


def mutated(body: bytes, draw: random.Random) -> bytes:
    """Change a body in one to eight places: cut, double, flip, swap, insert."""
    changed = bytearray(body)
    for _ in range(draw.randint(1, 8)):
        start = draw.randrange(len(changed) + 1)
        length = draw.choice((1, 3, 30, 300, 3000))
        piece = bytes(changed[start : start + length])
        other = draw.randrange(len(changed) + 1)
        replacement = draw.choice(
            (
                b"",
                piece * draw.choice((2, 50)),
                bytes(byte ^ 1 << draw.randrange(8) for byte in piece),
                bytes(changed[other : other + length]),
                piece + draw.choice(SNIPPETS),
                draw.randbytes(min(length, 300)),
            )
        )
        changed[start : start + length] = replacement
    return bytes(changed)


def seeds(data: Path) -> list[tuple[bytes, str]]:
    """Return the pages and PDFs that are mutated, with their media types."""
    found = [(path.read_bytes(), "text/html") for path in sorted((ROOT / "tests/web/pages").glob("*.html"))]
    found += [(pdf(pages), "application/pdf") for pages in (1, 12)]
    real = sorted(data.rglob("*.html.gz"))
    found += [
        (gzip.decompress(path.read_bytes()), "text/html") for path in real[:: max(1, len(real) // MOST_REAL_PAGES)]
    ]
    return found


def pdf(pages: int) -> bytes:
    """Write a PDF of some pages with text."""
    from pypdf import PdfWriter  # noqa: PLC0415 - only here
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject  # noqa: PLC0415 - only here

    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    for number in range(pages):
        page = writer.add_blank_page(width=300, height=200)
        fonts = DictionaryObject({NameObject("/F1"): named})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 50 Td (Page {number} tells how vanes are oiled.) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())  # noqa: SLF001 - no public way
    body = BytesIO()
    writer.write(body)
    return body.getvalue()


def drawn(count: int, bodies: list[tuple[bytes, str]]) -> list[tuple[bytes, str]]:
    """Let hypothesis draw mutations, the same ones each time."""
    from hypothesis import HealthCheck, Phase, given, settings, strategies  # noqa: PLC0415 - only here

    found: list[tuple[bytes, str]] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.sampled_from(range(len(bodies))), strategies.randoms(use_true_random=False))
    def draw(place: int, source: random.Random) -> None:
        body, media = bodies[place]
        found.append((mutated(body, random.Random(source.getrandbits(64))), media))  # noqa: S311 - no secret

    draw()
    return found[:count]


async def run(cases: list[tuple[bytes, str]]) -> tuple[Counter[str], list[float]]:
    """Read every case in workers, two at a time, and count the ends."""
    extractors = Extractors(2)
    ends: Counter[str] = Counter()
    times: list[float] = []
    waiting = list(enumerate(cases))
    await extractors.warm()

    async def work() -> None:
        while waiting:
            at, (body, media) = waiting.pop()
            started = time.monotonic()
            end = await end_of(extractors, Document(url="https://m.example/", content_type=media, body=body))
            times.append(time.monotonic() - started)
            ends[end] += 1
            if end.startswith("fault") or times[-1] > SLOW_S:
                print(f"case {at}, {len(body)} bytes of {media}: {end}, {times[-1]:.1f} s", file=sys.stderr)

    await asyncio.gather(work(), work())
    await extractors.close()
    return ends, times


async def end_of(extractors: Extractors, document: Document) -> str:
    """Read one document and name what became of it."""
    try:
        async with asyncio.timeout(KILL_S):
            page = await extractors.extract(document)
    except TimeoutError:
        return "fault: killed by the timer"
    except NotText as error:
        return f"fault: {error}" if "cannot be extracted" in str(error) else "no text"
    except ReadingError as error:
        return type(error).__name__
    return "read" if page.text else "fault: an empty page"


def main() -> int:
    """Read the command line and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "extraction")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cases = drawn(arguments.count, seeds(arguments.data))
    ends, times = asyncio.run(run(cases))
    times.sort()
    figures = {"n": len(cases), **dict(ends), "median_s": times[len(times) // 2], "slowest_s": times[-1]}
    print(json.dumps(figures) if arguments.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    return int(any(name.startswith("fault") for name in ends))


if __name__ == "__main__":
    sys.exit(main())
