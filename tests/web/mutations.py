"""Documents changed at random, the way files break and enemies write them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import cycle, islice

__all__ = ["drawn"]

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
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b'{"a":[' * 300,
    b"<entry><updated>9999999-99-99</updated>",
)


def drawn(count: int, bodies: Sequence[tuple[bytes, str]], seed: int = 20_261_124) -> list[tuple[bytes, str]]:
    """Mutate the bodies in turn, the same way each time, whatever else the process has imported."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    in_turn = islice(cycle(bodies), count)
    return [(mutated(body, draw), media) for body, media in in_turn]


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
